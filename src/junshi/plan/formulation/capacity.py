"""Capacity.

sum over w, m of run[w,k,m] . demand[w] / throughput[w,k,m] <= uptime[k] . (held[k] + rent[k])
"""

from __future__ import annotations

from junshi.plan.formulation.node import Node, units_needed
from junshi.plan.formulation.program import Program
from junshi.plan.formulation.variables import Columns


def add_capacity_rows(program: Program, node: Node, columns: Columns) -> None:
    """One row an accelerator, in scaled units."""
    fleet, scale = node.instance.fleet, node.layout.unit_scale
    for k, name in enumerate(fleet.ids):
        terms = [
            (column, units_needed(node, w, k, m) / scale[k])
            for (w, other, m), column in columns.run.items()
            if other == k
        ]
        if terms:
            supply = [(family[k], -fleet.uptime[k]) for family in (columns.held, columns.rent) if k in family]
            program.row(f"capacity[{name}]", [*terms, *supply], upper=0.0)
