r"""Experience curves: Wright's law of the maturity gap, its estimate and its forecast error.

.. math:: gap(x, t) = gap_0 \left(\frac{x}{x_0 e^{d t}}\right)^{-b},
   \qquad b = -\log_2(1 - \text{learning rate})

The frontier drifts: the experience that stands for the same gap grows at rate d. Experience x adds use and
loses a share by forgetting.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.collective.compiled import compiled

FloatArray = NDArray[np.float64]

LARGEST_GAP = 0.95


def exponent(learning_rate: float) -> float:
    """Exponent b of Wright's law from the fall for each doubling.

    Examples
    --------
    >>> round(exponent(0.2), 6)
    0.321928
    """
    return float(-np.log2(1.0 - learning_rate))


def wright_cost(cumulative: FloatArray, learning_rate: float, first_cost: float = 1.0) -> FloatArray:
    """Unit cost at cumulative use relative to the first unit."""
    return np.asarray(first_cost * np.asarray(cumulative, dtype=float) ** -exponent(learning_rate))


def cumulative_cost(start: float, end: float, learning_rate: float, first_cost: float = 1.0) -> float:
    """Cost of all units from `start` to `end` of cumulative use: integral of Wright's law."""
    power = 1.0 - exponent(learning_rate)
    return float(first_cost * (end**power - start**power) / power)


def sahal_decline(growth: float, learning_rate: float) -> float:
    """Exponential decline of cost when output grows exponentially (Sahal 1979): b times the growth."""
    return exponent(learning_rate) * growth


@dataclass(frozen=True)
class WrightFit:
    """First-difference regression through the origin.

    Attributes
    ----------
    learning_rate, b : estimate
    b_sd : standard deviation of b
    noise : standard deviation of a step of the log-cost
    """

    learning_rate: float
    b: float
    b_sd: float
    noise: float


def fit_wright(cumulative: FloatArray, cost: FloatArray) -> WrightFit:
    """Wright's law from series of cumulative use and cost (at least three points).

    References
    ----------
    Lafond et al. 2018, How well do experience curves predict technological progress?
    """
    steps = np.diff(np.log(np.asarray(cumulative, dtype=float)))
    falls = np.diff(np.log(np.asarray(cost, dtype=float)))
    square = float(steps @ steps)
    b = -float(steps @ falls) / square
    rest = falls + b * steps
    noise = float(np.sqrt(rest @ rest / (len(steps) - 1)))
    return WrightFit(1.0 - 2.0**-b, b, noise / np.sqrt(square), noise)


def forecast_variance(past_steps: FloatArray, future_steps: FloatArray, echo: float = 0.0) -> float:
    r"""Variance of the forecast of log-cost over that of one step: noise ahead plus error of b.

    Parameters
    ----------
    past_steps : steps of log cumulative use that b was estimated from
    future_steps : those of the forecast, right after the past ones
    echo : share of a step's shock that comes back in the next step (moving average of order 1); 0 = none

    Notes
    -----
    The error of the forecast is :math:`w \cdot \eta` over the noise :math:`\eta` of all steps, with weight 1
    for a future step and :math:`-\Delta X_t \sum \Delta X_{fut} / \sum \Delta X_{past}^2` for a past one.
    Without echo its variance is :math:`\tau + (\sum \Delta X_{fut})^2 / \sum \Delta X_{past}^2`; with it,
    neighbours have correlation echo / (1 + echo²).

    References
    ----------
    Lafond et al. 2018, How well do experience curves predict technological progress?
    """
    past, future = np.asarray(past_steps, dtype=float), np.asarray(future_steps, dtype=float)
    weights = np.concatenate([-past * future.sum() / (past @ past), np.ones(len(future))])
    correlation = echo / (1.0 + echo**2)
    return float(weights @ weights + 2.0 * correlation * (weights[1:] @ weights[:-1]))


@compiled(inline=True)
def maturity_at(
    experience: float, quarter: float, gap: float, reference: float, b: float, drift: float
) -> float:
    """Share of attainable efficiency reached."""
    left = gap * (experience / (reference * np.exp(drift * quarter))) ** (-b)
    return float(1.0 - min(left, LARGEST_GAP))
