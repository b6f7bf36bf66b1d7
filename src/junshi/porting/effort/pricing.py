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
    stated = rule.outcome[effort.ecosystem]
    base = Price(effort.low, effort.likely, effort.high)
    if target.ecosystem == effort.ecosystem and outcome is stated:
        return base
    per_ratio = RATIO[stated] if stated in RATIO else 1.0
    if outcome is Outcome.UNKNOWN:
        return Price(
            base.low * min(1.0, RATIO[Outcome.DROP_IN] / per_ratio),
            base.likely,
            base.high * max(1.0, RATIO[Outcome.REWRITE] / per_ratio)
            if stated is not Outcome.AUTO
            else base.high * 5,
        )
    if stated is Outcome.AUTO and outcome is not Outcome.AUTO:
        return Price(max(base.low, 0.02), max(base.likely, 0.05), max(base.high, 0.25)).scaled(RATIO[outcome])
    return base.scaled(RATIO[outcome] / per_ratio)
