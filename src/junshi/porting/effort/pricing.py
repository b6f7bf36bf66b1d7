"""Price of one rule on one target: the rule's own days, scaled where the target's outcome is another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from junshi.porting.finding import Outcome
from junshi.porting.registry import Rule
from junshi.porting.targets.target import Target

RATIO: Final = {
    Outcome.AUTO: 0.02,
    Outcome.DROP_IN: 0.25,
    Outcome.MANUAL: 1.0,
    Outcome.REWRITE: 3.0,
    Outcome.BLOCKED: 3.0,
}
"""Days of an outcome over days of `manual`; assumed, from the spread between the rules of each outcome."""


@dataclass(frozen=True)
class Price:
    """Engineer-days of one unit: low, likely, high."""

    low: float
    likely: float
    high: float

    def scaled(self, factor: float) -> Price:
        """Price times a factor."""
        return Price(self.low * factor, self.likely * factor, self.high * factor)

    def plus(self, other: Price) -> Price:
        """Sum of two prices, end by end."""
        return Price(self.low + other.low, self.likely + other.likely, self.high + other.high)


BEYOND_AUTO: Final = Price(0.05, 0.2, 1.0)
"""Days of a hand-made change where the rule only knows an automatic one; assumed."""


def price(rule: Rule, outcome: Outcome, target: Target) -> Price:
    """Days of one unit of a rule with an outcome on a target.

    Parameters
    ----------
    rule : with its days for the ecosystem that they were stated for
    outcome : on this target
    target : where the code is to run

    Returns
    -------
    the rule's days where they were stated for this ecosystem and outcome; scaled by `RATIO` otherwise; for
    `unknown` from the days of a drop-in to those of a rewrite
    """
    effort = rule.effort
    base = Price(effort.low, effort.likely, effort.high)
    stated = rule.outcome[effort.ecosystem]
    if target.ecosystem == effort.ecosystem and outcome is stated:
        return base
    if outcome is Outcome.UNKNOWN:
        return Price(
            _scaled(base, stated, Outcome.DROP_IN).low,
            _scaled(base, stated, Outcome.MANUAL).likely,
            _scaled(base, stated, Outcome.REWRITE).high,
        )
    return _scaled(base, stated, outcome)


def _scaled(base: Price, stated: Outcome, outcome: Outcome) -> Price:
    """Days stated for one outcome as days of another."""
    if outcome is stated:
        return base
    if stated is Outcome.AUTO:
        return base.plus(BEYOND_AUTO.scaled(RATIO[outcome]))
    return base.scaled(RATIO[outcome] / RATIO.get(stated, 1.0))
