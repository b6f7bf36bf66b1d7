"""Decisions of a node: order, rent, resell, run, port, unmet, and the state that it leaves."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from junshi.plan.formulation import costs
from junshi.plan.formulation.layout import MODES, Layout
from junshi.plan.formulation.node import Node
from junshi.plan.formulation.program import Program


@dataclass
class Columns:
    """Column index of each decision, keyed by index sets of the layout; the same in every node."""

    order: dict[int, int] = field(default_factory=dict)
    rent: dict[int, int] = field(default_factory=dict)
    resell: dict[int, int] = field(default_factory=dict)
    held: dict[int, int] = field(default_factory=dict)
    lost: dict[int, int] = field(default_factory=dict)
    run: dict[tuple[int, int, int], int] = field(default_factory=dict)
    unmet: dict[int, int] = field(default_factory=dict)
    port: dict[tuple[int, int], int] = field(default_factory=dict)
    stock: dict[int, int] = field(default_factory=dict)
    transit: dict[tuple[int, int], int] = field(default_factory=dict)
    ported: dict[tuple[int, int], int] = field(default_factory=dict)
    seasoned: dict[tuple[int, int], int] = field(default_factory=dict)
    cash: int = -1

    def outgoing(self, layout: Layout) -> list[int]:
        """Columns of the state left, in the layout's order."""
        columns = [self.stock[k] for k in layout.owned]
        columns += [self.transit[pair] for pair in layout.in_transit]
        columns += [self.ported[pair] for pair in layout.ports]
        columns += [self.seasoned[pair] for pair in layout.ports]
        return [*columns, self.cash] if layout.has_cash else columns


def add_columns(program: Program, node: Node) -> Columns:
    """Add all columns, with their bounds and costs (scaled); see objective in `costs.py`."""
    columns = Columns()
    _add_fleet_decisions(program, node, columns)
    _add_work_decisions(program, node, columns)
    _add_state(program, node, columns)
    return columns


def _add_fleet_decisions(program: Program, node: Node, columns: Columns) -> None:
    """Order, rent, resell, hold; what is lost on the way."""
    layout, fleet = node.layout, node.instance.fleet
    ids = fleet.ids
    for k in layout.orderable:
        available = fleet.available[node.stage, node.state, k] / layout.unit_scale[k]
        columns.order[k] = program.column(f"order[{ids[k]}]", costs.order(node, k), upper=available)
    for k in layout.rentable:
        rentable = fleet.rentable[node.stage, node.state, k] / layout.unit_scale[k]
        columns.rent[k] = program.column(f"rent[{ids[k]}]", costs.rent(node, k), upper=rentable)
    for k in layout.owned:
        columns.resell[k] = program.column(f"resell[{ids[k]}]", costs.resell(node, k))
        columns.held[k] = program.column(f"held[{ids[k]}]", costs.hold(node, k))
        if (k, 1) in layout.transit_at:
            columns.lost[k] = program.column(f"lost[{ids[k]}]", costs.refund(node, k))


def _add_work_decisions(program: Program, node: Node, columns: Columns) -> None:
    """Run, leave unmet, port."""
    layout, ids = node.layout, node.instance.fleet.ids
    workloads, ecosystems = node.instance.work.ids, node.instance.ecosystems
    for w, k, m in layout.runs:
        name = f"run[{workloads[w]},{ids[k]},{MODES[m]}]"
        columns.run[w, k, m] = program.column(name, costs.run(node, w, k, m))
    for w in range(len(workloads)):
        columns.unmet[w] = program.column(f"unmet[{workloads[w]}]", costs.unmet(node, w))
    for w, e in layout.ports:
        columns.port[w, e] = program.column(f"port[{workloads[w]},{ecosystems[e]}]", costs.port(node, w, e))


def _add_state(program: Program, node: Node, columns: Columns) -> None:
    """The state left, in the layout's order."""
    layout, ids, work = node.layout, node.instance.fleet.ids, node.instance.work
    workloads, ecosystems = work.ids, node.instance.ecosystems
    for k in layout.owned:
        columns.stock[k] = program.column(f"stock[{ids[k]}]", costs.leave(node, k))
    for k, quarters in layout.in_transit:
        columns.transit[k, quarters] = program.column(f"pipeline[{ids[k]},{quarters}]")
    for w, e in layout.ports:
        name = f"ported[{workloads[w]},{ecosystems[e]}]"
        upkeep = costs.upkeep(node, w, e)
        columns.ported[w, e] = program.column(name, upkeep, upper=1.0, integer=bool(work.atomic[w]))
    for w, e in layout.ports:
        columns.seasoned[w, e] = program.column(f"seasoned[{workloads[w]},{ecosystems[e]}]", upper=1.0)
    if layout.has_cash:
        columns.cash = program.column("cash", upper=np.inf)
