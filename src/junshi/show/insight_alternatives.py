"""Near-optimal alternatives as sentences, tables, a picture and an object."""

from __future__ import annotations

from junshi.insight.alternatives import Alternative, Alternatives, Without
from junshi.show.figure import HeatMap, HeatPanel
from junshi.show.insight_report import Report
from junshi.show.numbers import money, percent, ranged, units
from junshi.show.sheet import Column, Sheet
from junshi.text import say

SHOWN_SHARE = 0.005
"""Shares of money and work below this are not worth a line."""


def alternatives_report(found: Alternatives) -> Report:
    """Everything that `junshi alternatives` shows."""
    sheets = [alternatives_sheet(found), horizon_sheet(found), ranges_sheet(found)]
    if found.without:
        sheets.append(without_sheet(found))
    return Report(
        "alternatives",
        tuple(alternatives_lines(found)),
        tuple(sheets),
        (money_figure(found),),
        alternatives_record(found),
    )


def alternatives_lines(found: Alternatives) -> list[str]:
    """The answer: how free the choice is, and what is robust."""
    tolerance = percent(found.tolerance, 1)
    if found.found:
        lines = [say("insight.alt_found", count=len(found.found), tolerance=tolerance)]
    else:
        lines = [say("insight.alt_none", tolerance=tolerance)]
    for robust in ("always", "never"):
        names = [one.accelerator for one in found.ranges if one.robust == robust]
        if names:
            lines.append(say(f"insight.alt_{robust}", names=", ".join(names)))
    if found.found and found.shared:
        lines.append(say("insight.alt_shared", names=", ".join(found.shared)))
    lines += [
        say("insight.alt_without", name=group_name(one), excess=percent(max(one.excess, 0.0), 1))
        for one in found.without[:2]
    ]
    if found.dropped:
        lines.append(say("insight.alt_dropped", count=found.dropped))
    return lines


def group_name(one: Without) -> str:
    """Vendor or ecosystem."""
    return say(f"insight.group_{one.group.kind}", name=one.group.name)


def _shown(found: Alternatives) -> list[Alternative]:
    """Plan first, then the alternatives."""
    return [found.best, *found.found]


def alternatives_sheet(found: Alternatives) -> Sheet:
    """One column an alternative, one row an accelerator, then ports and cost."""
    shown = _shown(found)
    names = [say("insight.the_plan")]
    names += [say("insight.alternative", number=number) for number in range(1, len(shown))]
    columns = (Column(say("insight.accelerator")), *(Column(name, is_number=True) for name in names))
    rows = [
        (name, *(units(one.units[k]) for one in shown))
        for k, name in enumerate(found.instance.fleet.ids)
        if any(one.units[k] >= 0.5 for one in shown)
    ]
    rows += [
        (say("insight.ports_to", ecosystem=name), *(_port_days(one, e) for one in shown))
        for e, name in enumerate(found.instance.ecosystems)
        if any(one.port_days[e] >= 0.5 for one in shown)
    ]
    rows.append((say("insight.extra_cost"), *(f"{100 * one.excess:+.1f} %" for one in shown)))
    return Sheet(say("insight.title_alternatives"), columns, tuple(rows), say("insight.note_alternatives"))


def _port_days(one: Alternative, ecosystem: int) -> str:
    """Engineer-days of the ports to an ecosystem, with their range."""
    return ranged(one.port_days[ecosystem], one.port_days_low[ecosystem], one.port_days_high[ecosystem])


