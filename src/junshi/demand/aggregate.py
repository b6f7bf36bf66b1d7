"""Rows of a log to work per second in periods: what was usable, what was never served, how it peaks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import polars as pl
from numpy.typing import NDArray

from junshi.demand.traces.trace import Finding, Trace, TraceKind
from junshi.units import DAYS_PER_QUARTER, Quarter

DAY_S = 86_400.0
CENSORED_SHARE_OF_SPAN = 0.02
CENSORED_MEDIANS = 10.0
PEAK_QUANTILE = 0.95
PEAK_ROWS_PER_BIN = 30
PEAK_BINS = 20
WHOLE_ENOUGH = 0.5


class Period(StrEnum):
    """Length over which rates are averaged."""

    DAY = "day"
    WEEK = "week"
    QUARTER = "quarter"


DAYS = {Period.DAY: 1.0, Period.WEEK: 7.0, Period.QUARTER: DAYS_PER_QUARTER}


@dataclass(frozen=True)
class Window:
    """Usable part of a log, seconds; Unix time when `absolute`."""

    start_s: float
    end_s: float
    absolute: bool

    @property
    def days(self) -> float:
        """Length in days."""
        return (self.end_s - self.start_s) / DAY_S


@dataclass(frozen=True)
class Work:
    """One stream of work along time, as a sum that only grows.

    `done(t)` is the work up to time t: accelerator-seconds of jobs, tokens of requests.
    """

    times: NDArray[np.float64]
    sums: NDArray[np.float64]
    is_step: bool

    def done(self, moments: NDArray[np.float64]) -> NDArray[np.float64]:
        """Work up to each moment; of requests, those at the moment itself are not yet counted."""
        if self.is_step:
            places = np.searchsorted(self.times, moments, side="left")
            return np.concatenate([[0.0], self.sums])[places]
        return np.interp(moments, self.times, self.sums)


@dataclass(frozen=True)
class Rates:
    """Mean work per second in periods.

    Attributes
    ----------
    starts_s : start of each period or of its usable part; seconds_each : usable length
    per_s : mean rate, shape [period]; partial periods at the ends only where at least half is usable
    """

    starts_s: NDArray[np.float64]
    seconds_each: NDArray[np.float64]
    per_s: NDArray[np.float64]


def usable_window(trace: Trace) -> tuple[Window, list[Finding]]:
    """Part of the log in which every job or request that was alive is recorded.

    A job log that was cut out of a running cluster by "alive at some later time" holds, before the first end
    of any job, only the jobs that lived long enough. Counting them shows a growth that never happened, so
    such a log is used from its first end on. It is recognised by a first end that comes later than
    `CENSORED_MEDIANS` median durations and `CENSORED_SHARE_OF_SPAN` of the log after the first start. A log
    whose ends run on long after the last start lacks the jobs that started meanwhile: it is used up to there.
    """
    rows = trace.rows
    start = float(rows.select(pl.min_horizontal(pl.col("start_s").min(), pl.col("asked_s").min())).item())
    moments = (pl.col(name).max() for name in ("asked_s", "start_s", "end_s"))
    end = float(rows.select(pl.max_horizontal(*moments)).item())
    window = Window(start, end, trace.absolute)
    if trace.kind is TraceKind.REQUESTS:
        return window, []
    ran = rows.filter(pl.col("start_s").is_not_null() & pl.col("end_s").is_not_null())
    return _without_ends(window, ran) if ran.height else (window, [])


def _without_ends(window: Window, ran: pl.DataFrame) -> tuple[Window, list[Finding]]:
    """Cut off the time before the first end and after the last start, where they are suspiciously long."""
    first_start, last_start, first_end, last_end, median = ran.select(
        pl.col("start_s").min().alias("first_start"),
        pl.col("start_s").max().alias("last_start"),
        pl.col("end_s").min().alias("first_end"),
        pl.col("end_s").max().alias("last_end"),
        (pl.col("end_s") - pl.col("start_s")).median().alias("median"),
    ).row(0)
    longest = max(CENSORED_MEDIANS * median, CENSORED_SHARE_OF_SPAN * (window.end_s - window.start_s))
    start, end, found = window.start_s, window.end_s, []
    if first_end - first_start > longest and first_end < last_start:
        start = first_end
        days = (end - start) / DAY_S
        found.append(
            Finding("demand.found_truncated", {"day": (first_end - first_start) / DAY_S, "days": days})
        )
    if last_end - last_start > longest and start < last_start:
        end = last_start
        found.append(Finding("demand.found_tail", {"day": (last_end - last_start) / DAY_S}))
    return Window(start, end, window.absolute), found


def busy(rows: pl.DataFrame, log_end_s: float) -> Work:
    """Accelerator-seconds of jobs; one that still runs counts until the log ends, one that never ran is 0."""
    ran = rows.filter(pl.col("start_s").is_not_null()).with_columns(pl.col("end_s").fill_null(log_end_s))
    starts, ends, size = (ran[name].to_numpy() for name in ("start_s", "end_s", "accelerators"))
    times = np.concatenate([starts, ends])
    change = np.concatenate([size, -size])
    order = np.argsort(times, kind="stable")
    times, level = times[order], np.cumsum(change[order])
    if times.size == 0:
        return Work(np.zeros(1), np.zeros(1), is_step=False)
    steps = np.diff(times) * np.maximum(level[:-1], 0.0)
    return Work(times, np.concatenate([[0.0], np.cumsum(steps)]), is_step=False)


def tokens(rows: pl.DataFrame, column: str) -> Work:
    """Tokens of requests."""
    ordered = rows.select("start_s", pl.col(column).fill_null(0.0)).sort("start_s")
    return Work(ordered["start_s"].to_numpy(), np.cumsum(ordered[column].to_numpy()), is_step=True)


def mean_rate(work: Work, window: Window) -> float:
    """Work per second over the window; 0 for a window without length."""
    length = window.end_s - window.start_s
    if length <= 0:
        return 0.0
    first, last = work.done(np.array([window.start_s, np.nextafter(window.end_s, np.inf)]))
    return float(last - first) / length


def rates(work: Work, window: Window, period: Period) -> Rates:
    """Mean rate in each period of the window.

    Periods are calendar ones where the log has dates, else counted from the window's start. The whole window
    is one period where none is usable to the half.
    """
    edges = np.array(list(_edges(window, period)))
    inner = np.clip(edges, window.start_s, window.end_s)
    covered = np.diff(inner)
    kept = covered >= WHOLE_ENOUGH * np.diff(edges)
    if not kept.any():
        mean = np.array([mean_rate(work, window)])
        return Rates(np.array([window.start_s]), np.array([window.end_s - window.start_s]), mean)
    inner[-1] = np.nextafter(inner[-1], np.inf)
    done = np.diff(work.done(inner))
    return Rates(inner[:-1][kept], covered[kept], done[kept] / covered[kept])


def _edges(window: Window, period: Period) -> Iterator[float]:
    """Edges of periods, from the one that holds the window's start to the first after its end."""
    step = DAYS[period] * DAY_S
    if not window.absolute:
        count = max(int(np.ceil((window.end_s - window.start_s) / step)), 1)
        yield from (window.start_s + step * number for number in range(count + 1))
        return
    first = dt.datetime.fromtimestamp(window.start_s, tz=dt.UTC).date()
    if period is Period.QUARTER:
        quarter = Quarter.of(first)
        while True:
            moment = _midnight(quarter.first_day)
            yield moment
            if moment > window.end_s:
                return
            quarter = quarter + 1
    day = first - dt.timedelta(days=first.weekday()) if period is Period.WEEK else first
    while True:
        moment = _midnight(day)
        yield moment
        if moment > window.end_s:
            return
        day += dt.timedelta(days=int(DAYS[period]))


