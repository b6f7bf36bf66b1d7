"""Porting:  ported'[w,e] <= ported[w,e] + port[w,e];  effort and upkeep <= engineer-days of the quarter.

A port that is no longer kept up may be dropped (ported' below ported). The ported share of an atomic
workload is 0 or 1.
"""

from __future__ import annotations

from junshi.plan.formulation.node import Node
from junshi.plan.formulation.program import Program
from junshi.plan.formulation.variables import Columns


def add_porting_rows(program: Program, node: Node, columns: Columns) -> None:
    """One row a pair, and one for the engineers."""
    work, ecosystems = node.instance.work, node.instance.ecosystems
    effort = []
    for w, e in node.layout.ports:
        name = f"porting[{work.ids[w]},{ecosystems[e]}]"
        terms = [(columns.ported[w, e], 1.0), (columns.port[w, e], -1.0)]
        program.row(name, terms, upper=0.0, incoming=[(node.layout.ported_at[w, e], 1.0)])
        effort.append((columns.port[w, e], float(work.effort_days[w, e])))
        effort.append((columns.ported[w, e], float(work.upkeep_days[w, e])))
    largest = max((days for _, days in effort), default=0.0)
    if largest > 0:
        scaled = [(column, days / largest) for column, days in effort]
        program.row(
            "engineers", scaled, upper=float(node.instance.limits.engineer_days[node.stage]) / largest
        )
