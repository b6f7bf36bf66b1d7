"""A plan as tables for people: order now, port now, what runs where, next quarter, cost, survival, limits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from junshi.plan.instance import PlanState
from junshi.plan.result import Actions, Course, NextQuarter, Placed, PlanResult, PortStep, Trade
from junshi.show.numbers import money, percent, ranged, short, units
from junshi.show.sheet import Column, Sheet
from junshi.show.words import word
from junshi.terms import Mode, Regime
from junshi.text import say
from junshi.units import Quarter

LEAST_SHARE = 0.005
"""Shares below half a per cent are left out of the tables for people; the run folder has them."""


def state_words(state: PlanState) -> str:
    """Markov state for people: `imports cut off, ramp base`."""
    text = say("show.state", regime=word(state.regime), ramp=word(state.ramp))
    return (
        say("show.state_level", state=text, level=say(f"show.level_{state.level}")) if state.level else text
    )


def present_course(result: PlanResult) -> Course | None:
    """Course of the plan if the state of the first quarter holds; else the first, or None without any."""
    now = result.instance.states[result.instance.initial]
    held = next((course for course in result.courses if course.state == now), None)
    return held or next(iter(result.courses), None)


def plan_sheets(result: PlanResult) -> Iterator[Sheet]:
    """All tables of a plan, in the order in which one reads them."""
    yield orders_sheet(result)
    yield ports_sheet(result)
    present = present_course(result)
    if present is not None:
        yield placement_sheet(result, present)
    if result.playbook:
        yield playbook_sheet(result)
    if present is not None:
        yield fleet_sheet(result)
    yield cost_sheet(result)
    if any(result.unmet.max(axis=0) >= LEAST_SHARE):
        yield unmet_sheet(result)
    if result.survivability:
        yield survivability_sheet(result)
    if result.limits:
        yield limit_use_sheet(result)


def orders_sheet(result: PlanResult) -> Sheet:
    """Orders, rents and resales of the first quarter."""
    instance = result.instance
    arrival = dict(zip(instance.fleet.ids, instance.fleet.lead_time_quarters, strict=True))
    start = Quarter.parse(instance.quarters[0])
    rows = []
    for verb, trades in (
        ("order", result.now.orders),
        ("rent", result.now.rents),
        ("resell", result.now.resales),
    ):
        for trade in trades:
            arrives = str(start + int(arrival[trade.accelerator])) if verb == "order" else ""
            amount = money(abs(trade.cost), instance.currency)
            rows.append((say(f"show.do_{verb}"), trade.accelerator, units(trade.units), amount, arrives))
    columns = (
        Column(say("show.do")),
        Column(say("show.accelerator")),
        Column(say("show.units"), is_number=True),
        Column(say("show.money_column"), is_number=True),
        Column(say("show.arrives")),
    )
    note = "" if rows else say("show.no_orders")
    return Sheet(say("show.title_orders", quarter=instance.quarters[0]), columns, tuple(rows), note)


def ports_sheet(result: PlanResult) -> Sheet:
    """Ports of the first quarter."""
    rows = tuple(
        (
            step.workload,
            step.ecosystem,
            percent(step.share),
            ranged(step.engineer_days, step.days_low, step.days_high),
            money(step.cost, result.instance.currency),
        )
        for step in result.now.ports
    )
    columns = (
        Column(say("show.workload")),
        Column(say("show.to")),
        Column(say("show.share"), is_number=True),
        Column(say("show.engineer_days"), is_number=True),
        Column(say("show.money_column"), is_number=True),
    )
    note = "" if rows else say("show.no_ports")
    return Sheet(say("show.title_ports", quarter=result.instance.quarters[0]), columns, rows, note)


def placement_sheet(result: PlanResult, present: Course) -> Sheet:
    """Placement of the first quarter, and of the last one if supply stays as it is or is cut off."""
    instance = result.instance
    last = instance.stages - 1
    courses: list[tuple[str, Course, int]] = [(instance.quarters[0], present, 0)]
    if last > 0:
        courses.append(
            (say("show.if_state", quarter=instance.quarters[last], state=_regime(present)), present, last)
        )
        cut = _cut_off(result)
        if cut is not None and cut is not present:
            courses.append(
                (say("show.if_state", quarter=instance.quarters[last], state=_regime(cut)), cut, last)
            )
    rows = []
    for place, workload in enumerate(instance.work.ids):
        cells = [
            _where(course, stage, workload, float(course.unmet[stage, place])) for _, course, stage in courses
        ]
        rows.append((workload, *cells))
    columns = (Column(say("show.workload")), *(Column(title) for title, _, _ in courses))
    return Sheet(say("show.title_placement"), columns, tuple(rows), say("show.note_placement"))


def _regime(course: Course) -> str:
    """Regime of a course, for a heading."""
    return word(course.state.regime)


def _cut_off(result: PlanResult) -> Course | None:
    """Course of a cut-off at today's ramp and demand."""
    now = result.instance.states[result.instance.initial]
    wanted = PlanState(Regime.CUT_OFF, now.ramp, now.level)
    return next((course for course in result.courses if course.state == wanted), None)


