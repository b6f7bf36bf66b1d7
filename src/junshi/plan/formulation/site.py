"""Site limits on owned units at work; rented units work elsewhere.

    sum over k of power[k] . (work[k] / uptime[k] - rent[k]) <= power limit
    sum over k of (work[k] / uptime[k] - rent[k]) <= racks,     work[k] = sum run . demand / throughput
    rent[k] <= work[k] / uptime[k]

Rented units are taken to be used first, as a rented unit costs the same idle; none is rented to stand idle,
which would otherwise make room on the site for owned ones.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from junshi.plan.formulation.node import Node, units_needed
from junshi.plan.formulation.program import Program, Term
from junshi.plan.formulation.variables import Columns

FloatArray = NDArray[np.float64]


def add_site_rows(program: Program, node: Node, columns: Columns) -> None:
    """Power and racks, and a row for each accelerator that can be rented; none without a limit."""
    limits, fleet = node.instance.limits, node.instance.fleet
    power = float(limits.power_kw[node.stage])
    if np.isfinite(power):
        scale = max(power, 1.0)
        terms = _at_work(node, columns, fleet.power_kw / scale)
        program.row("power", terms, upper=power / scale)
    racks = float(limits.racks[node.stage])
    if np.isfinite(racks):
        scale = max(racks, 1.0)
        terms = _at_work(node, columns, np.full(len(fleet.ids), 1.0 / scale))
        program.row("racks", terms, upper=racks / scale)
    if np.isfinite(power) or np.isfinite(racks):
        for k, column in columns.rent.items():
            used = [(other, -units) for other, units in _work(node, columns, k)]
            program.row(f"rented_works[{fleet.ids[k]}]", [(column, 1.0), *used], upper=0.0)


def _at_work(node: Node, columns: Columns, weight: FloatArray) -> list[Term]:
    """Terms of the weighted number of owned units at work."""
    scale = node.layout.unit_scale
    terms = [
        (column, float(weight[k] * scale[k]) * units)
        for k in range(len(scale))
        for column, units in _work(node, columns, k)
    ]
    return terms + [(column, -float(weight[k] * scale[k])) for k, column in columns.rent.items()]


def _work(node: Node, columns: Columns, accelerator: int) -> list[Term]:
    """Terms of the scaled number of units of one accelerator at work, owned or rented."""
    uptime, scale = node.instance.fleet.uptime[accelerator], node.layout.unit_scale[accelerator]
    return [
        (column, float(units_needed(node, w, k, m) / (uptime * scale)))
        for (w, k, m), column in columns.run.items()
        if k == accelerator
    ]
