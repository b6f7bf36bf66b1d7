"""The price of certainty as sentences, tables, a picture and an object."""

from __future__ import annotations

from dataclasses import asdict

from junshi.insight.certainty import Certainty
from junshi.show.figure import Bar, Bars, Figure, Step, Waterfall
from junshi.show.insight_report import Report
from junshi.show.numbers import currency_name, money, percent
from junshi.show.palette import BLUE, GREEN, VERMILION
from junshi.show.sheet import Column, Sheet
from junshi.text import say


def certainty_report(found: Certainty) -> Report:
    """Everything that `junshi certainty` shows."""
    figures: list[Figure] = [waterfall_figure(found), worth_figure(found)]
    if any(one.worth is not None for one in found.measures):
        figures.append(measures_figure(found))
    sheets = (plans_sheet(found), *((measures_sheet(found),) if found.measures else ()))
    return Report("certainty", tuple(certainty_lines(found)), sheets, tuple(figures), certainty_record(found))


def certainty_lines(found: Certainty) -> list[str]:
    """The answer in plain words."""
    currency = found.instance.currency

    def amount(value: float) -> str:
        return money(value, currency)

    lines = []
    if found.premium.value > 0 and found.averted > 0:
        lines.append(
            say(
                "insight.certainty_premium",
                premium=amount(found.premium.value),
                share=percent(found.premium.value / abs(found.neutral_mean), 1),
                low=amount(found.premium.low),
                high=amount(found.premium.high),
                averted=amount(found.averted),
                tail=percent(found.tail),
            )
        )
        lines.append(say("insight.certainty_price", price=f"{found.price or 0.0:.2g}"))
    else:
        lines.append(say("insight.certainty_free"))
    if found.served_careful is not None and found.served_neutral is not None:
        lines.append(
            say(
                "insight.certainty_served",
                careful=percent(found.served_careful),
                neutral=percent(found.served_neutral),
            )
        )
    lines.append(
        say(
            "insight.certainty_evpi",
            evpi=amount(found.evpi.value),
            low=amount(found.evpi.low),
            high=amount(found.evpi.high),
        )
    )
    lines.append(
        say(
            "insight.certainty_vss",
            vss=amount(found.vss.value),
            low=amount(found.vss.low),
            high=amount(found.vss.high),
        )
    )
    best = next((one for one in found.measures if one.worth is not None and one.worth > 0), None)
    if best is not None and best.worth is not None:
        name = say(f"insight.measure_{best.name}")
        lines.append(say("insight.certainty_best", name=name, worth=amount(best.worth)))
    return lines


def plans_sheet(found: Certainty) -> Sheet:
    """Both plans side by side."""
    currency = found.instance.currency
    columns = (
        Column(say("insight.plan")),
        Column(say("insight.mean_cost"), is_number=True),
        Column(say("insight.cvar_cost"), is_number=True),
        Column(say("insight.served_cut_off"), is_number=True),
    )
    rows = (
        (
            say("insight.plan_neutral"),
            money(found.neutral_mean, currency),
            money(found.neutral_cvar, currency),
            "–" if found.served_neutral is None else percent(found.served_neutral),
        ),
        (
            say("insight.plan_careful", weight=percent(found.weight)),
            money(found.careful_mean, currency),
            money(found.careful_cvar, currency),
            "–" if found.served_careful is None else percent(found.served_careful),
        ),
    )
    return Sheet(say("insight.title_certainty"), columns, rows)


def measures_sheet(found: Certainty) -> Sheet:
    """Measures, the one that saves most first."""
    currency = found.instance.currency
    columns = (
        Column(say("insight.measure")),
        Column(say("insight.worth"), is_number=True),
        Column(say("insight.share_of_cost"), is_number=True),
    )
    rows = tuple(
        (
            say(f"insight.measure_{one.name}"),
            "–" if one.worth is None else money(one.worth, currency),
            "–" if one.share is None else percent(one.share, 1),
        )
        for one in found.measures
    )
    note = say("insight.note_measures", gap=percent(max(found.gap, 0.0), 1))
    return Sheet(say("insight.title_measures"), columns, rows, note)


def waterfall_figure(found: Certainty) -> Waterfall:
    """From the cost with perfect foresight over not knowing to the careful plan."""
    foresight = found.neutral_mean - found.evpi.value
    steps = (
        Step(say("insight.step_foresight"), foresight, is_level=True),
        Step(say("insight.step_evpi"), found.evpi.value, False, found.evpi.low, found.evpi.high),
        Step(say("insight.plan_neutral"), found.neutral_mean, is_level=True),
        Step(say("insight.step_premium"), found.premium.value, False, found.premium.low, found.premium.high),
        Step(say("insight.plan_careful", weight=percent(found.weight)), found.careful_mean, is_level=True),
    )
    unit = currency_name(found.instance.currency)
    return Waterfall("certainty", say("insight.figure_waterfall"), unit, say("insight.mean_cost"), steps)


def worth_figure(found: Certainty) -> Bars:
    """What the premium buys beside what it costs, and what planning with all states is worth."""
    bars = (
        Bar(
            say("insight.step_premium"),
            found.premium.value,
            VERMILION,
            found.premium.low,
            found.premium.high,
        ),
        Bar(say("insight.bar_averted", tail=percent(found.tail)), found.averted, GREEN),
        Bar(say("insight.step_evpi"), found.evpi.value, BLUE, found.evpi.low, found.evpi.high),
        Bar(say("insight.bar_vss"), found.vss.value, BLUE, found.vss.low, found.vss.high),
    )
    unit = currency_name(found.instance.currency)
    return Bars("worth", say("insight.figure_caution"), unit, say("show.money_column"), bars)


def measures_figure(found: Certainty) -> Bars:
    """What each measure saves."""
    bars = tuple(
        Bar(say(f"insight.measure_{one.name}"), one.worth, BLUE)
        for one in found.measures
        if one.worth is not None
    )
    unit = currency_name(found.instance.currency)
    return Bars("measures", say("insight.figure_certainty"), unit, say("insight.worth"), bars)


def certainty_record(found: Certainty) -> dict[str, object]:
    """Object for machines."""
    return {
        "currency": found.instance.currency,
        "weight": found.weight,
        "tail": found.tail,
        "neutral": {"mean": found.neutral_mean, "cvar": found.neutral_cvar, "served": found.served_neutral},
        "careful": {"mean": found.careful_mean, "cvar": found.careful_cvar, "served": found.served_careful},
        "premium": asdict(found.premium),
        "averted": found.averted,
        "price": found.price,
        "evpi": asdict(found.evpi),
        "vss": asdict(found.vss),
        "measures": [asdict(one) for one in found.measures],
        "gap": found.gap,
    }
