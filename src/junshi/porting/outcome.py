"""A hit and a target to an outcome: the rule first, then what the support table of the target lists."""

from __future__ import annotations

from junshi.porting.finding import EVERYWHERE, Finding, Hit, Outcome
from junshi.porting.registry import RULED_ECOSYSTEMS, Rule
from junshi.porting.targets.support import Support, SupportTable
from junshi.porting.targets.target import Target


def is_handled(hit: Hit, target: Target) -> bool:
    """Whether the code already takes care of the target, so that the hit is no finding there."""
    return EVERYWHERE in hit.handled or (target.is_ruled and target.ecosystem in hit.handled)


def judge(hit: Hit, rule: Rule, target: Target, label: str, table: SupportTable | None) -> Finding:
    """Judge a hit on a target.

    Parameters
    ----------
    hit, rule : the place and what found it
    target, label : where the code is to run, and the short name of that in results
    table : support table of the target, None when there is none

    Returns
    -------
    outcome `auto` for an import that the code can do without; `unknown` where the rule has no knowledge of
    the ecosystem, or the API is of a documented module but not listed there
    """
    outcome = ruled_outcome(rule, target)
    reason = "rule"
    if hit.optional:
        outcome, reason = Outcome.AUTO, "optional"
    elif table is not None and not rule.inert and hit.symbol.startswith("torch."):
        outcome, reason = _listed(outcome, table.support(hit.symbol, target.generation), table.listed_as)
    silent = outcome is Outcome.AUTO and not hit.optional and target.ecosystem in rule.validate
    return Finding(hit, rule.family, label, outcome, reason, silent and target.is_ruled)


def ruled_outcome(rule: Rule, target: Target) -> Outcome:
    """Outcome by the rule alone; the `xpu` of the rules is Intel's, not Kunlunxin's."""
    if target.ecosystem not in RULED_ECOSYSTEMS or not target.is_ruled:
        return Outcome.UNKNOWN
    return rule.outcome[target.ecosystem]


def _listed(outcome: Outcome, support: Support, listed_as: Outcome) -> tuple[Outcome, str]:
    """Outcome after the support table is read; what is listed is as good as `listed_as`."""
    free = outcome in (Outcome.AUTO, Outcome.DROP_IN, Outcome.UNKNOWN)
    if support is Support.NO and free:
        return Outcome.MANUAL, "not_supported"
    if support in (Support.YES, Support.LIMITED, Support.RENAMED):
        means = Outcome.DROP_IN if support is Support.RENAMED else listed_as
        if outcome is Outcome.UNKNOWN or (outcome is Outcome.AUTO and means is not Outcome.AUTO):
            return means, "listed"
    if support is Support.NOT_LISTED and outcome is Outcome.AUTO:
        return Outcome.UNKNOWN, "not_listed"
    return outcome, "limited" if support is Support.LIMITED else "rule"
