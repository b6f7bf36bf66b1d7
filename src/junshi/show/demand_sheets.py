"""Demand read from a log as tables: the streams, their growth, and how a scenario refers to them."""

from __future__ import annotations

from collections.abc import Iterator

from junshi.demand.schema import DemandDocument, Series
from junshi.show.numbers import percent, short
from junshi.show.sheet import Column, Sheet
from junshi.text import say

_DASH = "–"
_PERIODS_SHOWN = 8


def log_lines(document: DemandDocument) -> list[str]:
    """Sentences: which format was recognised, how much of the log is used."""
    log = document.log
    if log is None:
        return []
    lines = [
        say("demand.read_as", file=log.file, format=log.format, rows=f"{log.rows:,}", used=f"{log.used:,}")
    ]
    if log.first is not None and log.last is not None:
        lines.append(
            say("demand.dates", first=log.first.date(), last=log.last.date(), days=f"{log.days:.2f}")
        )
    else:
        lines.append(say("demand.no_dates", days=f"{log.days:.2f}"))
    return lines


def demand_sheets(document: DemandDocument) -> Iterator[Sheet]:
    """Streams, their course, and growth where the log tells it."""
    yield streams_sheet(document)
    if any(len(series.values) > 1 for series in document.series):
        yield course_sheet(document)
    if any(series.growth_per_year is not None for series in document.series):
        yield growth_sheet(document)


def streams_sheet(document: DemandDocument) -> Sheet:
    """One row a stream."""
    rows = tuple(
        (
            series.name,
            say(f"show.unit_{series.kind.value}"),
            short(series.mean_per_s),
            _DASH if series.peak_to_mean is None else f"× {series.peak_to_mean:.2f}",
            _share(series.critical_share),
            _share(series.unmet_share),
            _DASH if series.mean_input_len is None else short(series.mean_input_len),
            _DASH if series.mean_output_len is None else short(series.mean_output_len),
        )
        for series in document.series
    )
    columns = (
        Column(say("demand.series")),
        Column(say("demand.unit")),
        Column(say("demand.mean"), is_number=True),
        Column(say("demand.peak"), is_number=True),
        Column(say("demand.critical"), is_number=True),
        Column(say("demand.unmet"), is_number=True),
        Column(say("demand.input_len"), is_number=True),
        Column(say("demand.output_len"), is_number=True),
    )
    return Sheet(say("demand.title_streams"), columns, rows, say("demand.note_streams"))


def _share(value: float | None) -> str:
    """Share in per cent; a dash where the log does not tell."""
    return _DASH if value is None else percent(value)


def course_sheet(document: DemandDocument) -> Sheet:
    """Mean rate of the latest periods of each stream."""
    longest = max(document.series, key=lambda series: len(series.starts))
    starts = longest.starts[-_PERIODS_SHOWN:]
    dated = document.log is not None and document.log.first is not None
    heads = starts if dated else [say("demand.day", day=f"{float(start):.0f}") for start in starts]
    rows = tuple((series.name, *(_at(series, start) for start in starts)) for series in document.series)
    columns = (Column(say("demand.series")), *(Column(head, is_number=True) for head in heads))
    title = say("demand.title_course", period=say(f"demand.period_{longest.period}"))
    return Sheet(title, columns, rows)


def _at(series: Series, start: str) -> str:
    """Rate of the period with this start; a dash where the stream has none."""
    return short(series.values[series.starts.index(start)]) if start in series.starts else _DASH


def growth_sheet(document: DemandDocument) -> Sheet:
    """Growth a year with its interval, and the ends of the forecast."""
    rows = tuple(_growth_row(series) for series in document.series if series.growth_per_year is not None)
    columns = (
        Column(say("demand.series")),
        Column(say("demand.model")),
        Column(say("demand.growth"), is_number=True),
        Column(say("demand.interval"), is_number=True),
        Column(say("demand.sd"), is_number=True),
        Column(say("demand.latest"), is_number=True),
        Column(say("demand.forecast"), is_number=True),
    )
    return Sheet(say("demand.title_growth"), columns, rows, say("demand.note_growth"))


def _growth_row(series: Series) -> tuple[str, ...]:
    """Cells of one stream whose growth is known."""
    low, high = series.growth_low or 0.0, series.growth_high or 0.0
    forecast = _DASH
    if series.forecast:
        first = series.forecast_start or say("demand.first_planned")
        forecast = say(
            "demand.forecast_span",
            first=first,
            start=short(series.forecast[0]),
            end=short(series.forecast[-1]),
            quarters=len(series.forecast),
        )
    return (
        series.name,
        say(f"demand.model_{series.model}"),
        f"{100 * (series.growth_per_year or 0.0):+.0f} %",
        say("demand.from_to", low=f"{100 * low:+.0f} %", high=f"{100 * high:+.0f} %"),
        f"{series.growth_sd_per_year or 0.0:.2f}",
        short(series.latest_per_s or 0.0),
        forecast,
    )


def usage_lines(document: DemandDocument, file: str) -> list[str]:
    """Lines of a scenario file that use the first series."""
    first = document.series[0]
    lines = [say("demand.use_it"), f'demand = {{ file = "{file}", series = "{first.name}" }}']
    if first.mean_input_len is not None and first.mean_output_len is not None:
        lines += [f"input_len = {max(round(first.mean_input_len), 1)}"]
        lines += [f"output_len = {max(round(first.mean_output_len), 1)}"]
    return lines
