r"""Uncertain growth as three levels of demand that recombine: low, base, high.

Log demand of workload w after t quarters is a random walk with variance :math:`\sigma_w^2 t/4`. All workloads
share its shocks. The walk is replaced by a Markov chain on :math:`\ell \in \{-1, 0, 1\}` that starts at 0,
moves to a neighbour with probability a from the middle and b = a back to it, and by the factor

.. math:: f_{w,t}(\ell) = \exp(\sigma_w k_t \ell) / m_{w,t}, \qquad k_t = \sqrt{(t/4) / \mathrm{Var}\,\ell_t},

so that the log-spread is exact in every quarter (:math:`k_t \to \sqrt{3/2}\,\sqrt{t/4}` when the three levels
have become equally likely), and :math:`m_{w,t}` makes the mean exactly 1. The one number left, a, is set
so that the chain is as persistent as the walk: 1 − a is the mean over the horizon of
:math:`\sqrt{t/(t+1)}`, the correlation of neighbouring quarters of a walk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.units import QUARTERS_PER_YEAR

LEVELS = ("low", "base", "high")
BASE = 1
_SIGN = np.array([-1.0, 0.0, 1.0])


@dataclass(frozen=True)
class Levels:
    """Chain of levels: `factor` [level, workload, stage], `transition` [level, level], `names`, `start`."""

    factor: NDArray[np.float64]
    transition: NDArray[np.float64]
    names: tuple[str, ...]
    start: int


def one_level(workloads: int, stages: int) -> Levels:
    """No uncertainty: a single level of factor 1."""
    return Levels(np.ones((1, workloads, stages)), np.ones((1, 1)), ("base",), 0)


def three_levels(growth_sd_per_year: Sequence[float], stages: int) -> Levels:
    """Three recombining levels for workloads whose log growth has the given spread.

    Parameters
    ----------
    growth_sd_per_year : standard deviation of yearly log growth per workload, 0 or more
    stages : quarters, at least 1; demand of the first is known

    Returns
    -------
    In every quarter the mean of the factor is 1 and its log has variance sd² t/4, t quarters from the start.
    """
    sd = np.asarray(growth_sd_per_year, dtype=float)
    leave = 1.0 - _persistence(stages)
    transition = np.array([[1 - leave, leave, 0.0], [leave, 1 - 2 * leave, leave], [0.0, leave, 1 - leave]])
    factor = np.ones((len(LEVELS), len(sd), stages))
    odds = np.zeros(len(LEVELS))
    odds[BASE] = 1.0
    for stage in range(1, stages):
        odds = odds @ transition
        spread = np.sqrt(stage / QUARTERS_PER_YEAR / float(odds @ _SIGN**2))
        raw = np.exp(np.outer(_SIGN, sd * spread))
        factor[:, :, stage] = np.where(sd > 0, raw / (odds @ raw), 1.0)
    return Levels(factor, transition, LEVELS, BASE)


def _persistence(stages: int) -> float:
    """Mean correlation of neighbouring quarters of a random walk over the horizon."""
    quarter = np.arange(1, max(stages - 1, 2))
    return float(np.mean(np.sqrt(quarter / (quarter + 1))))
