"""A log to a demand file: series, growth, forecast, and what was found on the way."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
import polars as pl

from junshi.demand import aggregate
from junshi.demand.aggregate import DAY_S, Period, Window, Work
from junshi.demand.detect import read_trace
from junshi.demand.forecast import Growth, Model, fit_growth
from junshi.demand.schema import DemandDocument, Log, Series
from junshi.demand.traces.trace import Finding, Trace, TraceKind
from junshi.errors import InputError
from junshi.terms import WORK_UNIT, WorkKind
from junshi.units import QUARTERS_PER_YEAR, Quarter

YEAR_S = 365.25 * DAY_S
QUARTER_S = YEAR_S / QUARTERS_PER_YEAR
SAMPLE_ACCELERATORS = 100.0
MOST_LABELS = 50
MOST_LETTERS = 100
LONGEST_DAYS = 50 * 365.25
DATES = (dt.datetime(1990, 1, 1, tzinfo=dt.UTC), dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
_NOT_A_NAME = re.compile(r"[^a-z0-9._-]+")


@dataclass(frozen=True)
class _Stream:
    """One stream of work inside a log, before it is summed."""

    name: str
    kind: WorkKind
    rows: pl.DataFrame
    work: Work
    window: Window
    label: str


def demand_from_log(
    path: Path, *, period: Period = Period.QUARTER, horizon: int = 20, model: Model = Model.AUTO
) -> tuple[DemandDocument, tuple[Finding, ...]]:
    """Demand of each stream of a log.

    Parameters
    ----------
    path : job log or serving log of a known format, plain or gzip
    period : over which rates are averaged and growth is estimated
    horizon : quarters of forecast, where growth can be told; the first is the quarter after the log's end
    model : how growth is estimated

    Returns
    -------
    The demand file, and what its reader has to know, in the order of reading.

    Raises
    ------
    InputError : as `read_trace`; or all rows have the same time, or times cannot be right
    """
    trace, digest = read_trace(path)
    window, truncated = aggregate.usable_window(trace)
    _refuse_odd(window, path)
    series = [_series(stream, period, horizon, model) for stream in _streams(trace, window)]
    findings = [*trace.findings, *truncated, *_findings(trace, window, series)]
    end = pl.coalesce("end_s", "start_s", "asked_s")
    used = trace.rows.filter(end >= window.start_s).height
    log = Log(
        file=path.name,
        sha256=digest,
        format=trace.format,
        rows=trace.rows_read,
        used=used,
        days=window.days,
        first=_moment(window.start_s) if window.absolute else None,
        last=_moment(window.end_s) if window.absolute else None,
        findings=[finding.sentence() for finding in findings],
    )
    return DemandDocument(log=log, series=series), tuple(findings)


def _refuse_odd(window: Window, path: Path) -> None:
    """Refuse times that cannot be: no length, decades, or dates far from now."""
    if window.end_s <= window.start_s:
        raise InputError("demand.no_length", file=path)
    if window.days > LONGEST_DAYS:
        raise InputError("demand.too_long", file=path, days=window.days)
    if window.absolute and not DATES[0].timestamp() <= window.start_s <= DATES[1].timestamp():
        raise InputError("demand.odd_dates", file=path, first=DATES[0].date(), last=DATES[1].date())


def _moment(seconds: float) -> dt.datetime:
    """Unix time as a time of the calendar, whole seconds, UTC."""
    return dt.datetime.fromtimestamp(round(seconds), tz=dt.UTC)


def _streams(trace: Trace, window: Window) -> Iterator[_Stream]:
    """Streams of a log, by class of service and type of accelerator, or by model and direction."""
    if trace.kind is TraceKind.JOBS:
        yield from _job_streams(trace.rows, window)
        return
    groups = _by_label(trace.rows)
    yield from _token_streams("all", trace.rows, window, "")
    for name, label, rows in groups if len(groups) > 1 else ():
        start, end = rows.select(pl.col("start_s").min().alias("a"), pl.col("end_s").max().alias("b")).row(0)
        own = Window(start, end, window.absolute)
        yield from _token_streams(name, rows, own, label)


def _job_streams(rows: pl.DataFrame, window: Window) -> Iterator[_Stream]:
    """All jobs, then critical and other ones, then each type of accelerator."""
    parts = [("all", rows, "")]
    if rows["critical"].is_not_null().any():
        parts.append(("critical", rows.filter(pl.col("critical")), ""))
        parts.append(("other", rows.filter(~pl.col("critical").fill_null(value=False)), ""))
    parts += [(f"type-{name}", group, label) for name, label, group in _by_label(rows) if label]
    for name, part, label in parts:
        if part.height:
            work = aggregate.busy(part, window.end_s)
            yield _Stream(name, WorkKind.RESEARCH, part, work, window, label)


def _token_streams(name: str, rows: pl.DataFrame, window: Window, label: str) -> Iterator[_Stream]:
    """Tokens out, then tokens in: decode and prefill bind on different things."""
    for direction, kind in (("output", WorkKind.SERVE), ("input", WorkKind.PREFILL)):
        work = aggregate.tokens(rows, f"{direction}_tokens")
        yield _Stream(f"{name}.{direction}", kind, rows, work, window, label)


def _by_label(rows: pl.DataFrame) -> list[tuple[str, str, pl.DataFrame]]:
    """Name, label and rows of the most frequent labels, in the order of the labels; names are unique."""
    filled = rows.with_columns(pl.col("label").fill_null(""))
    counts = filled.group_by("label").len().sort(["len", "label"], descending=[True, False])
    taken = {"all"}
    groups = []
    for label in sorted(counts["label"].head(MOST_LABELS)):
        name = _name(label, taken)
        taken.add(name)
        groups.append((name, label, filled.filter(pl.col("label") == label)))
    return groups


def _name(label: str, taken: set[str]) -> str:
    """Label as a name of a series, unlike those that are taken."""
    plain = _NOT_A_NAME.sub("-", label.lower()).strip("-._")[:80] or "unnamed"
    names = (plain if number == 1 else f"{plain}-{number}" for number in count(1))
    return next(name for name in names if name not in taken)


def _series(stream: _Stream, period: Period, horizon: int, model: Model) -> Series:
    """Figures of one stream."""
    work, window, rows = stream.work, stream.window, stream.rows
    rates = aggregate.rates(work, window, period)
    mean = aggregate.mean_rate(work, window)
    middle = (rates.starts_s + rates.seconds_each / 2) / YEAR_S
    growth = fit_growth(middle, rates.per_s, window.end_s / YEAR_S, model)
    in_windows = bool(rows.select((pl.col("end_s") > pl.col("start_s")).any()).item())
    is_sum = in_windows and stream.kind is not WorkKind.RESEARCH
    peak = aggregate.peak_to_mean(work, window, math.inf if is_sum else rows.height)
    figures: dict[str, object] = {
        "name": stream.name,
        "kind": stream.kind,
        "unit": WORK_UNIT[stream.kind],
        "accelerator": stream.label[:MOST_LETTERS] or None if stream.kind is WorkKind.RESEARCH else None,
        "mean_per_s": mean,
        "peak_to_mean": None if peak is None else peak[0],
        "period": period.value,
        "starts": _starts(rates.starts_s, window),
        "values": [float(value) for value in rates.per_s],
    }
    if stream.kind is WorkKind.RESEARCH:
        figures |= _job_figures(stream)
    elif not is_sum:
        figures |= _token_figures(rows)
    if growth is not None:
        figures |= _growth_figures(growth, window, horizon)
    return Series.model_validate(figures)


def _starts(starts_s: np.ndarray, window: Window) -> list[str]:
    """Days of the calendar, or days from the window's start."""
    if window.absolute:
        return [_moment(float(start)).date().isoformat() for start in starts_s]
    return [f"{(float(start) - window.start_s) / DAY_S:g}" for start in starts_s]


