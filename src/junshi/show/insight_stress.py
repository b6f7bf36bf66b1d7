"""A stress test as sentences, tables, pictures and an object."""

from __future__ import annotations

from junshi.insight.shock import Shock
from junshi.insight.stress import Outcome, StressTest
from junshi.show.figure import Figure, HeatMap, HeatPanel, Lines, Panel, Series
from junshi.show.insight_report import Report
from junshi.show.numbers import money, percent
from junshi.show.palette import BLUE, ORANGE
from junshi.show.sheet import Column, Sheet
from junshi.show.words import word
from junshi.text import say


def stress_report(found: StressTest) -> Report:
    """Everything that `junshi stress` shows."""
    sheets = [shocks_sheet(found)]
    figures: list[Figure] = []
    if found.lasting is not None:
        sheets.append(served_sheet(found, found.lasting))
        figures = [served_figure(found, found.lasting), grid_figure(found)]
    return Report("stress", tuple(stress_lines(found)), tuple(sheets), tuple(figures), stress_record(found))


def stress_lines(found: StressTest) -> list[str]:
    """The answer: does critical work keep turning, until when, and what is the worst."""
    currency = found.instance.currency
    lines = [_lasting_line(found)]
    if float(found.calm_critical.min()) < found.least_served:
        lines.append(say("insight.stress_calm", share=percent(float(found.calm_critical.min()))))
    if found.lasting is not None:
        cost = found.lasting.recovery_cost
        key = "insight.stress_recovery" if cost > 0 else "insight.stress_no_cost"
        lines.append(say(key, cost=money(cost, currency)))
    worst = found.worst_path
    lines.append(
        say(
            "insight.stress_worst_path",
            tried=found.tried,
            path=path_words(found, worst.states),
            cost=money(worst.extra, currency),
            share=percent(float(worst.served_critical.min())),
            odds=f"{worst.odds:.1e}",
        )
    )
    shock = found.worst_shock.shock
    if shock.quarters > 0:
        lines.append(
            say(
                "insight.stress_worst_shock",
                quarter=found.instance.quarters[shock.start],
                count=shock.quarters,
                what=shock_parts(shock),
                share=percent(float(found.worst_shock.served_critical.min())),
                failed=found.worst_shock.quarters_failed,
                least=percent(found.least_served),
            )
        )
    return lines


def _lasting_line(found: StressTest) -> str:
    """What a lasting cut-off does to critical work."""
    lasting = found.lasting
    if lasting is None:
        return say("insight.stress_no_cut")
    quarters = found.instance.quarters
    start = lasting.shock.start
    share = percent(float(lasting.served_critical[start:].min()))
    if lasting.fails_after is None:
        return say("insight.stress_keeps", quarter=quarters[start], share=share, count=len(quarters) - start)
    least = percent(found.least_served)
    if lasting.fails_after == 0:
        return say("insight.stress_fails_at_once", quarter=quarters[start], least=least, share=share)
    return say(
        "insight.stress_fails",
        quarter=quarters[start],
        least=least,
        after=lasting.fails_after,
        when=quarters[start + lasting.fails_after],
        share=share,
    )


def path_words(found: StressTest, states: tuple[int, ...]) -> str:
    """States of a path, repeated ones once with their number of quarters."""
    parts: list[tuple[str, int]] = []
    for index in states:
        state = found.instance.states[index]
        text = say("show.state", regime=word(state.regime), ramp=word(state.ramp))
        if parts and parts[-1][0] == text:
            parts[-1] = (text, parts[-1][1] + 1)
        else:
            parts.append((text, 1))
    return " → ".join(f"{text} × {count}" if count > 1 else text for text, count in parts)


def shock_parts(shock: Shock) -> str:
    """State, price and flaw of a compound shock."""
    parts = [word(term) for term in (shock.regime, shock.ramp) if term is not None]
    if shock.price != 1.0:
        parts.append(say("insight.and_price"))
    if shock.flaw is not None:
        parts.append(say("insight.and_flaw", ecosystem=shock.flaw))
    return ", ".join(parts)


def shock_name(shock: Shock) -> str:
    """Name of a shock for people."""
    if shock.name == "flaw":
        return say("insight.shock_flaw", ecosystem=shock.flaw)
    return say(f"insight.shock_{shock.name}")


