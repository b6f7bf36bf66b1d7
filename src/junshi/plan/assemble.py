"""Catalogue, scenario, tables, chain and outlook to a `PlanInstance`: the only place that sees them all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.schema import Accelerator, PriceKind
from junshi.demand.table import DemandTable
from junshi.errors import InputError, InputErrors, NoPlan
from junshi.plan.instance import Fleet, Limits, PlanInstance, PlanState, Work
from junshi.plan.outlook import Outlook
from junshi.plan.trends import Trends
from junshi.porting.table import EffortTable
from junshi.scenario.schema import MarketRow, Scenario
from junshi.supply.chain import MarkovChain, SupplyEffects
from junshi.terms import Origin, WorkKind
from junshi.text import say
from junshi.throughput.table import ThroughputTable
from junshi.units import HOURS_PER_QUARTER, QUARTERS_PER_YEAR, SECONDS_PER_QUARTER, Quarter

FloatArray = NDArray[np.float64]

SCENARIO = "scenario"
"""Stands for the file in sentences about a scenario whose file is not known."""


@dataclass(frozen=True)
class Tables:
    """What the folders below hand over."""

    throughput: ThroughputTable
    demand: DemandTable
    effort: EffortTable
    chain: MarkovChain
    effects: SupplyEffects
    outlook: Outlook
    trends: Trends


def assemble(scenario: Scenario, catalogue: Catalogue, tables: Tables) -> PlanInstance:
    """Arrays of one planning problem, in natural units.

    Raises
    ------
    InputErrors : a figure that the plan needs is neither in the scenario nor in the catalogue
    NoPlan : a workload that no accelerator considered can run; says why for each
    """
    start = Quarter.parse(scenario.horizon.start)
    stages = scenario.horizon.quarters
    levels = tables.demand.level_names
    several = len(levels) > 1
    states = tuple(
        PlanState(state.regime, state.ramp, level if several else "")
        for state in tables.chain.states
        for level in levels
    )
    instance = PlanInstance(
        ecosystems=tables.effort.ecosystems,
        quarters=tuple(str(start + stage) for stage in range(stages)),
        states=states,
        initial=tables.chain.initial * len(levels) + tables.demand.level_start,
        transition=np.kron(tables.chain.transition, tables.demand.level_transition).astype(np.float64),
        discount=(1.0 + scenario.horizon.discount_rate) ** (-np.arange(stages) / QUARTERS_PER_YEAR),
        fleet=_fleet(scenario, catalogue, tables, start),
        work=_work(scenario, catalogue, tables),
        limits=_limits(scenario, stages),
        currency=scenario.organisation.currency,
        service_life_quarters=tables.trends.service_life_quarters,
    )
    _require_runnable(instance, tables.throughput)
    return instance


def per_stage(value: float | list[float], stages: int) -> FloatArray:
    """One number for all stages, or one value a stage (the loader has checked the length)."""
    return np.broadcast_to(np.asarray(value, dtype=np.float64), (stages,)).copy()


def _limits(scenario: Scenario, stages: int) -> Limits:
    racks = scenario.site.racks_accelerators
    return Limits(
        budget=per_stage(scenario.budget.per_quarter, stages),
        carry_over=scenario.budget.carry_over,
        engineer_days=per_stage(scenario.engineers.days_per_quarter, stages),
        engineer_cost=scenario.engineers.cost_per_day,
        power_kw=per_stage(scenario.site.power_mw, stages) * 1000.0,
        racks=np.full(stages, np.inf) if racks is None else per_stage(racks, stages),
        min_domestic_share=scenario.strategy.min_domestic_order_share,
    )


@dataclass(frozen=True)
class _Offer:
    """One accelerator as this organisation can have it; money in its currency, at the first stage."""

    price: float
    rent_per_hour: float
    largest_order: float
    largest_rent: float
    resale_share: float
    lead_time_quarters: int
    first_stage: int
    power_w: float


def _fleet(scenario: Scenario, catalogue: Catalogue, tables: Tables, start: Quarter) -> Fleet:
    chips = [catalogue.accelerator(name) for name in scenario.accelerators]
    offers = _offers(scenario, catalogue, chips, start)
    ecosystems = {name: index for index, name in enumerate(tables.effort.ecosystems)}
    stages, levels = scenario.horizon.quarters, len(tables.demand.level_names)
    price_path = tables.outlook.price_factor.T[:, None, :]
    price = np.array([offer.price for offer in offers])
    site = scenario.site
    power_kw = (
        np.array([offer.power_w for offer in offers]) * (1.0 + site.host_power_share) * site.pue / 1000.0
    )
    effects = tables.effects

    def by_state(table: FloatArray) -> FloatArray:
        """[accelerator, supply state] → [plan state, accelerator]."""
        return np.repeat(table.T, levels, axis=0)

    open_yet = np.array([[stage >= offer.first_stage for offer in offers] for stage in range(stages)])
    limit = (
        np.array([offer.largest_order for offer in offers]) * tables.outlook.availability_factor.T * open_yet
    )
    installed = {row.accelerator: row.units for row in scenario.fleet}
    rent = np.array([offer.rent_per_hour for offer in offers]) * HOURS_PER_QUARTER
    return Fleet(
        ids=tuple(scenario.accelerators),
        ecosystem=np.array([ecosystems[chip.ecosystem] for chip in chips]),
        domestic=np.array([chip.origin is Origin.DOMESTIC for chip in chips]),
        installed=np.array([installed.get(name, 0.0) for name in scenario.accelerators]),
        lead_time_quarters=np.array([offer.lead_time_quarters for offer in offers]),
        uptime=np.full(len(chips), tables.trends.uptime),
        power_kw=power_kw,
        available=limit[:, None, :] * by_state(effects.available),
        rentable=np.array([offer.largest_rent for offer in offers])
        * open_yet[:, None, :]
        * by_state(effects.rentable),
        price=price * price_path * by_state(effects.price_factor),
        resale_price=price
        * np.array([offer.resale_share for offer in offers])
        * price_path
        * by_state(effects.resale_factor),
        rent_price=rent * price_path * by_state(effects.rent_factor),
        energy_cost=np.tile(power_kw * HOURS_PER_QUARTER * site.energy_price_per_kwh, (stages, 1)),
        operation_cost=np.tile(price * site.operation_share_per_year / QUARTERS_PER_YEAR, (stages, 1)),
        survival=by_state(effects.survival),
        delivered=by_state(effects.delivered),
    )


def _offers(
    scenario: Scenario, catalogue: Catalogue, chips: Sequence[Accelerator], start: Quarter
) -> list[_Offer]:
    """What each accelerator costs and how much can be had; all missing figures are told together."""
    rows = {row.accelerator: row for row in scenario.market}
    faults: list[InputError] = []
    offers = []
    for chip in chips:
        try:
            offers.append(
                _offer(scenario, catalogue, chip, rows.get(chip.id, MarketRow(accelerator=chip.id)), start)
            )
        except InputError as fault:
            faults.append(fault)
    if faults:
        raise InputErrors(faults)
    return offers


def _offer(
    scenario: Scenario, catalogue: Catalogue, chip: Accelerator, row: MarketRow, start: Quarter
) -> _Offer:
    day = start.first_day
    strategy = scenario.strategy
    forbidden = chip.id in strategy.forbidden_accelerators or chip.ecosystem in strategy.forbidden_ecosystems
    price = row.price
    if price is None:
        price = _catalogue_price(scenario, catalogue, chip, (PriceKind.SERVER_SHARE, PriceKind.PURCHASE), day)
    rent = row.rental_per_hour
    wanted = 0.0 if forbidden else (row.max_rent or 0.0)
    if rent is None:
        rent = (
            _catalogue_price(scenario, catalogue, chip, (PriceKind.RENT_PER_HOUR,), day)
            if wanted > 0
            else 0.0
        )
    power = row.tdp_w if row.tdp_w is not None else chip.tdp_w
    if power is None:
        raise _missing(chip.id, "tdp_w")
    affordable = float(np.max(scenario.budget.per_quarter)) * scenario.horizon.quarters / price
    largest = affordable if row.max_order_per_quarter is None else row.max_order_per_quarter
    lead = row.lead_time_quarters if row.lead_time_quarters is not None else chip.lead_time_quarters
    return _Offer(
        price=price,
        rent_per_hour=rent,
        largest_order=0.0 if forbidden else largest,
        largest_rent=wanted,
        resale_share=row.resale_share or 0.0,
        lead_time_quarters=1 if lead is None else lead,
        first_stage=_first_stage(chip, row, start),
        power_w=power,
    )


def _first_stage(chip: Accelerator, row: MarketRow, start: Quarter) -> int:
    """First stage in which it can be ordered: as the scenario says, else when it is released."""
    if row.available_from is not None:
        return max(0, Quarter.parse(row.available_from) - start)
    return 0 if chip.release_day is None else max(0, Quarter.of(chip.release_day) - start)


def _catalogue_price(
    scenario: Scenario, catalogue: Catalogue, chip: Accelerator, kinds: tuple[PriceKind, ...], day: dt.date
) -> float:
    """Latest price of the first kind that the catalogue knows, in the organisation's currency."""
    known = [row for row in catalogue.prices_of(chip.id) if row.kind in kinds and row.known_day <= day]
    if not known:
        raise _missing(chip.id, "price" if PriceKind.PURCHASE in kinds else "rental_per_hour")
    kind = min((row.kind for row in known), key=kinds.index)
    price = catalogue.price(chip.id, kind, day)
    return _converted(price.price, price.currency, scenario)


