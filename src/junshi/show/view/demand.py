"""Demand read from a log as a view: the streams and how they ran."""

from __future__ import annotations

from collections.abc import Sequence

from junshi.demand.schema import DemandDocument, Series
from junshi.demand.traces.trace import Finding
from junshi.show.demand_sheets import demand_sheets, log_lines
from junshi.show.figure import FanPanel, Fans
from junshi.show.palette import FAMILIES
from junshi.show.view.model import OriginRow, Section, View, ViewFigure
from junshi.show.words import rate_unit
from junshi.text import current_language, say

MOST_STREAMS = 8


def demand_view(document: DemandDocument, findings: Sequence[Finding] = ()) -> View:
    """View of demand in the current language."""
    told = [*log_lines(document), *(finding.sentence() for finding in findings)]
    origins = _origins(document)
    ids = tuple(one.id for one in origins)
    dated = document.log is not None and document.log.first is not None
    figures = tuple(
        ViewFigure(course_figure(series, place, is_dated=dated), ids)
        for place, series in enumerate(document.series[:MOST_STREAMS])
        if len(series.values) > 1
    )
    section = Section(
        "course", say("view.ask_course"), tuple(told[1:]), figures, tuple(demand_sheets(document))
    )
    name = document.log.file if document.log is not None else document.series[0].name
    return View(
        name="demand",
        language=current_language(),
        title=say("view.title_demand", name=name),
        advice=tuple(told[:1]),
        sections=(section,),
        origins=origins,
    )


def course_figure(series: Series, place: int, *, is_dated: bool) -> Fans:
    """What was measured, then the forecast with its band where growth is known."""
    ahead = len(series.forecast)
    starts = series.starts if is_dated else [_day(start) for start in series.starts]
    labels = (*starts, *(say("view.ahead", count=number) for number in range(1, ahead + 1)))
    seen = tuple(series.values)
    low = series.forecast_low or series.forecast
    high = series.forecast_high or series.forecast
    panel = FanPanel(
        "", (*seen, *series.forecast), (*seen, *low), (*seen, *high), FAMILIES[place % len(FAMILIES)]
    )
    title = say("view.figure_demand_of", name=series.name)
    return Fans(
        f"demand-{series.name}",
        title,
        rate_unit(series.kind),
        labels,
        (panel,),
        say("demand.mean"),
        say("view.band_ahead"),
    )


def _origins(document: DemandDocument) -> tuple[OriginRow, ...]:
    """The log itself."""
    log = document.log
    if log is None:
        return ()
    day = "" if log.last is None else log.last.date().isoformat()
    row = OriginRow(
        id="log",
        group="demand",
        about=(),
        name=log.file,
        value=f"{log.used:,} / {log.rows:,}",
        unit=log.format,
        source=f"SHA-256 {log.sha256}",
        date=day,
        confidence="",
        note="",
    )
    return (row,)


def _day(start: str) -> str:
    """Start of a period of a log without dates."""
    return say("demand.day", day=f"{float(start):.0f}")