def _where(course: Course, stage: int, workload: str, unmet: float) -> str:
    """Accelerators of one workload with their shares, largest first, and what stays unmet."""
    shares: dict[str, float] = defaultdict(float)
    fresh: set[str] = set()
    for placed in course.placement[stage]:
        if placed.workload == workload:
            shares[placed.accelerator] += placed.share
            if placed.mode is Mode.FRESH and placed.share >= LEAST_SHARE:
                fresh.add(placed.accelerator)
    parts = [
        f"{name}{'*' if name in fresh else ''} {percent(share)}"
        for name, share in sorted(shares.items(), key=lambda item: -item[1])
        if share >= LEAST_SHARE
    ]
    if unmet >= LEAST_SHARE:
        parts.append(say("show.unmet_share", share=percent(unmet)))
    return ", ".join(parts)


def playbook_sheet(result: PlanResult) -> Sheet:
    """Decisions of the second quarter, in the likeliest state of each regime."""
    rows = tuple(
        (
            word(row.state.regime),
            percent(sum(other.odds for other in result.playbook if other.state.regime is row.state.regime)),
            say("show.nothing") if no_actions(row.actions) else trades_words(row.actions.orders),
            trades_words(row.actions.rents),
            trades_words(row.actions.resales),
            ports_words(row.actions.ports),
        )
        for row in likeliest_of_each_regime(result.playbook)
    )
    columns = (
        Column(say("show.imports")),
        Column(say("show.odds"), is_number=True),
        Column(say("show.do_order")),
        Column(say("show.do_rent")),
        Column(say("show.do_resell")),
        Column(say("show.do_port")),
    )
    title = say("show.title_playbook", quarter=result.instance.quarters[1])
    return Sheet(title, columns, rows, say("show.note_playbook"))


def likeliest_of_each_regime(playbook: Sequence[NextQuarter]) -> list[NextQuarter]:
    """One row a regime, its likeliest state, in the order of the regimes."""
    best: dict[Regime, NextQuarter] = {}
    for row in playbook:
        if row.state.regime not in best or row.odds > best[row.state.regime].odds:
            best[row.state.regime] = row
    return [best[regime] for regime in Regime if regime in best]


def trades_words(trades: Sequence[Trade]) -> str:
    """Trades in one line: `3,000 ascend-910c, 1,200 ascend-950pr`."""
    return ", ".join(f"{units(trade.units)} {trade.accelerator}" for trade in trades)


def ports_words(ports: Sequence[PortStep]) -> str:
    """Ports in one line: `chat → cann 80 %`."""
    steps = (
        f"{step.workload} → {step.ecosystem} {percent(step.share)}"
        for step in ports
        if step.share >= LEAST_SHARE
    )
    return ", ".join(steps)


def fleet_sheet(result: PlanResult) -> Sheet:
    """Accelerators owned at the start, and in the last quarter of each regime if it holds."""
    instance = result.instance
    now = instance.states[instance.initial]
    courses = [
        course
        for course in result.courses
        if (course.state.ramp, course.state.level) == (now.ramp, now.level)
    ]
    rows = []
    for place, name in enumerate(instance.fleet.ids):
        held = [float(course.owned[-1, place] + course.rented[-1, place]) for course in courses]
        start = float(instance.fleet.installed[place])
        if max([start, *held]) >= 0.5:
            ecosystem = instance.ecosystems[int(instance.fleet.ecosystem[place])]
            rows.append((name, ecosystem, units(start), *(units(value) for value in held)))
    columns = (
        Column(say("show.accelerator")),
        Column(say("show.ecosystem")),
        Column(say("show.owned"), is_number=True),
        *(Column(word(course.state.regime), is_number=True) for course in courses),
    )
    title = say("show.title_fleet", quarter=instance.quarters[-1])
    return Sheet(title, columns, tuple(rows), say("show.note_fleet"))