def _converted(amount: float, currency: str, scenario: Scenario) -> float:
    organisation = scenario.organisation
    if currency == organisation.currency:
        return amount
    return amount * organisation.usd_cny if currency == "USD" else amount / organisation.usd_cny


def _missing(accelerator: str, field: str) -> InputError:
    return InputError(
        "plan.missing_figure", file=SCENARIO, place="market", accelerator=accelerator, field=field
    )


def _work(scenario: Scenario, catalogue: Catalogue, tables: Tables) -> Work:
    workloads = scenario.workload
    ecosystems = tables.effort.ecosystems
    supply_states = len(tables.chain.states)
    # [level, workload, stage] → [stage, state, workload], supply states outside, levels inside
    demand = np.tile(
        np.moveaxis(tables.demand.level_factor * tables.demand.units_per_s, (0, 1, 2), (1, 2, 0)),
        (1, supply_states, 1),
    )
    shares = np.array([[work.runs_on.get(name, 0.0) for name in ecosystems] for work in workloads])
    _require_effort(scenario, shares, tables.effort)
    seconds = np.array([_seconds_charged(work.kind) for work in workloads])
    loss = np.array([work.unmet_cost_per_1e9 for work in workloads]) / np.array(
        [work.peak_to_mean for work in workloads]
    )
    return Work(
        ids=tuple(work.id for work in workloads),
        critical=np.array([work.critical for work in workloads]),
        atomic=np.array([work.atomic for work in workloads]),
        demand=demand,
        unmet_cost=demand * loss * seconds,
        throughput=_throughput(scenario, catalogue, tables),
        ported=shares,
        seasoned=shares.copy(),
        effort_days=tables.effort.days,
        upkeep_days=tables.effort.upkeep_days_per_year / QUARTERS_PER_YEAR,
        learning=np.array([catalogue.ecosystem(name).seasoning_rate_per_quarter for name in ecosystems]),
        effort_days_low=tables.effort.days_low,
        effort_days_high=tables.effort.days_high,
    )


