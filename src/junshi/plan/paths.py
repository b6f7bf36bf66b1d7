"""Sampled paths of Markov states."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from junshi.plan.stage_problem import MultistageProblem

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def sample_states(
    problem: MultistageProblem, paths: int, rng: np.random.Generator, exploration: float = 0.0
) -> IntArray:
    """Paths of Markov states, shape [path, stage]."""
    states = np.empty((paths, problem.stages), dtype=np.int64)
    states[:, 0] = [draw(problem.initial_odds, rng, exploration) for _ in range(paths)]
    for stage in range(1, problem.stages):
        for path in range(paths):
            states[path, stage] = draw(
                problem.transition[stage - 1][states[path, stage - 1]], rng, exploration
            )
    return states


def draw(odds: FloatArray, rng: np.random.Generator, exploration: float) -> int:
    """One state by its odds, or uniformly among the possible ones with probability `exploration`."""
    explored = rng.random() < exploration
    level = rng.random()
    if explored:
        odds = (odds > 0) / np.count_nonzero(odds)
    return min(int(np.searchsorted(np.cumsum(odds), level, side="right")), len(odds) - 1)
