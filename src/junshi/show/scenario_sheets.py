"""A scenario as tables: what will be planned, and which limits were read from where in the file."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.schema import PriceKind
from junshi.porting.table import EffortTable
from junshi.scenario.schema import DemandFile, MarketRow, PortingEffort, Scenario, Workload
from junshi.show.numbers import has_range, money, percent, span, units
from junshi.show.sheet import Column, Sheet
from junshi.show.words import word, yes
from junshi.terms import Regime, WorkKind
from junshi.text import say
from junshi.units import Quarter


def scenario_lines(scenario: Scenario) -> list[str]:
    """Sentences: who plans, over which quarters, with which attitude to risk."""
    last = Quarter.parse(scenario.horizon.start) + (scenario.horizon.quarters - 1)
    who, risk = scenario.organisation, scenario.risk
    lines = [
        say("show.who", name=who.name, archetype=word(who.archetype)),
        say(
            "show.horizon",
            start=scenario.horizon.start,
            last=last,
            quarters=scenario.horizon.quarters,
            rate=percent(scenario.horizon.discount_rate, 1),
        ),
    ]
    if risk.weight == 0:
        lines.append(say("show.risk_neutral"))
    else:
        lines.append(
            say(
                "show.risk",
                weight=percent(risk.weight),
                tail=percent(risk.tail),
                reading=word(risk.reading),
            )
        )
    return lines


def limits_sheet(scenario: Scenario) -> Sheet:
    """Limits of the organisation, each with its place in the file."""
    currency = scenario.organisation.currency
    site, rules = scenario.site, scenario.strategy
    rows = [
        (say("show.limit_budget"), _money_span(scenario.budget.per_quarter, currency), "budget.per_quarter"),
        (say("show.limit_power"), f"{span(site.power_mw)} MW", "site.power_mw"),
        (
            say("show.limit_engineers"),
            say("show.days", days=_units_span(scenario.engineers.days_per_quarter)),
            "engineers.days_per_quarter",
        ),
    ]
    if site.racks_accelerators is not None:
        rows.append(
            (say("show.limit_racks"), _units_span(site.racks_accelerators), "site.racks_accelerators")
        )
    if rules.min_domestic_order_share > 0:
        share = percent(rules.min_domestic_order_share)
        rows.append((say("show.limit_domestic"), share, "strategy.min_domestic_order_share"))
    for key in ("forbidden_accelerators", "forbidden_ecosystems"):
        names = getattr(rules, key)
        if names:
            rows.append((say(f"show.limit_{key}"), ", ".join(names), f"strategy.{key}"))
    columns = (
        Column(say("show.limit")),
        Column(say("show.value"), is_number=True),
        Column(say("show.place")),
    )
    return Sheet(say("show.title_limits"), columns, tuple(rows))


def _units_span(values: float | Sequence[float]) -> str:
    """Count, or first and last count of a series."""
    if isinstance(values, Sequence) and min(values) != max(values):
        return say("show.span", first=units(values[0]), last=units(values[-1]))
    return units(values[0] if isinstance(values, Sequence) else values)


def _money_span(values: float | Sequence[float], currency: str) -> str:
    """Amount, or first and last amount of a series."""
    if isinstance(values, Sequence) and min(values) != max(values):
        return say("show.span", first=money(values[0], currency), last=money(values[-1], currency))
    return money(values[0] if isinstance(values, Sequence) else values, currency)


def accelerators_sheet(scenario: Scenario, catalogue: Catalogue) -> Sheet:
    """Accelerators considered: what is owned, what can be had, at which price, known from where."""
    owned = {row.accelerator: row.units for row in scenario.fleet}
    market = {row.accelerator: row for row in scenario.market}
    rows = []
    for name in scenario.accelerators:
        chip = catalogue.accelerator(name)
        own = market.get(name)
        price, source = _price(name, own, scenario, catalogue)
        rows.append(
            (
                name,
                chip.ecosystem,
                word(chip.origin),
                units(owned.get(name, 0.0)),
                _limit(None if own is None else own.max_order_per_quarter),
                _limit(None if own is None else own.max_rent),
                price,
                source,
            )
        )
    columns = (
        Column(say("show.accelerator")),
        Column(say("show.ecosystem")),
        Column(say("show.origin")),
        Column(say("show.owned"), is_number=True),
        Column(say("show.max_order"), is_number=True),
        Column(say("show.max_rent"), is_number=True),
        Column(say("show.price"), is_number=True),
        Column(say("show.price_from")),
    )
    return Sheet(say("show.title_accelerators"), columns, tuple(rows), say("show.note_limits"))


def _limit(value: float | None) -> str:
    """Limit of the file; a dash where it has none."""
    return "–" if value is None else units(value)


def _price(name: str, own: MarketRow | None, scenario: Scenario, catalogue: Catalogue) -> tuple[str, str]:
    """Purchase price with its share of the server, and where it comes from."""
    if own is not None and own.price is not None:
        return money(own.price, scenario.organisation.currency), say("show.this_file")
    day = scenario.supply.as_of or Quarter.parse(scenario.horizon.start).first_day
    kinds = (PriceKind.SERVER_SHARE, PriceKind.PURCHASE)
    known = [row for row in catalogue.prices_of(name) if row.day <= day and row.kind in kinds]
    if not known:
        return "–", ""
    best = PriceKind.SERVER_SHARE if any(row.kind is kinds[0] for row in known) else PriceKind.PURCHASE
    row = catalogue.price(name, best, day)
    return money(row.price, row.currency), say(
        "show.catalogue_row", day=row.day, confidence=word(row.confidence)
    )


def workloads_sheet(scenario: Scenario, effort: EffortTable | None = None) -> Sheet:
    """Workloads: how much work, how it grows, whether it must go on, where it runs and may be ported to.

    Parameters
    ----------
    effort : efforts that the plan would use, for those that a scan of code gives; None = they are not shown
    """
    rows = tuple(
        _workload_row(work, {} if effort is None else scanned_days(work, row, effort))
        for row, work in enumerate(scenario.workload)
    )
    columns = (
        Column(say("show.workload")),
        Column(say("show.kind")),
        Column(say("show.demand"), is_number=True),
        Column(say("show.growth"), is_number=True),
        Column(say("show.critical")),
        Column(say("show.atomic")),
        Column(say("show.runs_on")),
        Column(say("show.ports")),
    )
    return Sheet(say("show.title_workloads"), columns, rows)


def scanned_days(work: Workload, row: int, effort: EffortTable) -> dict[str, tuple[float, ...]]:
    """Likely, low, high days and yearly upkeep of the ecosystems that a scan of the workload's code gives."""
    stated = {port.ecosystem for port in work.porting}
    return {
        name: tuple(float(table[row, column]) for table in effort.spread)
        for column, name in enumerate(effort.ecosystems)
        if work.code
        and name not in stated
        and work.runs_on.get(name, 0) < 1
        and math.isfinite(effort.days[row, column])
    }


