"""Further tables of the collective: tipping, history, levers, sweeps, plans against the logit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from junshi.collective.build import Setup
from junshi.collective.deep import DeepAnswer
from junshi.collective.history import Check, HistoryFit
from junshi.collective.levers import LEVERS, LeverOutcome
from junshi.collective.result import CollectiveResult
from junshi.collective.run import Fan
from junshi.collective.sweep import SweepRun
from junshi.collective.tipping import TippingCurve
from junshi.show.numbers import percent, short
from junshi.show.sheet import Column, Sheet
from junshi.show.words import word, yes
from junshi.terms import Archetype
from junshi.text import say

_DASH = "–"
MOST_ROWS = 20


def tipping_sheet(curves: Sequence[TippingCurve]) -> Sheet:
    """What each push leaves behind when it is over."""
    columns = (
        Column(say("collective.push")),
        Column(say("collective.share_none"), is_number=True),
        Column(say("collective.share_strongest"), is_number=True),
        Column(say("collective.threshold"), is_number=True),
        Column(say("collective.tips")),
    )
    rows = tuple(
        (
            say(f"collective.push_{curve.push}"),
            percent(float(curve.share[0])),
            percent(float(curve.share[-1])),
            _threshold(curve),
            say("collective.tips_yes" if curve.has_tipping else "collective.tips_no"),
        )
        for curve in curves
    )
    return Sheet(say("collective.title_tipping"), columns, rows, say("collective.note_tipping"))


def _threshold(curve: TippingCurve) -> str:
    if curve.threshold is None:
        return _DASH
    if curve.push == "cut_off":
        return say("collective.quarters", count=f"{curve.threshold:.0f}")
    return percent(curve.threshold)


def history_sheet(fit: HistoryFit) -> Sheet:
    """Counted figures against the forecast."""
    columns = (
        Column(say("collective.period")),
        Column(say("collective.figure")),
        Column(say("collective.counted"), is_number=True),
        Column(say("collective.forecast"), is_number=True),
        Column(say("collective.seen")),
        Column(say("collective.inside")),
        Column(say("collective.trend"), is_number=True),
    )
    rows = tuple(_check_row(check) for check in fit.checks)
    note = say("collective.note_history", until=fit.until)
    return Sheet(say("collective.title_history"), columns, rows, note)


def _check_row(check: Check) -> tuple[str, ...]:
    def shown(value: float) -> str:
        return percent(value) if check.figure.is_share else short(1000.0 * value)

    return (
        check.figure.wanted.period,
        say("collective.figure_share" if check.figure.is_share else "collective.figure_cards"),
        shown(check.figure.value),
        say("collective.interval", mean=shown(check.middle), low=shown(check.low), high=shown(check.high)),
        say("collective.seen_fit" if check.is_fitted else "collective.seen_not"),
        yes(check.is_inside),
        shown(check.trend) if check.figure.is_share else _DASH,
    )


def trend_line(fit: HistoryFit) -> str:
    """Whether the forecast beats a logistic trend."""
    return say("collective.beats_trend" if fit.beats_trend else "collective.loses_to_trend", until=fit.until)


def uncertainty_line(result: CollectiveResult, fan: Fan) -> str:
    """Domestic share at the end with uncertain parameters as well as uncertain supply."""
    return say(
        "collective.with_parameters",
        quarter=result.quarters[-1],
        middle=percent(float(fan.middle[-1])),
        low=percent(float(fan.low[-1])),
        high=percent(float(fan.high[-1])),
    )


def levers_sheet(outcomes: Sequence[LeverOutcome], *, is_goal: bool = False) -> Sheet:
    """Lever mixes and what they bring."""
    places = sorted({round(one) for one in np.linspace(0, len(outcomes) - 1, min(len(outcomes), MOST_ROWS))})
    columns = (
        *(Column(say(f"collective.lever_{lever.name}"), is_number=True) for lever in LEVERS),
        Column(say("collective.self_reliance"), is_number=True),
        Column(say("collective.survivable"), is_number=True),
        Column(say("collective.gap_years"), is_number=True),
        Column(say("collective.public_cost"), is_number=True),
    )
    rows = tuple(
        (
            *(short(float(value)) for value in outcomes[place].values),
            percent(outcomes[place].self_reliance),
            percent(outcomes[place].survivable),
            f"{outcomes[place].gap_years:.1f}",
            short(1e9 * outcomes[place].public_cost),
        )
        for place in places
    )
    title = say("collective.title_cheapest" if is_goal else "collective.title_trade_off")
    return Sheet(title, columns, rows, say("collective.note_trade_off"))


def sweep_sheet(runs: Sequence[SweepRun]) -> Sheet:
    """First rows of a sweep."""
    names = [name for name, _ in runs[0].point.levers] if runs else []
    columns = (
        *(Column(say(f"collective.lever_{name}"), is_number=True) for name in names),
        Column(say("collective.belief")),
        Column(say("collective.seed"), is_number=True),
        Column(say("collective.domestic_share"), is_number=True),
        Column(say("collective.survivable"), is_number=True),
    )
    rows = tuple(
        (
            *(short(value) for _, value in run.point.levers),
            say(f"collective.belief_{run.point.belief}"),
            str(run.point.seed),
            say(
                "collective.interval",
                mean=percent(run.domestic),
                low=percent(run.domestic_low),
                high=percent(run.domestic_high),
            ),
            percent(run.survivable),
        )
        for run in runs[:MOST_ROWS]
    )
    return Sheet(say("collective.title_sweep"), columns, rows, say("collective.note_sweep", count=len(runs)))


def joint_sheet(setup: Setup, answer: DeepAnswer) -> Sheet:
    """Domestic share of each archetype by its plan, and by the fast logit."""
    domestic, point = setup.domestic, answer.point
    columns = (
        Column(say("collective.archetype")),
        Column(say("collective.by_plan"), is_number=True),
        Column(say("collective.by_logit"), is_number=True),
        Column(say("collective.by_calibrated"), is_number=True),
        Column(say("collective.plan_cost_domestic"), is_number=True),
    )
    rows = tuple(
        (
            word(Archetype(name)),
            *(
                percent(float(shares[place][:, domestic].sum(axis=1).mean()))
                for shares in (point.replies, answer.plain, point.logit)
            ),
            f"{100 * float(np.expm1(answer.calibration.difference[place])):+.0f} %",
        )
        for place, name in enumerate(setup.population.archetypes)
    )
    key = "collective.joint_rests" if point.converged else "collective.joint_moves"
    note = say(
        key, rounds=len(point.changes), change=f"{100 * point.change:.1f}", gap=f"{100 * point.gap:.0f}"
    )
    return Sheet(say("collective.title_joint"), columns, rows, note)