def _midnight(day: dt.date) -> float:
    """Unix time of the start of a day, UTC."""
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp()


def peak_to_mean(work: Work, window: Window, rows: float) -> tuple[float, float] | None:
    """Rate that is exceeded a twentieth of the time over the mean, and the length of the bins, seconds.

    Bins are an hour, or a minute where the log is short, or longer where there are few rows: 30 a bin, or
    chance would look like a peak. The mean is that of the surrounding quarter, so growth is no peak. None
    when there are fewer than 20 bins.
    """
    length = window.end_s - window.start_s
    smallest = 3600.0 if length >= PEAK_BINS * 3600.0 else 60.0
    for bin_s in (60.0, 600.0, 3600.0, 6 * 3600.0, DAY_S, 7 * DAY_S):
        count = int(length // bin_s)
        if bin_s < smallest or count < PEAK_BINS or rows < PEAK_ROWS_PER_BIN * count:
            continue
        edges = window.start_s + bin_s * np.arange(count + 1)
        per_bin = np.diff(work.done(np.asarray(edges, dtype=np.float64))) / bin_s
        group = (np.arange(count) * bin_s // (DAYS_PER_QUARTER * DAY_S)).astype(int)
        means = np.bincount(group, weights=per_bin) / np.maximum(np.bincount(group), 1)
        usual = means[group]
        ratio = per_bin[usual > 0] / usual[usual > 0]
        return (max(float(np.quantile(ratio, PEAK_QUANTILE)), 1.0), bin_s) if ratio.size else None
    return None


def unmet(rows: pl.DataFrame, window: Window) -> tuple[int, float]:
    """Jobs asked for in the window that never ran, and their share of the accelerators asked for."""
    asked = rows.filter(pl.col("asked_s").is_between(window.start_s, window.end_s))
    never = asked.filter(pl.col("start_s").is_null())
    total = float(asked["accelerators"].sum())
    return never.height, float(never["accelerators"].sum()) / total if total > 0 else 0.0
