"""Rules that the organisation sets itself:  domestic purchases >= share . all purchases, in money."""

from __future__ import annotations

from junshi.plan.formulation import costs
from junshi.plan.formulation.node import Node
from junshi.plan.formulation.program import Program
from junshi.plan.formulation.variables import Columns


def add_strategy_rows(program: Program, node: Node, columns: Columns) -> None:
    """At most one row."""
    share = node.instance.limits.min_domestic_share
    if share <= 0 or not columns.order:
        return
    domestic = node.instance.fleet.domestic
    terms = [
        (column, costs.price(node, k) * (float(domestic[k]) - share)) for k, column in columns.order.items()
    ]
    program.row("domestic_share", terms, lower=0.0)
