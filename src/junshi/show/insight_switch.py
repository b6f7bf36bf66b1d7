"""Leaving an ecosystem as sentences, tables, a picture and an object."""

from __future__ import annotations

from dataclasses import asdict

from junshi.insight.switch import Readiness, Switch
from junshi.show.figure import Figure, Lines, Panel, Series
from junshi.show.insight_report import Report
from junshi.show.numbers import money, percent, ranged, short
from junshi.show.palette import BLUE, ORANGE
from junshi.show.sheet import Column, Sheet
from junshi.text import say


def switch_report(found: Switch) -> Report:
    """Everything that `junshi switch` shows."""
    return Report(
        "switch",
        tuple(switch_lines(found)),
        (readiness_sheet(found), exits_sheet(found)),
        (readiness_figure(found),),
        switch_record(found),
    )


def switch_lines(found: Switch) -> list[str]:
    """The answer: how far one is, what an exit costs, what the option is worth."""
    currency, quarters = found.instance.currency, found.instance.quarters
    first, last = found.readiness[0], found.readiness[-1]
    lines = [
        say(
            "insight.switch_now",
            ecosystem=found.ecosystem,
            days=_days(first),
            quarters=f"{first.quarters:.1f}",
            critical=percent(first.served_critical),
            every=percent(first.served_all),
        ),
        say(
            "insight.switch_later",
            quarter=quarters[last.stage],
            days=_days(last),
            critical=percent(last.served_critical),
            every=percent(last.served_all),
        ),
        say("insight.switch_money", money=money(first.money, currency)),
    ]
    if first.blocked:
        lines.append(say("insight.switch_blocked", names=", ".join(first.blocked)))
    lines += [
        say(
            "insight.switch_exit",
            quarter=quarters[one.stage],
            cost=money(one.cost, currency),
            share=percent(one.share, 1),
            served=percent(one.served_critical),
        )
        for one in found.exits
    ]
    option = found.option
    lines.append(
        say(
            "insight.switch_option",
            value=money(option.value, currency),
            low=money(option.low, currency),
            high=money(option.high, currency),
        )
    )
    return lines


def _days(row: Readiness) -> str:
    """Engineer-days missing, with their range."""
    return ranged(row.days, row.days_low, row.days_high, short)


def readiness_sheet(found: Switch) -> Sheet:
    """One row a quarter."""
    columns = (
        Column(say("show.quarter")),
        Column(say("insight.days_missing"), is_number=True),
        Column(say("insight.quarters_needed"), is_number=True),
        Column(say("insight.critical_after"), is_number=True),
        Column(say("insight.all_after"), is_number=True),
        Column(say("insight.replacement"), is_number=True),
    )
    rows = tuple(
        (
            found.instance.quarters[row.stage],
            _days(row),
            short(row.quarters),
            percent(row.served_critical),
            percent(row.served_all),
            money(row.money, found.instance.currency),
        )
        for row in found.readiness
    )
    title = say("insight.title_readiness", ecosystem=found.ecosystem)
    return Sheet(title, columns, rows, say("insight.note_readiness"))


def exits_sheet(found: Switch) -> Sheet:
    """One row a deadline."""
    columns = (
        Column(say("insight.deadline")),
        Column(say("insight.extra_cost"), is_number=True),
        Column(say("insight.share_of_cost"), is_number=True),
        Column(say("insight.critical_least"), is_number=True),
    )
    rows = tuple(
        (
            found.instance.quarters[one.stage],
            money(one.cost, found.instance.currency),
            percent(one.share, 1),
            percent(one.served_critical),
        )
        for one in found.exits
    )
    return Sheet(say("insight.title_exits", ecosystem=found.ecosystem), columns, rows)


def readiness_figure(found: Switch) -> Figure:
    """Critical and all work that goes on the day after, by quarter."""
    labels = tuple(found.instance.quarters[row.stage] for row in found.readiness)
    series = (
        Series(say("show.critical_work"), tuple(row.served_critical for row in found.readiness), BLUE),
        Series(say("show.all_work"), tuple(row.served_all for row in found.readiness), ORANGE),
    )
    title = say("insight.figure_switch", ecosystem=found.ecosystem)
    return Lines("switch", title, "", labels, (Panel("", series),), shares=True)


def switch_record(found: Switch) -> dict[str, object]:
    """Object for machines."""
    quarters = found.instance.quarters
    return {
        "currency": found.instance.currency,
        "ecosystem": found.ecosystem,
        "readiness": [{"quarter": quarters[row.stage], **asdict(row)} for row in found.readiness],
        "exits": [{"quarter": quarters[one.stage], **asdict(one)} for one in found.exits],
        "option": asdict(found.option),
    }