def _job_figures(stream: _Stream) -> dict[str, object]:
    """Critical share of the busy time, and the share that never ran."""
    rows, window = stream.rows, stream.window
    figures: dict[str, object] = {"unmet_share": aggregate.unmet(rows, window)[1]}
    total = aggregate.mean_rate(stream.work, window)
    if rows["critical"].is_not_null().any() and total > 0:
        critical = aggregate.busy(rows.filter(pl.col("critical")), window.end_s)
        figures["critical_share"] = min(aggregate.mean_rate(critical, window) / total, 1.0)
    return figures


def _token_figures(rows: pl.DataFrame) -> dict[str, object]:
    """Mean lengths of a request."""
    return {
        "mean_input_len": float(rows.select(pl.col("input_tokens").mean()).item()),
        "mean_output_len": float(rows.select(pl.col("output_tokens").mean()).item()),
    }


def _growth_figures(growth: Growth, window: Window, horizon: int) -> dict[str, object]:
    """Growth, its spread, and the forecast from the quarter after the log's end."""
    low, high = growth.interval()
    figures: dict[str, object] = {
        "latest_per_s": float(np.exp(growth.level_log)),
        "model": growth.model.value,
        "growth_per_year": growth.per_year,
        "growth_low": low,
        "growth_high": high,
        "growth_sd_per_year": growth.sd_per_year,
    }
    first_s = window.end_s
    if window.absolute:
        quarter = Quarter.of(_moment(window.end_s).date()) + 1
        first_s = dt.datetime.combine(quarter.first_day, dt.time(), dt.UTC).timestamp()
        figures["forecast_start"] = str(quarter)
    years = (first_s - window.end_s) / YEAR_S + (np.arange(horizon) + 0.5) / QUARTERS_PER_YEAR
    names = ("forecast", "forecast_low", "forecast_high")
    for name, values in zip(names, growth.forecast(years), strict=True):
        figures[name] = [float(value) for value in values]
    return figures


def _findings(trace: Trace, window: Window, series: list[Series]) -> Iterator[Finding]:
    """Notice what the sums show."""
    if trace.kind is TraceKind.JOBS:
        never, share = aggregate.unmet(trace.rows, window)
        if never:
            fields = {"count": never, "share": share, "scale": 1 / (1 - share) if share < 1 else math.inf}
            yield Finding("demand.found_unmet", fields)
        running = trace.rows.filter(pl.col("start_s").is_not_null() & pl.col("end_s").is_null()).height
        if running:
            yield Finding("demand.found_running", {"count": running})
        if 0 < series[0].mean_per_s < SAMPLE_ACCELERATORS:
            yield Finding("demand.found_sample", {"busy": series[0].mean_per_s})
    else:
        yield from _partial_labels(trace.rows, window)
    if not trace.absolute:
        yield Finding("demand.found_relative")
    if all(one.growth_per_year is None for one in series):
        yield Finding("demand.found_no_growth", {"days": window.days})


def _partial_labels(rows: pl.DataFrame, window: Window) -> Iterator[Finding]:
    """Models that were asked in less than half of the log."""
    spans = rows.group_by("label").agg((pl.col("end_s").max() - pl.col("start_s").min()).alias("span"))
    short = spans.filter(pl.col("span") < (window.end_s - window.start_s) / 2)["label"].sort()
    if spans.height > 1 and short.len():
        shown = ", ".join(str(label) for label in short[:5]) + (", …" if short.len() > 5 else "")
        yield Finding("demand.found_partial", {"labels": shown})