def horizon_sheet(found: Alternatives) -> Sheet:
    """One column an alternative: share of the money, then of the work, by accelerator over the horizon."""
    shown = _shown(found)
    names = [say("insight.the_plan")]
    names += [say("insight.alternative", number=number) for number in range(1, len(shown))]
    columns = (Column(say("insight.accelerator")), *(Column(name, is_number=True) for name in names))
    ids = found.instance.fleet.ids
    money_shares = [one.course.money / max(float(one.course.money.sum()), 1e-12) for one in shown]
    rows = [
        (say("insight.money_of", name=name), *(percent(float(shares[k])) for shares in money_shares))
        for k, name in enumerate(ids)
        if any(shares[k] >= SHOWN_SHARE for shares in money_shares)
    ]
    rows += [
        (say("insight.work_of", name=name), *(percent(float(one.course.placed[k])) for one in shown))
        for k, name in enumerate(ids)
        if any(one.course.placed[k] >= SHOWN_SHARE for one in shown)
    ]
    rows.append((say("insight.different_by"), *(percent(one.difference / 2.0) for one in shown)))
    return Sheet(say("insight.title_horizon"), columns, tuple(rows), say("insight.note_horizon"))


def ranges_sheet(found: Alternatives) -> Sheet:
    """Least and most money of each accelerator."""
    currency = found.instance.currency
    columns = (
        Column(say("insight.accelerator")),
        Column(say("insight.least"), is_number=True),
        Column(say("insight.the_plan"), is_number=True),
        Column(say("insight.most"), is_number=True),
        Column(say("insight.robust")),
    )
    rows = tuple(
        (
            one.accelerator,
            money(one.least, currency),
            money(float(found.best.money[k]), currency),
            money(one.most, currency),
            say(f"insight.robust_{one.robust}"),
        )
        for k, one in enumerate(found.ranges)
    )
    return Sheet(say("insight.title_ranges"), columns, rows)


def without_sheet(found: Alternatives) -> Sheet:
    """Cost of doing without each vendor and ecosystem."""
    columns = (Column(say("insight.group")), Column(say("insight.extra_cost"), is_number=True))
    rows = tuple((group_name(one), f"{100 * one.excess:+.1f} %") for one in found.without)
    return Sheet(say("insight.title_without"), columns, rows)


def money_figure(found: Alternatives) -> HeatMap:
    """Share of each accelerator in the money of the first quarter, one row an alternative."""
    shown = _shown(found)
    rows = [say("insight.the_plan")]
    rows += [say("insight.alternative", number=number) for number in range(1, len(shown))]
    values = []
    for one in shown:
        whole = float(one.money.sum()) or 1.0
        values.append(tuple(float(value) / whole for value in one.money))
    return HeatMap(
        "alternatives",
        say("insight.figure_alternatives"),
        tuple(rows),
        found.instance.fleet.ids,
        (HeatPanel("", tuple(values)),),
    )


def _record(found: Alternatives, one: Alternative) -> dict[str, object]:
    """One first quarter."""
    ids, ecosystems = found.instance.fleet.ids, found.instance.ecosystems
    return {
        "units": dict(zip(ids, one.units, strict=True)),
        "money": dict(zip(ids, one.money, strict=True)),
        "port_days": dict(zip(ecosystems, one.port_days, strict=True)),
        "port_days_low": dict(zip(ecosystems, one.port_days_low, strict=True)),
        "port_days_high": dict(zip(ecosystems, one.port_days_high, strict=True)),
        "excess": one.excess,
        "difference": one.difference,
        "horizon": {
            "money": dict(zip(ids, one.course.money, strict=True)),
            "placed": dict(zip(ids, one.course.placed, strict=True)),
        },
    }


def alternatives_record(found: Alternatives) -> dict[str, object]:
    """Object for machines."""
    return {
        "currency": found.instance.currency,
        "tolerance": found.tolerance,
        "plan": _record(found, found.best),
        "alternatives": [_record(found, one) for one in found.found],
        "dropped": found.dropped,
        "shared": list(found.shared),
        "ranges": [
            {"accelerator": one.accelerator, "least": one.least, "most": one.most, "robust": one.robust}
            for one in found.ranges
        ],
        "without": [
            {"kind": one.group.kind, "name": one.group.name, "excess": one.excess} for one in found.without
        ],
    }
