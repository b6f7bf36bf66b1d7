"""Deep mode: archetypes choose by the planner itself, each with its template scenario.

The best reply of an archetype is the policy of the plan under the maturity, price and availability paths of
the collective; what it buys is read from the plan's courses, weighed by the odds of each supply state.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from junshi.catalogue.catalogue import Catalogue
from junshi.collective.coupling import CollectivePaths, Reply, outlook_from
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

QUICK = PlanSettings(gap=0.05, seconds=30.0, iterations=40, check_every=20, check_paths=20, report_paths=20)
"""A reply need not be exact to 1 %: the average of the replies is what counts."""


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


def plan_in_world(
    scenario: Scenario, catalogue: Catalogue, paths: CollectivePaths, settings: PlanSettings
) -> PlanResult:
    """Plan of a scenario whose outlook is the collective's.

    Raises
    ------
    InputError, InputErrors, NoPlan, SolverTrouble : as for any plan
    """
    chain, effects, _ = build_supply(scenario, catalogue)
    effort = build_effort(scenario, catalogue)
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
    attitude = RiskAttitude(scenario.risk.weight, scenario.risk.tail, scenario.risk.reading)
    return plan_instance(instance, attitude, settings)[0]


def purchase_shares(
    result: PlanResult, catalogue: Catalogue, paths: CollectivePaths, start: Quarter
) -> FloatArray:
    """Share of the units ordered on each ecosystem of the population, [quarter shown, ecosystem].

    Units of a quarter are those of each state's course, weighed by the odds of the state in that quarter.
    Cumulative from the start, so that one empty quarter does not make the share jump.
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
    even = np.full_like(bought, 1.0 / bought.shape[1])
    shares = np.where(total > 1e-9, bought / np.maximum(total, 1e-9), even)
    first = Quarter.parse(paths.quarters[0])
    places = np.clip(np.arange(len(paths.quarters)) - (start - first), 0, instance.stages - 1)
    return np.asarray(shares[places])


RENT_LIFE = 12.0
"""A card rented for a quarter counts as the twelfth part of one bought."""
