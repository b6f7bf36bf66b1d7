"""Shapes of uncertainty for the benchmarks."""

from __future__ import annotations

import numpy as np

from junshi.plan.paths import sample_states
from junshi.plan.stage_problem import MultistageProblem


def fan(problem: MultistageProblem, paths: int, seed: int = 1) -> MultistageProblem:
    """Two-stage form: the first stage is decided, then one of `paths` sampled paths is known to its end."""
    states = sample_states(problem, paths, np.random.default_rng(seed))
    return MultistageProblem(
        initial_state=problem.initial_state,
        initial_odds=problem.initial_odds,
        transition=(np.full((1, paths), 1 / paths), *[np.eye(paths)] * (problem.stages - 2)),
        nodes=(
            problem.nodes[0],
            *(tuple(problem.nodes[t][s] for s in states[:, t]) for t in range(1, problem.stages)),
        ),
        floor=problem.floor,
    )
