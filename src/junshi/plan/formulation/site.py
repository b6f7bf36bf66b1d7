"""Site limits on owned units at work; rented units work elsewhere.

    sum over k of power[k] . (work[k] / uptime[k] - rent[k]) <= power limit
    sum over k of (work[k] / uptime[k] - rent[k]) <= racks,     work[k] = sum run . demand / throughput

Rented units are taken to be used first, as a rented unit costs the same idle.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from junshi.plan.formulation.node import Node, units_needed
from junshi.plan.formulation.program import Program, Term
from junshi.plan.formulation.variables import Columns

FloatArray = NDArray[np.float64]


def add_site_rows(program: Program, node: Node, columns: Columns) -> None:
    """At most two rows: power and racks."""
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


def _at_work(node: Node, columns: Columns, weight: FloatArray) -> list[Term]:
    """Terms of the weighted number of owned units at work."""
    fleet, scale = node.instance.fleet, node.layout.unit_scale
    terms = [
        (column, float(weight[k] * units_needed(node, w, k, m) / fleet.uptime[k]))
        for (w, k, m), column in columns.run.items()
    ]
    return terms + [(column, -float(weight[k] * scale[k])) for k, column in columns.rent.items()]
