"""Table of contents of the formulation: instance → stage problems on the Markov chain."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from junshi.plan.formulation import costs
from junshi.plan.formulation.capacity import add_capacity_rows
from junshi.plan.formulation.cash import add_cash_rows
from junshi.plan.formulation.demand import add_demand_rows
from junshi.plan.formulation.ecosystem import add_ecosystem_rows
from junshi.plan.formulation.layout import Layout, layout
from junshi.plan.formulation.node import Node
from junshi.plan.formulation.porting import add_porting_rows
from junshi.plan.formulation.program import Program
from junshi.plan.formulation.seasoning import add_seasoning_rows
from junshi.plan.formulation.site import add_site_rows
from junshi.plan.formulation.stock import add_stock_rows
from junshi.plan.formulation.strategy import add_strategy_rows
from junshi.plan.formulation.variables import Columns, add_columns
from junshi.plan.instance import PlanInstance
from junshi.plan.stage_problem import MultistageProblem, StageProblem

FloatArray = NDArray[np.float64]

FAMILIES = (
    add_demand_rows,
    add_capacity_rows,
    add_ecosystem_rows,
    add_seasoning_rows,
    add_porting_rows,
    add_stock_rows,
    add_site_rows,
    add_cash_rows,
    add_strategy_rows,
)


def stage_problem(node: Node) -> tuple[StageProblem, Columns]:
    """Stage problem of one node and its column index."""
    program = Program()
    columns = add_columns(program, node)
    for add_rows in FAMILIES:
        add_rows(program, node, columns)
    constant = costs.opening(node) if node.stage == 0 else 0.0
    return program.freeze(columns.outgoing(node.layout), constant=constant), columns


def multistage_problem(instance: PlanInstance) -> tuple[MultistageProblem, Layout]:
    """All stage problems: the first stage has the present state only, the others all states."""
    index = layout(instance)
    nodes = []
    for stage in range(instance.stages):
        states = [instance.initial] if stage == 0 else range(len(instance.states))
        nodes.append(tuple(stage_problem(Node(instance, index, stage, state))[0] for state in states))
    later = [instance.transition] * (instance.stages - 2)
    first = [instance.transition[[instance.initial]]] if instance.stages > 1 else []
    problem = MultistageProblem(
        initial_state=index.initial_state,
        initial_odds=np.ones(1),
        transition=(*first, *later),
        nodes=tuple(nodes),
        floor=value_floor(instance, index),
    )
    return problem, index


def value_floor(instance: PlanInstance, index: Layout) -> FloatArray:
    """Lower bound of the cost from each stage on: every unit that can ever be had is sold at its best price.

    All other costs are non-negative; refunds return at most the price of what can be in transit.
    """
    fleet = instance.fleet
    ever = fleet.installed + fleet.available.max(axis=1).sum(axis=0)
    best_resale = (fleet.resale_price * instance.discount[:, None, None]).max(axis=1)
    lead = fleet.lead_time_quarters
    in_transit = np.where(lead > 1, lead * fleet.available.max(axis=(0, 1)), 0.0)
    refund = in_transit @ (fleet.price * instance.discount[:, None, None]).max(axis=(0, 1))
    floor = [
        -(float(ever @ best_resale[stage:].max(axis=0)) + float(refund)) / index.cost_scale
        for stage in range(instance.stages)
    ]
    return np.array(floor)
