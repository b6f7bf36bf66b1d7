"""Ecosystem:  sum over k in e, m of run[w,k,m] <= ported[w,e];  a port made now is usable next quarter.

An atomic workload runs on an ecosystem only once its port is complete, however many quarters that took:

    sum over k in e, m of run[w,k,m] <= complete[w,e] <= ported[w,e],   complete[w,e] in {0, 1}
"""

from __future__ import annotations

from junshi.plan.formulation.node import Node
from junshi.plan.formulation.program import Program, Term
from junshi.plan.formulation.variables import Columns

WHOLE = 1.0 + 1e-6
"""A port that is whole but for a rounding error is complete."""


def runs_on(node: Node, columns: Columns, w: int, e: int, mode: int | None = None) -> list[Term]:
    """Terms of all runs of a workload on an ecosystem, of one mode or of both."""
    ecosystem = node.instance.fleet.ecosystem
    return [
        (column, 1.0)
        for (v, k, m), column in columns.run.items()
        if v == w and ecosystem[k] == e and (mode is None or m == mode)
    ]


def add_ecosystem_rows(program: Program, node: Node, columns: Columns) -> None:
    """One row a (workload, ecosystem) pair that is not settled."""
    work, ecosystems = node.instance.work, node.instance.ecosystems
    for w, e in node.layout.ports:
        terms = runs_on(node, columns, w, e)
        pair, at = f"[{work.ids[w]},{ecosystems[e]}]", node.layout.ported_at[w, e]
        if (w, e) in columns.complete:
            complete = columns.complete[w, e]
            program.row(f"whole{pair}", [(complete, 1.0)], upper=0.0, incoming=[(at, WHOLE)])
            program.row(f"ecosystem{pair}", [*terms, (complete, -1.0)], upper=0.0)
        elif terms:
            program.row(f"ecosystem{pair}", terms, upper=0.0, incoming=[(at, 1.0)])
