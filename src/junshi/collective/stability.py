"""Stability of a fixed point: whether play returns after a small shock of beliefs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

SHOCK = 1e-4
STEPS = 6


def spectral_radius(
    belief_map: Callable[[FloatArray], FloatArray], point: FloatArray, steps: int = STEPS, seed: int = 0
) -> float:
    """Largest growth of a small shock in one round of best replies, by power iteration.

    The shock is 1e-4 of the point's size; the estimate is the mean growth of the later half of the steps.
    """
    rng = np.random.default_rng(seed)
    size = max(float(np.linalg.norm(point)), 1e-9)
    base = belief_map(point)
    direction = rng.standard_normal(point.shape)
    growths = []
    for _ in range(steps):
        direction = direction / np.linalg.norm(direction)
        moved = (belief_map(point + SHOCK * size * direction) - base) / (SHOCK * size)
        growth = float(np.linalg.norm(moved))
        growths.append(growth)
        if growth < 1e-12:
            break
        direction = moved
    later = growths[len(growths) // 2 :]
    return float(np.exp(np.mean(np.log(np.maximum(later, 1e-300)))))
