"""Risk measures on finitely many outcomes of a cost.

A coherent measure is rho(z) = max over weights q in Q(p) of q.z; `weights` returns a maximiser, which is
what a cut needs (Philpott and de Matos 2012, doi:10.1016/j.ejor.2011.10.056).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class RiskMeasure(Protocol):
    """What the planner needs of a risk measure."""

    def weights(self, costs: FloatArray, odds: FloatArray) -> FloatArray:
        """Weights, shape of `costs`, sum 1, whose product with the costs is their risk."""
        ...


def risk_of(measure: RiskMeasure, costs: FloatArray, odds: FloatArray) -> float:
    """Risk of a cost with outcomes `costs` and probabilities `odds`."""
    return float(measure.weights(costs, odds) @ costs)


@dataclass(frozen=True)
class Expectation:
    """Risk-neutral."""

    def weights(self, costs: FloatArray, odds: FloatArray) -> FloatArray:
        """Return the odds themselves."""
        del costs
        return odds


@dataclass(frozen=True)
class MeanCVaR:
    """(1 - weight) * mean + weight * mean of the worst `tail` share (Rockafellar and Uryasev 2000).

    weight 0 or tail 1 is the expectation; weight 1 and tail towards 0 is the worst case.

    Examples
    --------
    >>> costs, odds = np.array([0.0, 10.0]), np.array([0.9, 0.1])
    >>> risk_of(MeanCVaR(weight=1.0, tail=0.2), costs, odds)
    5.0
    """

    weight: float
    tail: float

    def __post_init__(self) -> None:
        if not 0 <= self.weight <= 1 or not 0 < self.tail <= 1:
            message = f"weight {self.weight} must lie in [0, 1] and tail {self.tail} in (0, 1]"
            raise ValueError(message)

    def weights(self, costs: FloatArray, odds: FloatArray) -> FloatArray:
        """Odds, shifted towards the worst outcomes."""
        if self.weight == 0:
            return odds
        order = np.argsort(-costs, kind="stable")
        sorted_odds = odds[order]
        before = np.cumsum(sorted_odds) - sorted_odds
        in_tail = np.clip(self.tail - before, 0.0, sorted_odds)
        tail_weights = np.empty_like(odds)
        tail_weights[order] = in_tail / in_tail.sum()
        return (1 - self.weight) * odds + self.weight * tail_weights

    @property
    def largest_ratio(self) -> float:
        """Largest ratio of a weight to its probability."""
        return 1 - self.weight + self.weight / self.tail


@dataclass(frozen=True)
class WorstCase:
    """(1 - weight) * mean + weight * worst outcome of positive probability."""

    weight: float = 1.0

    def weights(self, costs: FloatArray, odds: FloatArray) -> FloatArray:
        """Odds, with `weight` moved to the worst possible outcome."""
        worst = np.argmax(np.where(odds > 0, costs, -np.inf))
        shifted = (1 - self.weight) * odds
        shifted[worst] += self.weight
        return shifted


def weighted_cvar(costs: FloatArray, odds: FloatArray, tail: float) -> float:
    """Mean of the worst `tail` share of outcomes with these odds.

    Examples
    --------
    >>> weighted_cvar(np.array([1.0, 2.0, 3.0, 4.0]), np.full(4, 0.25), 0.25)
    4.0
    """
    return risk_of(MeanCVaR(weight=1.0, tail=tail), costs, odds)
