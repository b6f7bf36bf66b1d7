"""What to do next quarter, by what becomes of supply, as a tree."""

from __future__ import annotations

from collections.abc import Sequence

from junshi.plan.result import Actions, NextQuarter, PlanResult
from junshi.show.figure import Branch, Tree
from junshi.show.numbers import percent
from junshi.show.plan_sheets import likeliest_of_each_regime, no_actions, ports_words, trades_words
from junshi.show.words import word
from junshi.text import say

MOST = 3


def next_quarter_tree(result: PlanResult) -> Tree:
    """Root: now; then each regime with its odds; then each kind of thing to do."""
    quarter = result.instance.quarters[1]
    branches = tuple(_regime(result, row) for row in likeliest_of_each_regime(result.playbook))
    return Tree(
        "next",
        say("view.figure_next", quarter=quarter),
        Branch(say("view.tree_root", quarter=quarter), "", branches),
        (say("show.imports"), say("view.tree_do")),
    )


def _regime(result: PlanResult, row: NextQuarter) -> Branch:
    """One regime; its odds are those of all states with it."""
    odds = sum(other.odds for other in result.playbook if other.state.regime is row.state.regime)
    label = say("view.tree_regime", regime=word(row.state.regime), odds=percent(odds))
    return Branch(label, "", action_branches(row.actions))


def action_branches(actions: Actions) -> tuple[Branch, ...]:
    """One branch for each kind of thing to do; what is more than `MOST` of them stands in its note."""
    if no_actions(actions):
        return (Branch(say("show.nothing")),)
    trades = (("order", actions.orders), ("rent", actions.rents), ("resell", actions.resales))
    branches = [
        _branch(key, [trades_words([one]) for one in sorted(some, key=lambda trade: -abs(trade.cost))])
        for key, some in trades
        if some
    ]
    ports = [ports_words([one]) for one in sorted(actions.ports, key=lambda step: -step.engineer_days)]
    told = [text for text in ports if text]
    return tuple([*branches, _branch("port", told)] if told else branches)


def _branch(key: str, parts: Sequence[str]) -> Branch:
    """The dearest parts, and all of them in the note."""
    what = ", ".join(parts[:MOST])
    if len(parts) > MOST:
        what = say("view.tree_more", what=what, count=len(parts) - MOST)
    label = say(f"view.tree_{key}", what=what)
    return Branch(label, say(f"view.tree_{key}", what=", ".join(parts)) if len(parts) > MOST else "")
