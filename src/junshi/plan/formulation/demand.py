"""Demand:  sum over k, m of run[w,k,m] + unmet[w] = 1."""

from __future__ import annotations

from junshi.plan.formulation.node import Node
from junshi.plan.formulation.program import Program
from junshi.plan.formulation.variables import Columns


def add_demand_rows(program: Program, node: Node, columns: Columns) -> None:
    """One row a workload: each share of it runs somewhere or is unmet."""
    for w, name in enumerate(node.instance.work.ids):
        terms = [(column, 1.0) for (v, _, _), column in columns.run.items() if v == w]
        program.row(f"demand[{name}]", [*terms, (columns.unmet[w], 1.0)], lower=1.0, upper=1.0)
