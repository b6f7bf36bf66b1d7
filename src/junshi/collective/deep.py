"""Deep mode: archetypes choose by the planner itself, each with its template scenario.

The best reply of an archetype is the policy of the plan under the maturity, price and availability paths of
the collective; what it buys is read from the plan's courses, weighed by the odds of each supply state.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from junshi.catalogue.catalogue import Catalogue
from junshi.collective.build import Setup
from junshi.collective.calibrate import Calibration, CostOfSide, calibrated
from junshi.collective.coupling import (
    CollectivePaths,
    JointPoint,
    Reply,
    archetype_shares,
    joint_fixed_point,
    outlook_from,
    paths_for_plan,
)
from junshi.collective.run import run_given
from junshi.demand.build import build_demand
from junshi.plan.assemble import Tables, assemble
from junshi.plan.planner import PlanSettings, RiskAttitude, plan_instance
from junshi.plan.result import PlanResult
from junshi.plan.trends import load_trends
from junshi.porting.from_scenario import build_effort
from junshi.scenario.archetypes import template
from junshi.scenario.load import parse_scenario
from junshi.scenario.schema import Scenario
from junshi.supply.build import build_supply
from junshi.terms import Archetype
from junshi.throughput.build import build_throughput
from junshi.units import Quarter

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

QUICK = PlanSettings(gap=0.05, seconds=30.0, iterations=40, check_every=20, check_paths=20, report_paths=20)
"""A reply need not be exact to 1 %: the average of the replies is what counts."""

CAREFUL = PlanSettings(
    gap=0.02, seconds=120.0, iterations=100, check_every=20, check_paths=20, report_paths=100
)
"""Costs that are compared must be near their bounds: after 20 iterations a ratio may be off by half."""


def planner(catalogue: Catalogue, settings: PlanSettings = QUICK, quarters: int | None = None) -> Reply:
    """Reply of each archetype by a plan of its template scenario.

    Parameters
    ----------
    settings : how exactly each reply is planned
    quarters : shorter horizon than the template's, for a quick look
    """

    def reply(archetype: Archetype, paths: CollectivePaths) -> FloatArray:
        scenario = template_scenario(archetype, catalogue, quarters)
        result = plan_in_world(scenario, catalogue, paths, settings)
        return purchase_shares(result, catalogue, paths, Quarter.parse(scenario.horizon.start))

    return reply


@dataclass(frozen=True)
class DeepAnswer:
    """Plans against the logit.

    Attributes
    ----------
    point : where plans and world fit together; its `logit` has the planner's costs
    calibration : the planner's cost of domestic orders against imports, and the offsets that it gives
    plain : shares by the logit with its own costs, [archetype, quarter, ecosystem]
    """

    point: JointPoint
    calibration: Calibration
    plain: FloatArray


def deep_answer(
    setup: Setup,
    states: IntArray,
    belief: FloatArray,
    catalogue: Catalogue,
    *,
    rounds: int,
    settings: PlanSettings = QUICK,
    quarters: int | None = None,
) -> DeepAnswer:
    """Give the logit the planner's costs, then let plans and world find each other from there.

    Parameters
    ----------
    settings : how exactly each reply is planned; costs that are compared are always planned with `CAREFUL`
    quarters : shorter horizon than the templates', for a quick look
    """
    run = run_given(setup.world, setup.start, states, belief, None)
    world = paths_for_plan(setup, run, states)
    calibration = calibrated(setup, states, belief, world, cost_of_side(catalogue, quarters=quarters))
    point = joint_fixed_point(
        calibration.setup, states, belief, planner(catalogue, settings, quarters), rounds=rounds
    )
    return DeepAnswer(point, calibration, archetype_shares(setup, run))


def template_scenario(archetype: Archetype, catalogue: Catalogue, quarters: int | None) -> Scenario:
    """Template of an archetype, cut to a number of quarters."""
    file = Path(f"{archetype.value}.toml")
    scenario = parse_scenario(template(archetype, "en"), file, catalogue)
    if quarters is None or quarters >= scenario.horizon.quarters:
        return scenario
    return _cut(scenario, quarters)


def _cut(scenario: Scenario, quarters: int) -> Scenario:
    """Scenario over its first quarters: every list with a value a quarter is shortened."""

    def shorter(value: object, length: int) -> object:
        if isinstance(value, dict):
            return {key: shorter(inner, length) for key, inner in value.items()}
        if isinstance(value, list):
            if len(value) == length and all(isinstance(one, (int, float)) for one in value):
                return value[:quarters]
            return [shorter(one, length) for one in value]
        return value

    table = shorter(scenario.model_dump(mode="python"), scenario.horizon.quarters)
    cut = Scenario.model_validate(table)
    horizon = cut.horizon.model_copy(update={"quarters": quarters})
    return cut.model_copy(update={"horizon": horizon})


def cost_of_side(
    catalogue: Catalogue, settings: PlanSettings = CAREFUL, quarters: int | None = None
) -> CostOfSide:
    """Cost of an archetype's plan that may order and rent one side only; what it owns runs on."""

    def cost(archetype: Archetype, paths: CollectivePaths, domestic: bool) -> float:
        scenario = template_scenario(archetype, catalogue, quarters)
        return plan_in_world(scenario, catalogue, paths, settings, domestic).cost.objective

    return cost