def shocks_sheet(found: StressTest) -> Sheet:
    """One row a named shock."""
    columns = (
        Column(say("insight.shock")),
        Column(say("insight.least_critical"), is_number=True),
        Column(say("insight.fails_after"), is_number=True),
        Column(say("insight.quarters_failed"), is_number=True),
        Column(say("insight.recovery"), is_number=True),
    )
    rows = tuple(_shock_row(found, outcome) for outcome in (*found.named, found.worst_shock))
    note = say("insight.note_shocks", least=percent(found.least_served))
    return Sheet(say("insight.title_shocks"), columns, rows, note)


def _shock_row(found: StressTest, outcome: Outcome) -> tuple[str, ...]:
    """Cells of one shock."""
    after = outcome.fails_after
    if after is None:
        when = say("insight.never")
    else:
        when = say("insight.at_once") if after == 0 else say("insight.quarters", count=after)
    return (
        shock_name(outcome.shock),
        percent(
            float(outcome.served_critical[min(outcome.shock.start, len(found.calm_critical) - 1) :].min())
        ),
        when,
        str(outcome.quarters_failed),
        money(outcome.recovery_cost, found.instance.currency),
    )


def served_sheet(found: StressTest, lasting: Outcome) -> Sheet:
    """Critical and all work by quarter."""
    columns = (
        Column(say("show.quarter")),
        Column(say("show.critical_work"), is_number=True),
        Column(say("show.all_work"), is_number=True),
    )
    rows = tuple(
        (quarter, percent(float(critical)), percent(float(every)))
        for quarter, critical, every in zip(
            found.instance.quarters, lasting.served_critical, lasting.served_all, strict=True
        )
    )
    return Sheet(say("insight.title_served"), columns, rows)


def served_figure(found: StressTest, lasting: Outcome) -> Lines:
    """Critical and all work by quarter as lines."""
    series = (
        Series(say("show.critical_work"), tuple(float(v) for v in lasting.served_critical), BLUE),
        Series(say("show.all_work"), tuple(float(v) for v in lasting.served_all), ORANGE),
    )
    quarters = found.instance.quarters
    return Lines(
        "stress", say("insight.figure_stress_served"), "", quarters, (Panel("", series),), shares=True
    )


def grid_figure(found: StressTest) -> HeatMap:
    """Least critical share by start and length of the cut-off."""
    values = tuple(tuple(float(v) for v in row) for row in found.least)
    columns = tuple(_length(n + 1) for n in range(found.least.shape[1]))
    return HeatMap(
        "cut-offs",
        say("insight.figure_stress_grid"),
        found.instance.quarters[1:],
        columns,
        (HeatPanel("", values),),
    )


def _length(count: int) -> str:
    """Length of a cut-off."""
    return say("insight.one_quarter") if count == 1 else say("insight.quarters", count=count)


def _outcome_record(outcome: Outcome) -> dict[str, object]:
    """Shock and its outcome."""
    shock = outcome.shock
    return {
        "name": shock.name,
        "start": shock.start,
        "quarters": shock.quarters,
        "regime": None if shock.regime is None else shock.regime.value,
        "ramp": None if shock.ramp is None else shock.ramp.value,
        "price": shock.price,
        "flaw": shock.flaw,
        "served_critical": outcome.served_critical,
        "served_all": outcome.served_all,
        "fails_after": outcome.fails_after,
        "quarters_failed": outcome.quarters_failed,
        "recovery_cost": outcome.recovery_cost,
    }


def stress_record(found: StressTest) -> dict[str, object]:
    """Object for machines."""
    worst = found.worst_path
    return {
        "currency": found.instance.currency,
        "quarters": found.instance.quarters,
        "least_served": found.least_served,
        "calm_critical": found.calm_critical,
        "lasting_cut_off": None if found.lasting is None else _outcome_record(found.lasting),
        "grid": found.least,
        "shocks": [_outcome_record(outcome) for outcome in found.named],
        "worst_path": {
            "states": [found.instance.states[i].label for i in worst.states],
            "odds": worst.odds,
            "extra_cost": worst.extra,
            "served_critical": worst.served_critical,
        },
        "worst_shock": _outcome_record(found.worst_shock),
        "paths_walked": found.tried,
    }
