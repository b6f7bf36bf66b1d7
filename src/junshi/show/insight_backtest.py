"""A backtest as sentences, tables, a picture and an object."""

from __future__ import annotations

from collections.abc import Mapping

from junshi.insight.backtest import Backtest, Row
from junshi.show.figure import Figure, Lines, Panel, Series
from junshi.show.insight_report import Report
from junshi.show.numbers import currency_name, money, percent
from junshi.show.palette import FAMILIES
from junshi.show.sheet import Column, Sheet
from junshi.show.words import word
from junshi.terms import Regime
from junshi.text import say

SHOWN = ("junshi", "all_cuda", "all_domestic", "half", "steady")


def backtest_report(found: Backtest) -> Report:
    """Everything that `junshi backtest` shows."""
    return Report(
        "backtest",
        tuple(backtest_lines(found)),
        (strategies_sheet(found), quarters_sheet(found)),
        (cost_figure(found),),
        backtest_record(found),
    )


def _name(row: Row) -> str:
    """Strategy in words."""
    return say(f"insight.strategy_{row.name}")


def backtest_lines(found: Backtest) -> list[str]:
    """The answer first: regret of the plan, and whether any fixed strategy did better, and why."""
    currency, ours = found.currency, found.row("junshi")
    lines = [
        say(
            "insight.back_answer",
            first=found.quarters[0],
            last=found.quarters[-1],
            cost=money(ours.cost, currency),
            foresight=money(found.foresight, currency),
            regret=money(ours.regret, currency),
        )
    ]
    others = [row for row in found.rows if row.name != "junshi"]
    if not others:
        return lines
    if not found.better_than_junshi:
        best = min(others, key=lambda row: row.regret)
        lines.append(say("insight.back_best", name=_name(best), regret=money(best.regret, currency)))
    lines += _better_lines(found, ours)
    worst = max(others, key=lambda row: row.regret)
    lines.append(
        say(
            "insight.back_worst",
            name=_name(worst),
            regret=money(worst.regret, currency),
            unmet=percent(worst.unmet_critical, 1),
        )
    )
    return lines


def _better_lines(found: Backtest, ours: Row) -> list[str]:
    """Strategies with less regret than the plan, one sentence a reason, the least regret first."""
    by_reason: dict[str, list[Row]] = {}
    for row in sorted(found.better_than_junshi, key=lambda row: row.regret):
        by_reason.setdefault(_why(ours, row), []).append(row)
    return [
        say(
            "insight.back_worse",
            name=", ".join(_name(row) for row in rows),
            regret=money(rows[0].regret, found.currency),
            why=why,
        )
        for why, rows in by_reason.items()
    ]


def _why(ours: Row, theirs: Row) -> str:
    """Why a fixed strategy had less regret."""
    if ours.unmet_critical < theirs.unmet_critical:
        return say(
            "insight.back_why_unmet",
            ours=percent(ours.unmet_critical, 1),
            theirs=percent(theirs.unmet_critical, 1),
        )
    return say("insight.back_why_premium")


def strategies_sheet(found: Backtest) -> Sheet:
    """One row a strategy, the least regret first; perfect foresight on top."""
    currency = found.currency
    columns = (
        Column(say("insight.strategy")),
        Column(say("insight.figure_cost"), is_number=True),
        Column(say("insight.regret"), is_number=True),
        Column(say("insight.unmet_critical"), is_number=True),
        Column(say("insight.unmet_all"), is_number=True),
    )
    rows = [
        (say("insight.strategy_foresight"), money(found.foresight, currency), money(0.0, currency), "", "")
    ]
    rows += [
        (
            _name(row),
            money(row.cost, currency),
            money(row.regret, currency),
            percent(row.unmet_critical, 1),
            percent(row.unmet, 1),
        )
        for row in sorted(found.rows, key=lambda row: row.regret)
    ]
    return Sheet(say("insight.title_backtest"), columns, tuple(rows), say("insight.note_backtest"))


def quarters_sheet(found: Backtest) -> Sheet:
    """Regime and costs by quarter."""
    shown = [found.row(name) for name in SHOWN if any(row.name == name for row in found.rows)]
    columns = (
        Column(say("show.quarter")),
        Column(say("insight.imports_were")),
        *(Column(_name(row), is_number=True) for row in shown),
    )
    rows = tuple(
        (
            quarter,
            word(Regime(regime)),
            *(money(float(row.by_quarter[t]), found.currency) for row in shown),
        )
        for t, (quarter, regime) in enumerate(zip(found.quarters, found.regimes, strict=True))
    )
    return Sheet(say("insight.title_past"), columns, rows)


def cost_figure(found: Backtest) -> Figure:
    """Cumulative cost of a few strategies."""
    shown = [found.row(name) for name in SHOWN if any(row.name == name for row in found.rows)]
    series = tuple(
        Series(_name(row), tuple(float(v) for v in row.by_quarter.cumsum()), colour)
        for row, colour in zip(shown, FAMILIES, strict=False)
    )
    unit = currency_name(found.currency)
    return Lines("backtest", say("insight.figure_backtest"), unit, found.quarters, (Panel("", series),))


def backtest_record(found: Backtest) -> dict[str, object]:
    """Object for machines; `foresight` stands among the strategies."""
    strategies: list[dict[str, object]] = [
        {
            "name": row.name,
            "cost": row.cost,
            "unmet": row.unmet,
            "unmet_critical": row.unmet_critical,
            "regret": row.regret,
            "cost_by_quarter": row.by_quarter,
            "decisions": [
                {
                    "order": _kept(one.order),
                    "rent": _kept(one.rent),
                    "port": {f"{w} → {e}": v for (w, e), v in one.port.items() if v > 1e-3},
                }
                for one in row.decisions
            ],
        }
        for row in found.rows
    ]
    strategies.append({"name": "foresight", "cost": found.foresight, "unmet": None, "regret": 0.0})
    return {
        "currency": found.currency,
        "quarters": found.quarters,
        "regimes": found.regimes,
        "strategies": strategies,
        "better_than_junshi": [row.name for row in found.better_than_junshi],
    }


def _kept(units: Mapping[str, float]) -> dict[str, float]:
    """Units that are more than nothing."""
    return {name: value for name, value in units.items() if value >= 0.5}
