"""Piecewise linear lower bounds of the value functions.

Two families grow together, one row per trial point x^ of a stage (Pereira and Pinto 1991):

- value cuts   V_t(x, s)  >= alpha[i, s] + beta[i, s].x        of each state's own value function
- future cuts  rho(V_{t+1}(x, .) | s) >= alpha[i, s] + beta[i, s].x   what a node of stage t sees ahead
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
FIRST_CAPACITY = 16


class CutFamily:
    """Cuts of all states of one stage; capacity doubles as it fills."""

    def __init__(self, states: int, dimension: int) -> None:
        self.count = 0
        self._alpha = np.zeros((FIRST_CAPACITY, states))
        self._beta = np.zeros((FIRST_CAPACITY, states, dimension))

    @property
    def alpha(self) -> FloatArray:
        """Intercepts, shape [cut, state]."""
        return self._alpha[: self.count]

    @property
    def beta(self) -> FloatArray:
        """Slopes, shape [cut, state, dimension]."""
        return self._beta[: self.count]

    def add(self, alpha: FloatArray, beta: FloatArray) -> None:
        """Append one cut for every state; alpha [state], beta [state, dimension]."""
        if self.count == self._alpha.shape[0]:
            more = max(FIRST_CAPACITY, self.count)
            self._alpha = np.concatenate([self._alpha, np.zeros((more, *self._alpha.shape[1:]))])
            self._beta = np.concatenate([self._beta, np.zeros((more, *self._beta.shape[1:]))])
        self._alpha[self.count] = alpha
        self._beta[self.count] = beta
        self.count += 1

    def head(self, count: int) -> CutFamily:
        """The first `count` cuts, sharing the arrays until it grows."""
        family = CutFamily(self._alpha.shape[1], self._beta.shape[2])
        family._alpha, family._beta, family.count = self._alpha[:count], self._beta[:count], count
        return family

    def highest(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Height and slope of the highest cut at each point: [point, state], [point, state, dimension]."""
        heights = np.einsum("csd,pd->pcs", self.beta, points, optimize=True) + self.alpha[None]
        chosen = heights.argmax(axis=1)
        states = np.arange(self._alpha.shape[1])
        return heights.max(axis=1), self.beta[chosen, states[None, :]]

    def values(self, points: FloatArray, floor: float) -> FloatArray:
        """Highest cut at each point: points [point, dimension] → [point, state], at least `floor`."""
        states = self._alpha.shape[1]
        if self.count == 0:
            return np.full((points.shape[0], states), floor)
        heights = np.einsum("csd,pd->pcs", self.beta, points, optimize=True) + self.alpha[None]
        return np.asarray(np.maximum(heights.max(axis=1), floor))
