"""A rate with its interval: the model's value, and how far its coefficients and the world may be from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.throughput.efficiency import HEADS, Coefficients, Posterior, Traits

Array = NDArray[np.float64]
RateFunction = Callable[[Coefficients], Array]

QUANTILE_80 = 1.2815515655446004
"""Standard normal quantile at 0.9: between minus and plus lie 80 %."""

_STEP = 1e-3


@dataclass(frozen=True)
class Estimate:
    """Likely value and 80 % interval, arrays of one shape; `spread` is the deviation of the log."""

    likely: Array
    low: Array
    high: Array
    spread: Array


def log_slopes(rate: RateFunction, logs: dict[str, Array]) -> tuple[Array, dict[str, Array]]:
    """Rate, and d log rate / d log coefficient per head, by forward differences.

    Parameters
    ----------
    rate : coefficients, each of shape `[n]`, to rates of shape `[n]`
    logs : head → log coefficients, shape `[n]`
    """
    base = rate(Coefficients.of(logs))
    slopes: dict[str, Array] = {}
    for head in HEADS:
        moved = rate(Coefficients.of(logs | {head: logs[head] + _STEP}))
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = np.log(moved / base) / _STEP
        slopes[head] = np.where(np.isfinite(slope), slope, 0.0)
    return base, slopes


def estimate(
    rate: RateFunction, cases: Sequence[Traits], kinds: Sequence[str], posterior: Posterior
) -> Estimate:
    """Likely rate and 80 % interval of cases; log-normal.

    `kinds` are keys of `Posterior.scatter`.
    """
    base, slopes = log_slopes(rate, posterior.logs(cases))
    spread = posterior.spread(cases, slopes, kinds)
    reach = np.exp(QUANTILE_80 * spread)
    return Estimate(base, base / reach, base * reach, spread)
