"""The plan of somebody who takes the mean of everything for certain, and what following it costs.

The mean-value problem has one state, with prices, limits, demand and losses at their mean over the states'
odds of each quarter. Its first-quarter decisions, followed by the best that can be done afterwards, give the
expected cost EEV; the value of the stochastic solution is VSS = EEV - RP >= 0 (Birge and Louveaux 2011, 4.2).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from junshi.insight.edit import edited, with_bounds
from junshi.insight.follow import plan_columns
from junshi.insight.foresight import solve_path
from junshi.plan.formulation.build import multistage_problem
from junshi.plan.formulation.variables import Columns
from junshi.plan.instance import PlanInstance, PlanState
from junshi.plan.planner import RiskAttitude, Setting, prepare
from junshi.plan.stage_problem import StageProblem

FloatArray = NDArray[np.float64]
SLACK = 1e-6
"""Relative width of the interval that a fixed decision may move in, so that rounding keeps it feasible."""


def marginal_odds(instance: PlanInstance) -> FloatArray:
    """Odds of each state in each stage, shape [stage, state]."""
    odds = np.zeros((instance.stages, len(instance.states)))
    odds[0, instance.initial] = 1.0
    for stage in range(1, instance.stages):
        odds[stage] = odds[stage - 1] @ instance.transition
    return odds


def mean_instance(instance: PlanInstance) -> PlanInstance:
    """Instance of one state in which everything is at its mean."""
    odds = marginal_odds(instance)
    overall = odds.mean(axis=0)

    def by_stage(values: FloatArray) -> FloatArray:
        return np.asarray(np.einsum("ts,tsk->tk", odds, values)[:, None, :])

    def by_state(values: FloatArray) -> FloatArray:
        return np.asarray((overall @ values)[None, :])

    fleet, work, now = instance.fleet, instance.work, instance.states[instance.initial]
    return replace(
        instance,
        states=(PlanState(now.regime, now.ramp, now.level),),
        initial=0,
        transition=np.ones((1, 1)),
        fleet=replace(
            fleet,
            available=by_stage(fleet.available),
            rentable=by_stage(fleet.rentable),
            price=by_stage(fleet.price),
            resale_price=by_stage(fleet.resale_price),
            rent_price=by_stage(fleet.rent_price),
            survival=by_state(fleet.survival),
            delivered=by_state(fleet.delivered),
        ),
        work=replace(work, demand=by_stage(work.demand), unmet_cost=by_stage(work.unmet_cost)),
    )


def first_decisions(setting: Setting) -> dict[int, float]:
    """Orders, rents, resales and ports of the first quarter that the mean-value problem takes.

    Returns
    -------
    column of the setting's stage problems → scaled value
    """
    means = mean_instance(setting.instance)
    problem, layout = multistage_problem(means)
    answer = solve_path(problem, np.zeros(problem.stages, dtype=np.int64), relaxed=False).decisions(0)
    theirs = plan_columns(prepare(means, RiskAttitude()))
    ours = plan_columns(setting)
    ratio = layout.unit_scale / setting.layout.unit_scale
    decisions = {}
    for family in ("order", "rent", "resell"):
        there = getattr(theirs, family)
        for k, column in getattr(ours, family).items():
            decisions[column] = float(answer[there[k]] * ratio[k]) if k in there else 0.0
    for pair, column in ours.port.items():
        decisions[column] = float(answer[theirs.port[pair]]) if pair in theirs.port else 0.0
    return decisions


def with_first_decisions(setting: Setting, decisions: dict[int, float]) -> Setting:
    """Setting whose first quarter is decided already; cuts of the free setting stay valid."""

    def fix(stage: int, _state: int, node: StageProblem) -> StageProblem:
        if stage > 0:
            return node
        bounds = {}
        for column, value in decisions.items():
            low, high = float(node.col_lower[column]), float(node.col_upper[column])
            width = SLACK * (1.0 + abs(value))
            bounds[column] = (max(low, min(value, high) - width), min(high, value + width))
        return with_bounds(node, bounds)

    return edited(setting, fix)


def decided_columns(columns: Columns) -> list[int]:
    """Columns that are decisions of the first quarter: what is bought, rented, sold and ported."""
    families: list[dict[int, int]] = [columns.order, columns.rent, columns.resell]
    return [column for family in families for column in family.values()] + list(columns.port.values())
