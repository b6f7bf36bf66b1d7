"""Sensitivity as sentences, tables, a picture and an object."""

from __future__ import annotations

from dataclasses import asdict

from junshi.insight.sensitivity import OUTPUTS, BreakEven, Effect, Sensitivity
from junshi.show.figure import Bar, Bars
from junshi.show.insight_report import Report
from junshi.show.numbers import currency_name, money, percent
from junshi.show.palette import BLUE, VERMILION
from junshi.show.sheet import Column, Sheet
from junshi.text import say


def sensitivity_report(found: Sensitivity) -> Report:
    """Everything that `junshi sensitivity` shows."""
    sheets = [effects_sheet(found)]
    if found.break_even:
        sheets.append(break_even_sheet(found))
    return Report(
        "sensitivity",
        tuple(sensitivity_lines(found)),
        tuple(sheets),
        effects_figures(found),
        sensitivity_record(found),
    )


def factor_name(name: str) -> str:
    """Input in words."""
    return say(f"insight.factor_{name}")


def sensitivity_lines(found: Sensitivity) -> list[str]:
    """The answer: what moves the cost, what moves the decision, where it turns."""
    cost, share = found.ranked("cost"), found.ranked("domestic_share")
    lines = [
        say(
            "insight.sens_cost",
            first=factor_name(cost[0].factor),
            size=_size(found, cost[0]),
            second=factor_name(cost[1].factor),
        )
    ]
    base = percent(found.base["domestic_share"])
    if share[0].size > 0:
        first = factor_name(share[0].factor)
        lines.append(say("insight.sens_share", first=first, base=base, size=_size(found, share[0])))
    else:
        lines.append(say("insight.sens_share_none", base=base))
    for one in found.break_even:
        lines += _break_even_lines(one)
    return lines


def _break_even_lines(one: BreakEven) -> list[str]:
    """Where the decision turns on one input."""
    share = percent(one.share_now)
    name = factor_name(one.factor)
    if one.value is None:
        return [say("insight.sens_no_even", name=name, low=f"{one.low:g}", high=f"{one.high:g}", share=share)]
    lines = [say("insight.sens_even", name=name, value=f"{one.value:.2f}", share=share)]
    lines += [
        say(
            "insight.sens_ratio",
            accelerator=accelerator,
            needed=percent(needed),
            rival=rival,
            workload=workload,
            now=percent(now),
        )
        for workload, (accelerator, rival, needed, now) in one.ratios.items()
    ]
    return lines


def _size(found: Sensitivity, effect: Effect) -> str:
    """Size of an effect in the unit of its output."""
    if found.method == "sobol":
        return f"{effect.size:.2f}"
    if effect.output == "cost":
        return money(effect.size, found.instance.currency)
    return percent(effect.size, 1)


def _spread(found: Sensitivity, effect: Effect) -> str:
    """Spread in the same unit."""
    return _size(found, Effect(effect.factor, effect.output, effect.spread, 0.0, 0.0))


def effects_sheet(found: Sensitivity) -> Sheet:
    """One row an input, by its effect on the cost; one column an output."""
    by_pair = {(one.factor, one.output): one for one in found.effects}
    ranges = {factor.name: f"{factor.low:.3g} … {factor.high:.3g}" for factor in found.factors}
    columns = (
        Column(say("insight.input")),
        Column(say("insight.range"), is_number=True),
        *(Column(say(f"insight.output_{output}"), is_number=True) for output in OUTPUTS),
    )
    rows = tuple(
        (
            factor_name(one.factor),
            ranges[one.factor],
            *(
                f"{_size(found, by_pair[one.factor, output])} ({_spread(found, by_pair[one.factor, output])})"
                for output in OUTPUTS
            ),
        )
        for one in found.ranked("cost")
    )
    note = say(f"insight.note_{found.method}", runs=found.runs, paths=found.paths)
    return Sheet(say("insight.title_sensitivity"), columns, rows, f"{note} {_range_note(found)}")


def _range_note(found: Sensitivity) -> str:
    """Where the ranges come from."""
    measured = any(not factor.assumed for factor in found.factors)
    return say("insight.ranges_with_ports" if measured else "insight.ranges_assumed")


def break_even_sheet(found: Sensitivity) -> Sheet:
    """One row an input."""
    columns = (
        Column(say("insight.input")),
        Column(say("insight.break_even"), is_number=True),
        Column(say("insight.share_now"), is_number=True),
    )
    rows = tuple(
        (
            factor_name(one.factor),
            say("insight.nowhere") if one.value is None else f"{one.value:.2f}",
            percent(one.share_now),
        )
        for one in found.break_even
    )
    return Sheet(say("insight.title_break_even"), columns, rows)


def effects_figures(found: Sensitivity) -> tuple[Bars, ...]:
    """One tornado an output that anything moves: effect of each input, the largest first."""
    shown = [output for output in OUTPUTS if any(one.size > 0 for one in found.ranked(output))]
    return tuple(_tornado(found, output) for output in shown)


def _tornado(found: Sensitivity, output: str) -> Bars:
    """Sizes of the effects on one output with their spread."""
    is_money = output == "cost" and found.method != "sobol"
    bars = tuple(
        Bar(
            factor_name(one.factor),
            one.size,
            VERMILION if one.direction > 0 else BLUE,
            max(one.size - one.spread, 0.0),
            one.size + one.spread,
        )
        for one in found.ranked(output)
    )
    return Bars(
        f"sensitivity-{output.replace('_', '-')}",
        say("insight.figure_sensitivity_of", output=say(f"insight.output_{output}")),
        currency_name(found.instance.currency) if is_money else "",
        say("insight.effect_size" if found.method != "sobol" else "insight.effect_sobol"),
        bars,
        shares=found.method != "sobol" and not is_money,
    )


def sensitivity_record(found: Sensitivity) -> dict[str, object]:
    """Object for machines."""
    return {
        "currency": found.instance.currency,
        "method": found.method,
        "runs": found.runs,
        "paths": found.paths,
        "base": found.base,
        "ranges": {
            factor.name: {"low": factor.low, "high": factor.high, "assumed": factor.assumed}
            for factor in found.factors
        },
        "effects": [asdict(one) for one in found.effects],
        "break_even": [
            {
                "factor": one.factor,
                "value": one.value,
                "low": one.low,
                "high": one.high,
                "share_now": one.share_now,
                "ratios": {
                    work: {"accelerator": a, "rival": b, "needed": needed, "now": now}
                    for work, (a, b, needed, now) in one.ratios.items()
                },
            }
            for one in found.break_even
        ],
    }
