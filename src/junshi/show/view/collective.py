"""The collective as a view: who runs on what, what catches up, who bears the cost, when it tips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from junshi.collective.basins import BasinMap
from junshi.collective.levers import LeverOutcome
from junshi.collective.result import CollectiveResult
from junshi.collective.schema import CollectiveFile, Sourced
from junshi.collective.tipping import PhaseDiagram, TippingCurve
from junshi.show.collective_figures import (
    basin_figure,
    burden_figure,
    cost_trade_off_figure,
    gap_trade_off_figure,
    maturity_figure,
    phase_figure,
    shares_figure,
    tipping_figure,
)
from junshi.show.collective_moving import moving_maturity, moving_shares
from junshi.show.collective_sheets import (
    archetypes_sheet,
    collective_lines,
    equilibria_sheet,
    shares_sheet,
    world_sheet,
)
from junshi.show.figure import Figure
from junshi.show.sheet import Sheet
from junshi.show.view.model import OriginRow, Section, View, ViewFigure
from junshi.text import current_language, say


def collective_view(
    result: CollectiveResult,
    *,
    curves: Sequence[TippingCurve] = (),
    outcomes: Sequence[LeverOutcome] = (),
    phase: PhaseDiagram | None = None,
    basins: BasinMap | None = None,
    lines: Sequence[str] = (),
    sheets: Sequence[Sheet] = (),
) -> View:
    """View of the collective in the current language.

    Parameters
    ----------
    curves, outcomes, phase, basins : what was computed besides; pictures of what was not are left out
    lines, sheets : further sentences and tables, in the current language
    """
    origins = file_origins(result.setup.file)
    ids = tuple(row.id for row in origins)
    told = [*collective_lines(result), *lines]
    sections = [
        Section(
            "shares",
            say("view.ask_shares"),
            tuple(told[1:]),
            (ViewFigure(shares_figure(result), ids), ViewFigure(moving_shares(result), ids)),
            (shares_sheet(result),),
        ),
        Section(
            "maturity",
            say("view.ask_maturity"),
            (),
            (ViewFigure(maturity_figure(result), ids), ViewFigure(moving_maturity(result), ids)),
            (world_sheet(result),),
        ),
        Section(
            "burden",
            say("view.ask_burden"),
            (),
            (ViewFigure(burden_figure(result), ids),),
            (archetypes_sheet(result),),
        ),
    ]
    tips = tuple(ViewFigure(figure, ids) for figure in _tipping(curves, outcomes, phase, basins))
    if tips:
        sections.append(Section("phase", say("view.ask_phase"), (), tips))
    sections.append(
        Section("outcomes", say("view.ask_outcomes"), (), (), (equilibria_sheet(result), *sheets))
    )
    return View(
        name="collective",
        language=current_language(),
        title=say("view.title_collective"),
        advice=tuple(told[:1]),
        sections=tuple(sections),
        origins=origins,
    )


def _tipping(
    curves: Sequence[TippingCurve],
    outcomes: Sequence[LeverOutcome],
    phase: PhaseDiagram | None,
    basins: BasinMap | None,
) -> Iterator[Figure]:
    """Pictures of what was computed besides."""
    if phase is not None:
        yield phase_figure(phase)
    if basins is not None:
        yield basin_figure(basins)
    if curves:
        yield tipping_figure(curves)
    if outcomes:
        yield gap_trade_off_figure(outcomes)
        yield cost_trade_off_figure(outcomes)


def file_origins(file: CollectiveFile) -> tuple[OriginRow, ...]:
    """Every sourced table of the collective's file."""
    rows = []
    for section, value in file:
        for one in value if isinstance(value, list) else [value]:
            if not isinstance(one, Sourced):
                continue
            name = str(getattr(one, "id", ""))
            rows.append(
                OriginRow(
                    id=f"{section}.{name}" if name else section,
                    group="collective",
                    about=(),
                    name=f"[{section}] {name}".strip(),
                    value="",
                    unit="",
                    source=one.source,
                    date="",
                    confidence="",
                    note="",
                )
            )
    return tuple(rows)