def _seconds_charged(kind: WorkKind) -> float:
    """Factor from demand per second to the unit of `unmet_cost_per_1e9`, for a quarter."""
    return HOURS_PER_QUARTER if kind is WorkKind.RESEARCH else SECONDS_PER_QUARTER / 1e9


def _require_effort(scenario: Scenario, shares: FloatArray, effort: EffortTable) -> None:
    """A part that runs already needs an effort for the rest, else nobody knows what widening it costs."""
    partly = (shares > 0) & (shares < 1) & np.isnan(effort.days)
    faults = [
        InputError(
            "plan.share_without_effort",
            file=SCENARIO,
            place="workload",
            workload=scenario.workload[w].id,
            ecosystem=effort.ecosystems[e],
        )
        for w, e in np.argwhere(partly)
    ]
    if faults:
        raise InputErrors(faults)


def _throughput(scenario: Scenario, catalogue: Catalogue, tables: Tables) -> FloatArray:
    """[stage, workload, accelerator, mode]: today's tuned throughput, moved along the maturity path."""
    chips = [catalogue.accelerator(name) for name in scenario.accelerators]
    ecosystems = list(tables.outlook.ecosystems)
    position = [ecosystems.index(chip.ecosystem) for chip in chips]
    now = np.array([catalogue.ecosystem(chip.ecosystem).maturity for chip in chips])
    rise = tables.outlook.maturity[position].T / now
    fresh = tables.outlook.fresh_ratio[position].T
    tuned = tables.throughput.units_per_s[None] * rise[:, None, :]
    return np.stack([tuned * fresh[:, None, :], tuned], axis=3)


def _require_runnable(instance: PlanInstance, table: ThroughputTable) -> None:
    """Every workload must fit some accelerator on an ecosystem that it may use."""
    for w, name in enumerate(instance.work.ids):
        if not any(instance.can_run(w, k) for k in range(len(instance.fleet.ids))):
            reasons = [
                f"{chip}: {say(table.reason[w][k]) if table.reason[w][k] else say('plan.no_port')}"
                for k, chip in enumerate(instance.fleet.ids)
            ]
            raise NoPlan("plan.nothing_runs", workload=name, reasons="; ".join(reasons))