def cost_sheet(result: PlanResult) -> Sheet:
    """Mean discounted cost by kind."""
    currency = result.instance.currency
    rows = [
        (say(f"show.part_{name}"), money(value, currency))
        for name, value in result.cost.parts.items()
        if abs(value) > 1e-9 * max(abs(result.cost.cost_mean), 1.0)
    ]
    rows.append((say("show.part_total"), money(result.cost.cost_mean, currency)))
    columns = (Column(say("show.cost_kind")), Column(say("show.mean"), is_number=True))
    return Sheet(say("show.title_cost"), columns, tuple(rows))


def unmet_sheet(result: PlanResult) -> Sheet:
    """Work that stays unserved on average, for the workloads that have any."""
    instance = result.instance
    chosen = [place for place in range(len(instance.work.ids)) if result.unmet[:, place].max() >= LEAST_SHARE]
    shown = sorted({0, instance.stages // 3, 2 * instance.stages // 3, instance.stages - 1})
    rows = tuple(
        (
            instance.work.ids[place],
            say("show.yes") if instance.work.critical[place] else "",
            *(percent(float(result.unmet[stage, place]), 1) for stage in shown),
            percent(float(result.unmet[:, place].mean()), 1),
        )
        for place in chosen
    )
    columns = (
        Column(say("show.workload")),
        Column(say("show.critical")),
        *(Column(instance.quarters[stage], is_number=True) for stage in shown),
        Column(say("show.mean"), is_number=True),
    )
    return Sheet(say("show.title_unmet"), columns, rows)


def survivability_sheet(result: PlanResult) -> Sheet:
    """Share of work served, quarter by quarter, when imports are cut off in the second quarter for good."""
    rows = tuple(
        (served.quarter, percent(served.critical), percent(served.all_work))
        for served in result.survivability
    )
    columns = (
        Column(say("show.quarter")),
        Column(say("show.critical_work"), is_number=True),
        Column(say("show.all_work"), is_number=True),
    )
    return Sheet(say("show.title_survivability"), columns, rows, say("show.note_survivability"))


def limit_use_sheet(result: PlanResult) -> Sheet:
    """Limits of the first quarter: how much is used, and what one more unit would save."""
    currency = result.instance.currency
    rows = []
    for limit in result.limits:
        share = percent(limit.used / limit.limit) if limit.limit > 0 else ""
        unit = limit_unit(limit.unit)
        rows.append(
            (
                say(f"show.limit_use_{limit.name}"),
                _limit_value(limit.limit, limit.unit),
                share,
                say("show.worth", amount=money(limit.shadow_price, currency), unit=unit)
                if limit.shadow_price > 0
                else "0",
            )
        )
    columns = (
        Column(say("show.limit")),
        Column(say("show.value"), is_number=True),
        Column(say("show.used"), is_number=True),
        Column(say("show.one_more"), is_number=True),
    )
    return Sheet(say("show.title_limit_use", quarter=result.instance.quarters[0]), columns, tuple(rows))


def _limit_value(value: float, unit: str) -> str:
    """Limit with its unit, in the plural where the language has one."""
    if unit in ("CNY", "USD"):
        return money(value, unit)
    if unit == "days":
        return say("show.days", days=units(value))
    return f"{short(value)} {limit_unit(unit)}"


def limit_unit(unit: str) -> str:
    """Give the unit of a limit in the language of the reader; symbols stay."""
    key = {
        "days": "show.unit_days",
        "accelerators": "show.unit_accelerators",
        "share": "show.unit_share",
    }.get(unit)
    if key is not None:
        return say(key)
    return say(f"show.currency_{unit.lower()}") if unit in ("CNY", "USD") else unit


def ecosystem_shares(placed: Sequence[Placed], ecosystem_of: dict[str, str]) -> dict[str, float]:
    """Sum of shares by ecosystem, of the placements given."""
    shares: dict[str, float] = defaultdict(float)
    for one in placed:
        shares[ecosystem_of[one.accelerator]] += one.share
    return dict(shares)


def no_actions(actions: Actions) -> bool:
    """Whether nothing is done."""
    return not (actions.orders or actions.rents or actions.resales or actions.ports)
