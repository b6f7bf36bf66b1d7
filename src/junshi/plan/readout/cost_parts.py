"""Mean discounted cost by kind of decision."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from junshi.plan.formulation.costs import late_value, late_value_lost
from junshi.plan.formulation.layout import Layout
from junshi.plan.formulation.node import Node
from junshi.plan.formulation.variables import Columns
from junshi.plan.simulate import Simulation
from junshi.plan.stage_problem import MultistageProblem

FloatArray = NDArray[np.float64]

KINDS = {
    "order": "purchase",
    "rent": "rent",
    "resell": "resale",
    "held": "operation",
    "lost": "refund",
    "run": "energy",
    "unmet": "unmet",
    "port": "ports",
    "ported": "upkeep",
    "stock": "value_left",
}


def mean_cost_parts(
    problem: MultistageProblem, layout: Layout, columns: Columns, simulation: Simulation
) -> dict[str, float]:
    """Currency by kind, mean over the paths.

    `opening` is the value of the fleet at the start, `value_left` of the fleet at the end, the book value of
    late purchases included; the parts add up to the mean cost.
    """
    cost_scale = layout.cost_scale
    names = problem.nodes[0][0].col_names
    kinds = np.array([KINDS.get(name.split("[", 1)[0], "") for name in names])
    parts = dict.fromkeys(KINDS.values(), 0.0)
    for stage in range(problem.stages):
        cost = np.stack([node.cost for node in problem.nodes[stage]])[simulation.states[:, stage]]
        paid = simulation.weights @ (cost * simulation.columns[stage][:, : cost.shape[1]])
        for kind in parts:
            parts[kind] += float(paid[kinds == kind].sum()) * cost_scale
    ordered, lost = _late_value(layout, columns, simulation) * cost_scale
    parts["purchase"] += ordered
    parts["refund"] -= lost
    parts["value_left"] -= ordered - lost
    parts["opening"] = problem.nodes[0][0].constant * cost_scale
    return parts


def _late_value(layout: Layout, columns: Columns, simulation: Simulation) -> FloatArray:
    """Mean value beyond resale of late purchases, and of those among them that are lost; scaled."""
    instance = layout.instance
    total = np.zeros(2)
    for stage, values in enumerate(simulation.columns):
        for path, state in enumerate(simulation.states[:, stage]):
            node = Node(instance, layout, stage, instance.initial if stage == 0 else int(state))
            row = values[path]
            ordered = sum(row[column] * late_value(node, k) for k, column in columns.order.items())
            lost = sum(row[column] * late_value_lost(node, k) for k, column in columns.lost.items())
            total += simulation.weights[path] * np.array([ordered, lost])
    return total