def plan_in_world(
    scenario: Scenario,
    catalogue: Catalogue,
    paths: CollectivePaths,
    settings: PlanSettings,
    only_domestic: bool | None = None,
) -> PlanResult:
    """Plan of a scenario whose outlook is the collective's.

    Parameters
    ----------
    only_domestic : order and rent domestic parts only (True) or imports only (False); None = either

    Raises
    ------
    InputError, InputErrors, NoPlan, SolverTrouble : as for any plan
    """
    chain, effects, _ = build_supply(scenario, catalogue)
    effort = build_effort(scenario, catalogue, Path())
    trends = load_trends()
    outlook = outlook_from(
        paths,
        [catalogue.accelerator(name) for name in scenario.accelerators],
        [catalogue.ecosystem(name) for name in effort.ecosystems],
        Quarter.parse(scenario.horizon.start),
        scenario.horizon.quarters,
        trends,
    )
    tables = Tables(
        throughput=build_throughput(scenario, catalogue),
        demand=build_demand(scenario, catalogue, Path()),
        effort=effort,
        chain=chain,
        effects=effects,
        outlook=outlook,
        trends=trends,
    )
    instance = assemble(scenario, catalogue, tables)
    if only_domestic is not None:
        open_to = instance.fleet.domestic == only_domestic
        fleet = replace(
            instance.fleet,
            available=instance.fleet.available * open_to,
            rentable=instance.fleet.rentable * open_to,
        )
        instance = replace(instance, fleet=fleet)
    attitude = RiskAttitude(scenario.risk.weight, scenario.risk.tail, scenario.risk.reading)
    return plan_instance(instance, attitude, settings)[0]


def purchase_shares(
    result: PlanResult, catalogue: Catalogue, paths: CollectivePaths, start: Quarter
) -> FloatArray:
    """Share of the units ordered on each ecosystem of the population, [quarter shown, ecosystem].

    Units of a quarter are those of each state's course, weighed by the odds of the state in that quarter.
    Cumulative from the start, so that one empty quarter does not make the share jump; quarters before the
    first purchase take its shares, and a plan that buys nothing gives NaN.
    """
    instance = result.instance
    odds = np.zeros((instance.stages, len(instance.states)))
    odds[0, instance.initial] = 1.0
    for stage in range(1, instance.stages):
        odds[stage] = odds[stage - 1] @ instance.transition
    labels = [state.label for state in instance.states]
    units = np.zeros((instance.stages, paths.maturity.shape[1]))
    for course in result.courses:
        weight = odds[:, labels.index(course.state.label)]
        for place, name in enumerate(instance.fleet.ids):
            member = paths.members.get(catalogue.accelerator(name).ecosystem)
            if member is not None:
                units[:, member] += weight * (course.ordered[:, place] + course.rented[:, place] / RENT_LIFE)
    bought = np.cumsum(units, axis=0)
    total = bought.sum(axis=1, keepdims=True)
    shares = np.where(total > 1e-9, bought / np.maximum(total, 1e-9), np.nan)
    buys = np.flatnonzero(total[:, 0] > 1e-9)
    if len(buys):
        shares[: buys[0]] = shares[buys[0]]
    first = Quarter.parse(paths.quarters[0])
    places = np.clip(np.arange(len(paths.quarters)) - (start - first), 0, instance.stages - 1)
    return np.asarray(shares[places])


RENT_LIFE = 12.0
"""A card rented for a quarter counts as the twelfth part of one bought."""
