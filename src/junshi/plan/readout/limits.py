"""Limits of the first quarter: how much is used and what one more unit would be worth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from junshi.plan.formulation import costs
from junshi.plan.formulation.node import Node, units_needed
from junshi.plan.readout.decisions import Reader
from junshi.plan.result import LimitUse
from junshi.plan.stage_problem import StageProblem

FloatArray = NDArray[np.float64]


def read_limits(
    reader: Reader, problem: StageProblem, values: FloatArray, duals: FloatArray
) -> tuple[LimitUse, ...]:
    """Budget, power, racks and engineers, those that the plan has.

    Parameters
    ----------
    problem : stage problem of the first quarter, with row names
    values : its decisions
    duals : derivative of the scaled cost by each row's bound
    """
    instance, layout = reader.instance, reader.layout
    limits = instance.limits
    node = Node(instance, layout, 0, instance.initial)
    rows = {name: position for position, name in enumerate(problem.row_names)}
    known: list[tuple[str, str, float, float, float]] = []
    if "budget" in rows:
        known.append(
            (
                "budget",
                instance.currency,
                float(limits.budget[0]),
                _spent(reader, node, values),
                layout.cost_scale,
            )
        )
    busy = _owned_at_work(reader, node, values)
    if "power" in rows:
        power = float(limits.power_kw[0])
        known.append(("power", "kW", power, float(busy @ instance.fleet.power_kw), max(power, 1.0)))
    if "racks" in rows:
        racks = float(limits.racks[0])
        known.append(("racks", "accelerators", racks, float(busy.sum()), max(racks, 1.0)))
    if "engineers" in rows:
        days = float(limits.engineer_days[0])
        known.append(("engineers", "days", days, _days(reader, values), _engineer_scale(reader)))
    return tuple(
        LimitUse(name, unit, limit, used, _worth(duals[rows[name]], layout.cost_scale, scale))
        for name, unit, limit, used, scale in known
    )


def _worth(dual: float, cost_scale: float, row_scale: float) -> float:
    """Currency saved by one more unit of the limit; NaN when the solver gave no dual."""
    return float("nan") if np.isnan(dual) else max(0.0, -float(dual) * cost_scale / row_scale)


def _spent(reader: Reader, node: Node, values: FloatArray) -> float:
    """Spending of the budget in the first quarter (not discounted there)."""
    columns, scale = reader.columns, reader.layout.cost_scale
    scaled = sum(values[column] * costs.price(node, k) for k, column in columns.order.items())
    scaled += sum(values[column] * costs.rent(node, k) for k, column in columns.rent.items())
    scaled += sum(values[column] * costs.resell(node, k) for k, column in columns.resell.items())
    scaled += sum(values[column] * costs.port(node, w, e) for (w, e), column in columns.port.items())
    return float(scaled * scale)


def _owned_at_work(reader: Reader, node: Node, values: FloatArray) -> FloatArray:
    """Owned accelerators at work, rented ones taken to be used first, shape [accelerator]."""
    fleet = reader.instance.fleet
    busy = -reader.units(reader.columns.rent, values)
    for (w, k, m), column in reader.columns.run.items():
        busy[k] += values[column] * units_needed(node, w, k, m) / fleet.uptime[k]
    return busy


def _days(reader: Reader, values: FloatArray) -> float:
    """Engineer-days of ports and their upkeep."""
    work, columns = reader.instance.work, reader.columns
    days = sum(values[column] * work.effort_days[pair] for pair, column in columns.port.items())
    days += sum(values[column] * work.upkeep_days[pair] for pair, column in columns.ported.items())
    return float(days)


def _engineer_scale(reader: Reader) -> float:
    """Scale of the engineers' row, as `porting.py` chose it."""
    work = reader.instance.work
    pairs = reader.layout.ports
    return max(max(float(work.effort_days[pair]), float(work.upkeep_days[pair])) for pair in pairs)
