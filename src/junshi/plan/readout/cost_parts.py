"""Mean discounted cost by kind of decision."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

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


def mean_cost_parts(problem: MultistageProblem, simulation: Simulation, cost_scale: float) -> dict[str, float]:
    """Currency by kind, mean over the paths; `opening` is the value of the fleet at the start."""
    names = problem.nodes[0][0].col_names
    kinds = np.array([KINDS.get(name.split("[", 1)[0], "") for name in names])
    parts = dict.fromkeys(KINDS.values(), 0.0)
    for stage in range(problem.stages):
        cost = np.stack([node.cost for node in problem.nodes[stage]])[simulation.states[:, stage]]
        paid = simulation.weights @ (cost * simulation.columns[stage][:, : cost.shape[1]])
        for kind in parts:
            parts[kind] += float(paid[kinds == kind].sum()) * cost_scale
    parts["opening"] = problem.nodes[0][0].constant * cost_scale
    return parts
