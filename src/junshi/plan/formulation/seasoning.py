"""Seasoning and learning by use.

sum over k in e of run[w,k,seasoned] <= seasoned[w,e]
seasoned'[w,e] <= seasoned[w,e] + learning[e] . sum over k in e, m of run[w,k,m],   seasoned' <= ported'
"""

from __future__ import annotations

from junshi.plan.formulation.ecosystem import runs_on
from junshi.plan.formulation.node import Node
from junshi.plan.formulation.program import Program
from junshi.plan.formulation.variables import Columns

SEASONED = 1


def add_seasoning_rows(program: Program, node: Node, columns: Columns) -> None:
    """Three rows a (workload, ecosystem) pair that is not settled."""
    work, ecosystems = node.instance.work, node.instance.ecosystems
    for w, e in node.layout.ports:
        pair = f"[{work.ids[w]},{ecosystems[e]}]"
        before = [(node.layout.seasoned_at[w, e], 1.0)]
        tuned = runs_on(node, columns, w, e, SEASONED)
        if tuned:
            program.row(f"seasoning{pair}", tuned, upper=0.0, incoming=before)
        after = columns.seasoned[w, e]
        rate = float(work.learning[e])
        used = [(column, -rate) for column, _ in runs_on(node, columns, w, e)]
        program.row(f"learning{pair}", [(after, 1.0), *used], upper=0.0, incoming=before)
        program.row(f"tuned_is_ported{pair}", [(after, 1.0), (columns.ported[w, e], -1.0)], upper=0.0)
