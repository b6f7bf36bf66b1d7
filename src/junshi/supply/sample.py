"""Paths of states drawn from a chain, and where it settles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from junshi.supply.chain import MarkovChain


def sample_paths(chain: MarkovChain, stages: int, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw indices of states, shape [path, stage]; every path starts in `chain.initial`.

    Raises
    ------
    ValueError : fewer than one stage, or a negative count
    """
    if stages < 1 or count < 0:
        message = f"cannot draw {count} paths of {stages} stages"
        raise ValueError(message)
    cumulative = np.cumsum(chain.transition, axis=1)
    last_possible = len(chain.states) - 1 - np.argmax(chain.transition[:, ::-1] > 0, axis=1)
    paths = np.empty((count, stages), dtype=np.int64)
    paths[:, 0] = chain.initial
    draws = rng.random((count, stages - 1))
    for stage in range(1, stages):
        before = paths[:, stage - 1]
        reached = (draws[:, stage - 1, None] >= cumulative[before]).sum(axis=1)
        paths[:, stage] = np.minimum(reached, last_possible[before])
    return paths


def stationary_distribution(chain: MarkovChain) -> NDArray[np.float64]:
    """Share of time in each state in the long run, shape [state].

    Where the chain has several closed classes, the one of least norm among the stationary ones.
    """
    size = len(chain.states)
    system = np.vstack([chain.transition.T - np.eye(size), np.ones((1, size))])
    target = np.concatenate([np.zeros(size), [1.0]])
    solution = np.linalg.lstsq(system, target, rcond=None)[0]
    shares = np.clip(solution, 0.0, None)
    return np.asarray(shares / shares.sum(), dtype=float)
