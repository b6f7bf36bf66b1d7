"""Cuts of one risk weight turned into cuts of another, so that a frontier need not start from nothing.

For the end-of-horizon reading, with excess g and remaining cost Z of a policy from stage t on,

    V_l(x, g) = min  E[ (1-l) Z + l (g + Z)^+ / tail ].

Each policy's cost is linear in the weight l, so V_l is concave in l: between two weights a < l < b,

    V_l  >=  (1-w) V_a + w V_b,     w = (l - a) / (b - a),

and any lower bounds of V_a and V_b give one of V_l. For l = 0 it is the plain value, whatever g; for l = 1
Jensen's inequality bounds it by the plain value V(x):  E (g + Z)^+ >= (g + V(x))^+.  So plain cuts alone
already give cuts for every weight (see end_of_horizon.py for the extended problem).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from junshi.plan.policy import Policy
from junshi.plan.risk import Expectation, RiskMeasure
from junshi.plan.stage_problem import MultistageProblem

FloatArray = NDArray[np.float64]

MOST_POINTS = 120
"""Latest trial points of each stage of each source at which cuts are made: each makes one active cut."""


class BoundSource(Protocol):
    """Lower bound of the values of all states of a stage for one risk weight."""

    @property
    def weight(self) -> float:
        """Risk weight of the values."""
        ...

    def below(self, stage: int, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Value [state] and slope [state, dimension] at an extended point left by `stage - 1`."""
        ...

    def points(self, stage: int) -> list[FloatArray]:
        """Extended points left by `stage - 1` at which the source is well known."""
        ...


@dataclass(frozen=True)
class Plain:
    """Risk-neutral policy of the plain problem: the value at weight 0, whatever the excess."""

    policy: Policy
    weight: float = 0.0

    def below(self, stage: int, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Highest plain cut of each state; its slope by the excess is zero."""
        values, slopes = _highest(self.policy, stage, point[:-1])
        return values, np.column_stack([slopes, np.zeros(len(values))])

    def points(self, stage: int) -> list[FloatArray]:
        """Trial points, each with excesses at which all, some and none of the states go beyond zero."""
        found = []
        for point in self.policy.trial[stage - 1][-MOST_POINTS // 3 :]:
            values, _ = _highest(self.policy, stage, point)
            margin = 1e-6 * (1.0 + float(np.abs(values).max()))
            levels = (float(values.min()) - margin, float(values.mean()), float(values.max()) + margin)
            found += [np.append(point, -level) for level in levels]
        return found


@dataclass(frozen=True)
class Jensen:
    """Bound at weight 1 from plain cuts: (excess + plain value)^+ / tail."""

    policy: Policy
    tail: float
    weight: float = 1.0

    def below(self, stage: int, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Zero where the excess is below what the plain value brings."""
        values, slopes = _highest(self.policy, stage, point[:-1])
        exceeds = (point[-1] + values > 0).astype(np.float64)
        extended = np.column_stack([slopes, np.ones(len(values))])
        return exceeds * (point[-1] + values) / self.tail, exceeds[:, None] * extended / self.tail

    def points(self, stage: int) -> list[FloatArray]:
        """None of its own: those of the plain policy."""
        del stage
        return []


@dataclass(frozen=True)
class Trained:
    """Policy of an extended problem, at the weight that it was trained for."""

    policy: Policy
    weight: float

    def below(self, stage: int, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Highest cut of each state."""
        return _highest(self.policy, stage, point)

    def points(self, stage: int) -> list[FloatArray]:
        """Its latest trial points."""
        return list(self.policy.trial[stage - 1][-MOST_POINTS:])


def between(problem: MultistageProblem, weight: float, lower: BoundSource, upper: BoundSource) -> Policy:
    """Policy of an extended problem of risk weight `weight`, with cuts from a lower and a higher weight.

    Parameters
    ----------
    problem : extended by `with_end_of_horizon_risk` with this weight and the tail of both sources
    lower, upper : sources whose weights enclose `weight`

    Returns
    -------
    Policy without a lower bound yet: the first training pass proves one.

    Raises
    ------
    ValueError : the weights do not enclose it
    """
    if not lower.weight <= weight <= upper.weight or lower.weight == upper.weight:
        message = f"weight {weight} is not between {lower.weight} and {upper.weight}"
        raise ValueError(message)
    share = (weight - lower.weight) / (upper.weight - lower.weight)
    policy = Policy.empty(problem, Expectation())
    for stage in range(problem.stages - 1, 0, -1):
        for point in (*lower.points(stage), *upper.points(stage)):
            low_values, low_slopes = lower.below(stage, point)
            high_values, high_slopes = upper.below(stage, point)
            policy.add_cuts(
                stage,
                point,
                (1 - share) * low_values + share * high_values,
                (1 - share) * low_slopes + share * high_slopes,
            )
    return policy


def copied(policy: Policy, problem: MultistageProblem, risk: RiskMeasure | None = None) -> Policy:
    """The same value cuts for a problem whose value is nowhere lower.

    So it is with fewer choices, with higher costs, and with a nested measure that is nowhere lower.

    Parameters
    ----------
    risk : measure of the new problem; None = that of the policy
    """
    twin = Policy.empty(problem, policy.risk if risk is None else risk)
    for stage in range(problem.stages - 1, 0, -1):
        family = policy.value[stage]
        for index, point in enumerate(policy.trial[stage - 1]):
            slopes = family.beta[index]
            twin.add_cuts(stage, point, family.alpha[index] + slopes @ point, slopes)
    return twin


def _highest(policy: Policy, stage: int, point: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Value [state] and slope [state, dimension] of the highest value cut of each state at a point."""
    family = policy.value[stage]
    states = np.arange(family.alpha.shape[1])
    heights = family.alpha + family.beta @ point
    best = np.argmax(heights, axis=0)
    return heights[best, states], family.beta[best, states]
