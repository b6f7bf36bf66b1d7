"""Table of contents of the formulation: instance → stage problems on the Markov chain."""

from __future__ import annotations

from collections.abc import Callable

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
    """Lower bound of the scaled cost from each stage on, in any state and whatever was bought before.

    Every unit that can ever be had is sold at its best price; what can be in transit is lost as far as it can
    be, at its best refund; and a later order earns at most its best refund less its lowest cost. All other
    costs are non-negative.
    """
    floor = np.zeros(instance.stages)
    for k in index.owned:
        floor += _least_cost(instance, index, k)
    return floor


def _least_cost(instance: PlanInstance, index: Layout, k: int) -> FloatArray:
    """Part of `value_floor` that one accelerator has, shape [stage]."""
    fleet, scale = instance.fleet, index.unit_scale[k]
    available = fleet.available[:, :, k].max(axis=1) / scale
    ever = fleet.installed[k] / scale + available.sum()
    lead = int(fleet.lead_time_quarters[k])
    on_the_way = available.max() * lead if lead > 1 else 0.0
    lost = float(1.0 - fleet.delivered[:, k].min()) if lead > 1 else 0.0
    resale, order, refund = (
        _lowest(instance, index, k, cost) for cost in (costs.resell, costs.order, costs.refund)
    )
    later_refund = np.append(_lowest_from(refund)[1:], 0.0)
    earned = np.minimum(0.0, order + lost * later_refund) * available
    return np.asarray(
        ever * _lowest_from(resale) + on_the_way * lost * _lowest_from(refund) + np.cumsum(earned[::-1])[::-1]
    )


def _lowest(instance: PlanInstance, index: Layout, k: int, cost: Callable[[Node, int], float]) -> FloatArray:
    """Lowest cost of one scaled unit over the states, shape [stage]."""
    states = range(len(instance.states))
    return np.array(
        [min(cost(Node(instance, index, t, s), k) for s in states) for t in range(instance.stages)]
    )


def _lowest_from(cost: FloatArray) -> FloatArray:
    """Lowest cost from each stage on, at most zero."""
    return np.minimum(np.minimum.accumulate(cost[::-1])[::-1], 0.0)