def _workload_row(work: Workload, scanned: Mapping[str, tuple[float, ...]]) -> tuple[str, ...]:
    """Cells of one workload."""
    growth = "" if work.growth_per_year == 0 else say("show.per_year", share=percent(work.growth_per_year))
    runs = ", ".join(f"{name} {percent(share)}" for name, share in work.runs_on.items())
    forbidden = set() if work.allowed is None else {p.ecosystem for p in work.porting} - set(work.allowed)
    ports = [
        _stated_days(port)
        for port in work.porting
        if port.ecosystem not in forbidden and work.runs_on.get(port.ecosystem, 0) < 1
    ]
    ports += [
        say("show.port_scanned", ecosystem=name, days=units(likely), low=units(low), high=units(high))
        for name, (likely, low, high, _) in scanned.items()
    ]
    return (
        work.id,
        word(work.kind),
        _demand(work),
        growth,
        yes(work.critical),
        yes(work.atomic),
        runs,
        ", ".join(ports),
    )


def _stated_days(port: PortingEffort) -> str:
    """Ecosystem with the days that the file states, and their range where it states one."""
    low, high = port_range(port)
    if has_range(low, high):
        return say(
            "show.port_days_range",
            ecosystem=port.ecosystem,
            days=units(port.days),
            low=units(low),
            high=units(high),
        )
    return say("show.port_days", ecosystem=port.ecosystem, days=units(port.days))


def port_range(port: PortingEffort) -> tuple[float, float]:
    """Low and high days of a row of the file; its days where it gives none."""
    low = port.days if port.days_low is None else port.days_low
    high = port.days if port.days_high is None else port.days_high
    return low, high


def _demand(work: Workload) -> str:
    """Work per second with its unit, or the file that it is read from."""
    if isinstance(work.demand, DemandFile):
        return say("show.demand_file", file=work.demand.file, series=work.demand.series)
    if work.kind is WorkKind.RESEARCH:
        return say("show.busy", count=span(work.demand), accelerator=work.reference_accelerator)
    return say("show.per_second", amount=span(work.demand), unit=say(f"show.unit_{work.kind.value}"))


def supply_lines(scenario: Scenario, regime_now: Regime) -> list[str]:
    """Sentences: the state of supply at the start and where the odds come from."""
    supply = scenario.supply
    known = say("show.supply_stated") if supply.regime_now is not None else say("show.supply_history")
    lines = [
        say("show.supply_now", regime=word(regime_now), ramp=word(supply.ramp_now), source=known),
    ]
    edited = [name for name in ("regime_odds", "ramp_odds") if getattr(supply, name) is not None]
    lines.append(say("show.odds_edited", keys=", ".join(edited)) if edited else say("show.odds_history"))
    levels = "show.demand_levels" if supply.demand_levels > 1 else "show.demand_mean"
    lines.append(say(levels))
    return lines
