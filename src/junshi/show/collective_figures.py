"""Pictures of the collective: share fans, maturity, who bears the cost, phases, basins, levers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from junshi.collective.basins import BasinMap
from junshi.collective.levers import LeverOutcome
from junshi.collective.result import CollectiveResult
from junshi.collective.run import Fan
from junshi.collective.tipping import PhaseDiagram, TippingCurve
from junshi.errors import InputError
from junshi.show.collective_animation import animation_page
from junshi.show.collective_sheets import ecosystem_names
from junshi.show.draw import can_draw, draw, drawable_language
from junshi.show.export.write import write_text
from junshi.show.figure import FanPanel, Fans, Figure, HeatMap, HeatPanel, Lines, Panel, Series
from junshi.show.palette import FAMILIES
from junshi.show.words import word
from junshi.terms import Archetype
from junshi.text import current_language, say, set_language

FloatArray = NDArray[np.float64]

ANIMATION = "collective.html"


def write_figures(
    folder: Path,
    result: CollectiveResult,
    curves: Sequence[TippingCurve],
    outcomes: Sequence[LeverOutcome],
    phase: PhaseDiagram,
    basins: BasinMap,
) -> list[Path]:
    """Draw every figure to a folder, and the animation as one page; returns the files.

    Raises
    ------
    InputError : matplotlib is not installed, or the folder cannot be written
    """
    if not can_draw():
        raise InputError("collective.needs_matplotlib")
    spoken = current_language()
    language = drawable_language(spoken)
    page = folder / ANIMATION
    write_text(page, animation_page(result), replace=True)
    set_language(language)
    try:
        figures = collective_figures(result, curves, outcomes, phase, basins)
        return [page, *(path for figure in figures for path in draw(figure, folder, language))]
    finally:
        set_language(spoken)


def collective_figures(
    result: CollectiveResult,
    curves: Sequence[TippingCurve],
    outcomes: Sequence[LeverOutcome],
    phase: PhaseDiagram,
    basins: BasinMap,
) -> list[Figure]:
    """All figures, labelled in the current language; those without data are left out."""
    figures: list[Figure] = [
        shares_figure(result),
        maturity_figure(result),
        burden_figure(result),
        phase_figure(phase),
        basin_figure(basins),
    ]
    if curves:
        figures.append(tipping_figure(curves))
    if outcomes:
        figures += [gap_trade_off_figure(outcomes), cost_trade_off_figure(outcomes)]
    return figures


def _values(array: FloatArray) -> tuple[float, ...]:
    return tuple(float(value) for value in array)


def _fans(name: str, title: str, fan: Fan, result: CollectiveResult) -> Fans:
    """One panel an ecosystem: mean, and the band of 80 % of the paths."""
    panels = tuple(
        FanPanel(
            ecosystem,
            _values(fan.mean[:, place]),
            _values(fan.low[:, place]),
            _values(fan.high[:, place]),
            FAMILIES[place % len(FAMILIES)],
        )
        for place, ecosystem in enumerate(ecosystem_names(result))
    )
    mean, band = say("view.mean_of_paths"), say("view.band_of_paths")
    return Fans(name, title, "", result.quarters, panels, mean, band, shares=True)


def shares_figure(result: CollectiveResult) -> Fans:
    """Share of each ecosystem with its fan over paths of supply."""
    return _fans("collective-shares", say("collective.figure_share_paths"), result.shares, result)


def maturity_figure(result: CollectiveResult) -> Fans:
    """Maturity of each ecosystem: the gap that use closes."""
    return _fans("collective-maturity", say("collective.figure_maturity"), result.maturity, result)


def burden_figure(result: CollectiveResult) -> Lines:
    """Change of the cost of a unit of work of each archetype against the first quarter, from log-cost."""
    cost = np.expm1(result.cost.mean - result.cost.mean[0])
    series = tuple(
        Series(word(Archetype(name)), _values(cost[:, place]), FAMILIES[place % len(FAMILIES)])
        for place, name in enumerate(result.setup.population.archetypes)
    )
    title, unit = say("collective.figure_burden"), say("collective.figure_cost")
    return Lines("collective-burden", title, unit, result.quarters, (Panel("", series),), shares=True)


def phase_figure(phase: PhaseDiagram) -> HeatMap:
    """Domestic share over vanguard share × odds of a cut-off."""
    return HeatMap(
        "collective-phase",
        say("collective.title_phase"),
        tuple(f"{100 * value:.0f} %" for value in phase.vanguard),
        tuple(f"× {value:g}" for value in phase.odds),
        (HeatPanel(say("collective.figure_phase"), tuple(_values(row) for row in phase.domestic)),),
    )


def basin_figure(basins: BasinMap) -> HeatMap:
    """Domestic share that play leads to from each believed share and today's experience."""
    return HeatMap(
        "collective-basins",
        say("collective.figure_basin"),
        tuple(f"{100 * value:.0f} %" for value in basins.believed),
        tuple(f"× {value:g}" for value in basins.experience),
        (HeatPanel(say("collective.figure_basin_axes"), tuple(_values(row) for row in basins.domestic)),),
    )


def tipping_figure(curves: Sequence[TippingCurve]) -> Lines:
    """Domestic share after each push, over its strength."""
    labels = tuple(f"{100 * value:.0f} %" for value in curves[0].strength / curves[0].strength[-1])
    panels = tuple(
        Panel(
            say(f"collective.push_{curve.push}"),
            (Series(say("collective.figure_domestic_share"), _values(curve.share), FAMILIES[0]),),
        )
        for curve in curves
    )
    title = say("collective.figure_tipping")
    return Lines("collective-tipping", title, say("collective.figure_strength"), labels, panels, shares=True)


def gap_trade_off_figure(outcomes: Sequence[LeverOutcome]) -> Lines:
    """Least lag of the cards delivered for at least so much self-reliance, whatever it costs."""
    kept = lower_envelope(outcomes, [one.gap_years for one in outcomes])
    return _envelope_figure("collective-gap", "gap_years", kept, [one.gap_years for one in kept])


def cost_trade_off_figure(outcomes: Sequence[LeverOutcome]) -> Lines:
    """Least public cost for at least so much self-reliance."""
    kept = lower_envelope(outcomes, [one.public_cost for one in outcomes])
    costs = [one.public_cost for one in kept]
    return _envelope_figure("collective-cost", "figure_cost_billion", kept, costs)


def lower_envelope(outcomes: Sequence[LeverOutcome], values: Sequence[float]) -> list[LeverOutcome]:
    """Outcomes that none with more self-reliance beats in a value, in the order of self-reliance."""
    kept: list[LeverOutcome] = []
    least = float("inf")
    order = sorted(range(len(outcomes)), key=lambda place: (-outcomes[place].self_reliance, values[place]))
    for place in order:
        if values[place] < least:
            kept.append(outcomes[place])
            least = values[place]
    return kept[::-1]


def _envelope_figure(name: str, key: str, kept: Sequence[LeverOutcome], values: Sequence[float]) -> Lines:
    labels = tuple(f"{100 * one.self_reliance:.0f} %" for one in kept)
    series = Series(say(f"collective.{key}"), tuple(values), FAMILIES[0])
    panel = Panel(say(f"collective.{key}"), (series,))
    return Lines(name, say("collective.figure_trade_off"), say("collective.self_reliance"), labels, (panel,))
