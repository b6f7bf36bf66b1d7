"""Ecosystem:  sum over k in e, m of run[w,k,m] <= ported[w,e];  a port made now is usable next quarter."""

from __future__ import annotations

from junshi.plan.formulation.node import Node
from junshi.plan.formulation.program import Program, Term
from junshi.plan.formulation.variables import Columns


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
        if terms:
            name = f"ecosystem[{work.ids[w]},{ecosystems[e]}]"
            program.row(name, terms, upper=0.0, incoming=[(node.layout.ported_at[w, e], 1.0)])
