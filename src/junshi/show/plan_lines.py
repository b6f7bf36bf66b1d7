"""A plan in plain words: what to do, what it costs, how sure that is, and how far it is from the best."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from junshi.plan.readout.overrun import port_overrun
from junshi.plan.result import PlanResult, PortStep
from junshi.show.numbers import has_range, money, percent
from junshi.show.plan_sheets import (
    LEAST_SHARE,
    ecosystem_shares,
    no_actions,
    ports_words,
    present_course,
    state_words,
    trades_words,
)
from junshi.text import say

WIDE_GAP = 0.05
GOOD_SURVIVAL = 0.95
ROUNDING = 1e-6
NOISE = 1e-6
"""Savings below this share of the mean cost are not told."""


def advice_lines(result: PlanResult) -> list[str]:
    """Decisions of the first quarter, one sentence each; the reasons follow in `reason_lines`."""
    quarter = result.instance.quarters[0]
    state = state_words(result.instance.states[result.instance.initial])
    lines = [say("show.advice_state", quarter=quarter, state=state)]
    now = result.now
    if no_actions(now):
        lines.append(say("show.advice_nothing"))
    if now.orders:
        cost = money(sum(trade.cost for trade in now.orders), result.instance.currency)
        lines.append(say("show.advice_order", what=trades_words(now.orders), cost=cost))
    if now.rents:
        lines.append(say("show.advice_rent", what=trades_words(now.rents)))
    if now.resales:
        lines.append(say("show.advice_resell", what=trades_words(now.resales)))
    if now.ports:
        lines.append(_port_advice(now.ports))
    return lines


def _port_advice(ports: Sequence[PortStep]) -> str:
    """Ports with their days, and the sums of their low and of their high days where these differ."""
    days, low, high = (
        sum(getattr(step, name) for step in ports) for name in ("engineer_days", "days_low", "days_high")
    )
    fields = {"what": ports_words(ports), "days": _whole(days)}
    if has_range(low, high, _whole):
        return say("show.advice_port_range", low=_whole(low), high=_whole(high), **fields)
    return say("show.advice_port", **fields)


def _whole(days: float) -> str:
    """Days without decimals, digits grouped by thousands."""
    return f"{days:,.0f}"


def reason_lines(result: PlanResult) -> list[str]:
    """Risk of the ports, and why: where the work stands, what a cut-off would leave, which limits bind."""
    return [*_overrun(result), *_shortfalls(result), *_legs(result), *_survival(result), *_binding(result)]


def _overrun(result: PlanResult) -> Iterator[str]:
    """Ports that the engineers of the first quarter could not finish at the high days."""
    overrun = port_overrun(result)
    what = ports_words(overrun.unfinished) if overrun else ""
    if overrun and what:
        quarter = result.instance.quarters[0]
        yield say("show.port_overrun", what=what, quarter=quarter, days=_whole(overrun.days))


def _shortfalls(result: PlanResult) -> Iterator[str]:
    """Limits below what the critical work needs at the least."""
    for short in result.shortfalls:
        fields = {"quarter": short.quarter, "workloads": ", ".join(short.workloads)}
        if short.limit == "power":
            needed, available = f"{short.needed / 1000:,.3g} MW", f"{short.available / 1000:,.3g} MW"
        else:
            needed, available = f"{short.needed:,.0f}", f"{short.available:,.0f}"
        yield say(f"show.short_{short.limit}", needed=needed, available=available, **fields)


def _legs(result: PlanResult) -> Iterator[str]:
    """Share of the work on each ecosystem, weighed by the loss of missing it, first and last quarter."""
    instance = result.instance
    ecosystem_of = {
        name: instance.ecosystems[int(place)]
        for name, place in zip(instance.fleet.ids, instance.fleet.ecosystem, strict=True)
    }
    course = present_course(result)
    if course is None:
        return
    texts = []
    for stage in sorted({0, instance.stages - 1}):
        state = instance.states.index(course.state)
        loss = dict(zip(instance.work.ids, instance.work.unmet_cost[stage, state], strict=True))
        total = sum(loss.values())
        if total <= 0:
            return
        shares = dict.fromkeys(instance.ecosystems, 0.0)
        for workload, weight in loss.items():
            placed = [one for one in course.placement[stage] if one.workload == workload]
            for ecosystem, share in ecosystem_shares(placed, ecosystem_of).items():
                shares[ecosystem] += share * weight / total
        largest_first = sorted(shares.items(), key=lambda item: -item[1])
        named = [f"{name} {percent(share)}" for name, share in largest_first if share >= LEAST_SHARE]
        missed = 1 - sum(shares.values())
        if missed >= LEAST_SHARE:
            named.append(say("show.unmet_share", share=percent(missed)))
        texts.append((instance.quarters[stage], ", ".join(named)))
    yield say("show.legs", quarter=texts[0][0], shares=texts[0][1])
    if len(texts) > 1:
        yield say("show.legs_later", quarter=texts[1][0], shares=texts[1][1])


def _survival(result: PlanResult) -> Iterator[str]:
    """Critical work that a lasting cut-off from the second quarter on leaves."""
    if not result.survivability:
        return
    worst = min(result.survivability, key=lambda served: served.critical)
    if worst.critical >= 1 - ROUNDING:
        yield say("show.survives_all")
    elif worst.critical >= GOOD_SURVIVAL:
        share = math.floor(100 * worst.critical) / 100
        yield say("show.survives", share=percent(share), quarter=worst.quarter)
    else:
        first = next(served for served in result.survivability if served.critical < GOOD_SURVIVAL)
        yield say(
            "show.fails",
            first=first.quarter,
            least=percent(GOOD_SURVIVAL),
            share=percent(worst.critical),
            quarter=worst.quarter,
        )


def _binding(result: PlanResult) -> Iterator[str]:
    """Limits of the first quarter that cost something, dearest first by the worth of one more per cent."""
    least = NOISE * abs(result.cost.cost_mean)
    binding = [limit for limit in result.limits if limit.shadow_price * limit.limit / 100 > least]
    for limit in sorted(binding, key=lambda one: -one.shadow_price * one.limit):
        saving = money(limit.shadow_price * limit.limit / 100, result.instance.currency)
        yield say("show.binds", limit=say(f"show.limit_use_{limit.name}"), saving=saving)


def cost_lines(result: PlanResult) -> list[str]:
    """Sentences on expected cost, the worst tail, what was optimised, and the gap."""
    cost, currency = result.cost, result.instance.currency
    quarters = result.instance.stages
    half_width = (cost.cost_mean_ci95[1] - cost.cost_mean_ci95[0]) / 2
    sure = "show.cost_mean_exact" if half_width == 0 else "show.cost_mean"
    lines = [
        say(
            sure,
            mean=money(cost.cost_mean, currency),
            spread=money(half_width, currency),
            quarters=quarters,
        ),
        say("show.cost_cvar", tail=percent(cost.tail), cvar=money(cost.cost_cvar, currency)),
    ]
    return lines + gap_lines(result)


def gap_lines(result: PlanResult) -> list[str]:
    """How far the plan may be from the best one, and what ended the search."""
    cost, effort, currency = result.cost, result.effort, result.instance.currency
    exact = effort.stop_reason == "exact" and cost.gap <= 1e-6
    lines = []
    if exact:
        lines.append(say("show.gap_exact", bound=money(cost.lower_bound, currency)))
    else:
        low, high = cost.gap_ci95
        lines.append(
            say(
                "show.gap",
                bound=money(cost.lower_bound, currency),
                gap=percent(max(cost.gap, 0.0), 1),
                low=percent(max(low, 0.0), 1),
                high=percent(max(high, 0.0), 1),
            )
        )
        if high > WIDE_GAP:
            lines.append(say("show.gap_wide", least=percent(WIDE_GAP)))
    if cost.risk_weight > 0:
        lines.append(say("show.gap_of_objective"))
    lines.append(
        say(
            "show.effort",
            seconds=f"{effort.seconds:.0f}" if effort.seconds >= 10 else f"{effort.seconds:.1f}",
            iterations=effort.iterations,
            reason=say(f"show.stop_{effort.stop_reason}"),
            seed=effort.seed,
        )
    )
    return lines
