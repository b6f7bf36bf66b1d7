"""The frontier as sentences, a table, a picture and an object."""

from __future__ import annotations

from junshi.insight.frontier import Frontier, FrontierPoint
from junshi.show.figure import Control, Mark, Moving, Scatter, Stop
from junshi.show.insight_report import Report
from junshi.show.numbers import currency_name, money, percent
from junshi.show.palette import VERMILION
from junshi.show.sheet import Column, Sheet
from junshi.text import say

POINT = "point"
SURE_GAP = 0.02
"""A flat frontier with a wider gap may be flat only because the careful plans were not found."""


def frontier_report(frontier: Frontier) -> Report:
    """Everything that `junshi frontier` shows."""
    return Report(
        "frontier",
        tuple(frontier_lines(frontier)),
        (points_sheet(frontier), strategies_sheet(frontier)),
        (frontier_figure(frontier),),
        frontier_record(frontier),
    )


def frontier_lines(frontier: Frontier) -> list[str]:
    """The answer: what a little more certainty costs, where it stops paying, and who is beaten."""
    first, knee, last = frontier.points[0], frontier.points[frontier.knee], frontier.points[-1]
    currency = frontier.instance.currency
    lines = [
        say(
            "insight.frontier_span",
            mean=money(first.mean, currency),
            cvar=money(first.cvar, currency),
            tail=percent(frontier.tail),
            last_mean=money(last.mean, currency),
            last_cvar=money(last.cvar, currency),
        )
    ]
    if last.mean - first.mean <= abs(first.mean) * 1e-4:
        sure = max(point.gap for point in frontier.points) <= SURE_GAP
        lines.append(say("insight.frontier_flat" if sure else "insight.frontier_unsure"))
    else:
        lines.append(
            say(
                "insight.frontier_knee",
                weight=percent(knee.weight),
                premium=money(knee.mean - first.mean, currency),
                share=percent((knee.mean - first.mean) / abs(first.mean), 1),
                averted=money(first.cvar - knee.cvar, currency),
            )
        )
    for strategy in frontier.strategies:
        key = "insight.frontier_dominated" if strategy.dominated else "insight.frontier_not_dominated"
        lines.append(
            say(
                key,
                name=say(f"insight.strategy_{strategy.name}"),
                mean=money(strategy.mean - first.mean, currency),
                unmet=percent(strategy.unmet_critical, 1),
            )
        )
    widest = max(frontier.points, key=lambda point: point.gap)
    lines.append(
        say("insight.frontier_gap", gap=percent(max(widest.gap, 0.0), 1), weight=percent(widest.weight))
    )
    return lines


def points_sheet(frontier: Frontier) -> Sheet:
    """One row a risk weight."""
    currency = frontier.instance.currency
    columns = (
        Column(say("insight.weight"), is_number=True),
        Column(say("insight.mean_cost"), is_number=True),
        Column(say("insight.cvar_cost"), is_number=True),
        Column(say("insight.gap"), is_number=True),
        Column(say("insight.orders_now")),
        Column(""),
    )
    rows = tuple(
        (
            percent(point.weight),
            money(point.mean, currency),
            money(point.cvar, currency),
            percent(max(point.gap, 0.0), 1),
            _orders(point),
            say("insight.knee") if place == frontier.knee else "",
        )
        for place, point in enumerate(frontier.points)
    )
    return Sheet(say("insight.title_frontier"), columns, rows, say("insight.note_frontier"))


def _orders(point: FrontierPoint) -> str:
    """What the policy orders and rents in the first quarter, the dearest first."""
    now = point.plan.now
    trades = sorted((*now.orders, *now.rents), key=lambda trade: -trade.cost)[:3]
    return ", ".join(f"{trade.accelerator} {trade.units:,.0f}" for trade in trades) or "–"


def strategies_sheet(frontier: Frontier) -> Sheet:
    """One row a pure strategy."""
    currency = frontier.instance.currency
    columns = (
        Column(say("insight.strategy")),
        Column(say("insight.mean_cost"), is_number=True),
        Column(say("insight.cvar_cost"), is_number=True),
        Column(say("insight.unmet_critical"), is_number=True),
        Column(say("insight.beaten")),
    )
    rows = tuple(
        (
            say(f"insight.strategy_{one.name}"),
            money(one.mean, currency),
            money(one.cvar, currency),
            percent(one.unmet_critical, 1),
            say("insight.beaten_yes" if one.dominated else "insight.beaten_no"),
        )
        for one in frontier.strategies
    )
    return Sheet(say("insight.title_strategies"), columns, rows, say("insight.note_strategies"))


def frontier_figure(frontier: Frontier) -> Moving:
    """Expected cost across, cost of the worst outcomes up; each risk weight can be chosen."""
    stops = tuple(
        Stop({POINT: f"{100 * point.weight:g} %"}, _point_words(point), _scatter(frontier, place))
        for place, point in enumerate(frontier.points)
    )
    values = tuple((stop.keys[POINT], stop.label) for stop in stops)
    control = Control(POINT, say("insight.weight"), values)
    return Moving("frontier", say("insight.figure_frontier"), (control,), stops, frontier.knee)


def _point_words(point: FrontierPoint) -> str:
    """Name of a point: its weight, and what it orders now."""
    return say("insight.point_words", weight=percent(point.weight), orders=_orders(point))


def _scatter(frontier: Frontier, chosen: int) -> Scatter:
    """Frontier with its rivals and the chosen point."""
    unit = currency_name(frontier.instance.currency)
    marks = tuple(
        Mark(say(f"insight.strategy_{one.name}"), one.mean, one.cvar, VERMILION)
        for one in frontier.strategies
    )
    return Scatter(
        "frontier",
        say("insight.figure_frontier"),
        f"{say('insight.mean_cost')} ({unit})",
        f"{say('insight.cvar_cost')} ({unit})",
        tuple((point.mean, point.cvar) for point in frontier.points),
        marks,
        say("insight.line_frontier"),
        say("insight.marks_frontier"),
        say("insight.chosen_point"),
        chosen,
    )


def frontier_record(frontier: Frontier) -> dict[str, object]:
    """Object for machines."""
    return {
        "currency": frontier.instance.currency,
        "tail": frontier.tail,
        "reading": frontier.reading.value,
        "knee": frontier.knee,
        "seconds_first": frontier.first_seconds,
        "seconds": frontier.seconds,
        "points": [
            {
                "weight": point.weight,
                "mean": point.mean,
                "mean_standard_error": point.mean_error,
                "cvar": point.cvar,
                "lower_bound": point.lower_bound,
                "gap": point.gap,
                "trained_for": point.trained_for,
                "orders_now": {trade.accelerator: trade.units for trade in point.plan.now.orders},
                "rents_now": {trade.accelerator: trade.units for trade in point.plan.now.rents},
                "ports_now": [
                    {"workload": step.workload, "ecosystem": step.ecosystem, "share": step.share}
                    for step in point.plan.now.ports
                ],
            }
            for point in frontier.points
        ],
        "strategies": [
            {
                "name": one.name,
                "domestic_share": one.domestic_share,
                "mean": one.mean,
                "cvar": one.cvar,
                "unmet_critical": one.unmet_critical,
                "dominated": one.dominated,
            }
            for one in frontier.strategies
        ],
    }
