"""Stock and pipeline.

held[k] + resell[k] = stock[k]
stock'[k] = survival[k,s] . held[k] + arrivals[k]
arrivals = order (lead time 1), or delivered[k,s] . pipeline[k,1];  pipeline'[k,j] = pipeline[k,j+1] or order
lost[k] = (1 - delivered[k,s]) . pipeline[k,1]  is refunded
"""

from __future__ import annotations

from junshi.plan.formulation.node import Node
from junshi.plan.formulation.program import Program
from junshi.plan.formulation.variables import Columns


def add_stock_rows(program: Program, node: Node, columns: Columns) -> None:
    """Rows of each accelerator with a stock."""
    for k in node.layout.owned:
        _add_stock(program, node, columns, k)
        _add_pipeline(program, node, columns, k)


def _add_stock(program: Program, node: Node, columns: Columns, k: int) -> None:
    fleet, layout = node.instance.fleet, node.layout
    name = fleet.ids[k]
    held, resell, after = columns.held[k], columns.resell[k], columns.stock[k]
    program.row(
        f"held[{name}]",
        [(held, 1.0), (resell, 1.0)],
        lower=0.0,
        upper=0.0,
        incoming=[(layout.stock_at[k], 1.0)],
    )
    terms = [(after, 1.0), (held, -float(fleet.survival[node.state, k]))]
    arriving = []
    if (k, 1) in layout.transit_at:
        arriving = [(layout.transit_at[k, 1], float(fleet.delivered[node.state, k]))]
    elif k in columns.order:
        terms.append((columns.order[k], -1.0))
    program.row(f"stock[{name}]", terms, lower=0.0, upper=0.0, incoming=arriving)


def _add_pipeline(program: Program, node: Node, columns: Columns, k: int) -> None:
    fleet, layout = node.instance.fleet, node.layout
    name = fleet.ids[k]
    slots = [quarters for other, quarters in layout.in_transit if other == k]
    for quarters in slots:
        terms = [(columns.transit[k, quarters], 1.0)]
        incoming = []
        if quarters + 1 in slots:
            incoming = [(layout.transit_at[k, quarters + 1], 1.0)]
        elif k in columns.order:
            terms.append((columns.order[k], -1.0))
        program.row(f"pipeline[{name},{quarters}]", terms, lower=0.0, upper=0.0, incoming=incoming)
    if k in columns.lost:
        share = 1.0 - float(fleet.delivered[node.state, k])
        program.row(
            f"lost[{name}]",
            [(columns.lost[k], 1.0)],
            lower=0.0,
            upper=0.0,
            incoming=[(layout.transit_at[k, 1], share)],
        )
