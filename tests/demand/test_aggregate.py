"""Rates of periods, usable windows, peaks and unmet work, against sums by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.demand.aggregate import (
    DAY_S,
    Period,
    Window,
    busy,
    mean_rate,
    peak_to_mean,
    rates,
    tokens,
    unmet,
    usable_window,
)
from junshi.demand.traces.trace import Trace, TraceKind, complete

jobs = st.lists(
    st.tuples(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0.125, 16)), min_size=1, max_size=20
)


def _jobs(
    rows: list[tuple[float | None, float | None, float]], asked: list[float] | None = None
) -> pl.DataFrame:
    """Jobs from (start, end, accelerators)."""
    starts, ends, size = zip(*rows, strict=True)
    table = {"start_s": starts, "end_s": ends, "accelerators": size, "asked_s": asked or starts}
    return complete(pl.DataFrame(table, schema=dict.fromkeys(table, pl.Float64)))


def _trace(rows: pl.DataFrame, kind: TraceKind = TraceKind.JOBS) -> Trace:
    """Trace with relative times."""
    return Trace("test", kind, rows, False, rows.height)


@given(jobs, st.floats(0, 1e6), st.floats(0, 1e6))
def test_busy_time_is_the_sum_of_overlaps(
    drawn: list[tuple[float, float, float]], one: float, other: float
) -> None:
    """Accelerator-seconds in a window are Σ accelerators × overlap, as counted job by job."""
    rows = [(start, start + length, size) for start, length, size in drawn]
    low, high = min(one, other), max(one, other)
    by_hand = sum(size * max(min(end, high) - max(start, low), 0) for start, end, size in rows)
    done = busy(_jobs(list(rows)), 2e6).done(np.array([low, high]))
    assert done[1] - done[0] == pytest.approx(by_hand, rel=1e-9, abs=1e-3)


@given(jobs, st.sampled_from(list(Period)))
def test_periods_add_up(drawn: list[tuple[float, float, float]], period: Period) -> None:
    """Where all periods are kept, rates times lengths add up to the work of the window."""
    rows = [(start, start + length, size) for start, length, size in drawn]
    window = Window(0.0, 40 * DAY_S, absolute=False)
    found = rates(busy(_jobs(list(rows)), window.end_s), window, period)
    if found.seconds_each.sum() == pytest.approx(window.end_s):
        total = sum(size * (min(end, window.end_s) - start) for start, end, size in rows)
        assert found.per_s @ found.seconds_each == pytest.approx(total, rel=1e-9, abs=1e-3)


def test_running_and_pending_jobs() -> None:
    """A job without an end counts until the log ends, one without a start not at all."""
    rows = _jobs([(0.0, None, 2.0), (None, None, 8.0)], asked=[0.0, 0.0])
    window = Window(0.0, 100.0, absolute=False)
    assert mean_rate(busy(rows, 100.0), window) == pytest.approx(2.0)
    assert unmet(rows, window) == (1, pytest.approx(0.8))


def test_tokens_count_at_their_moment() -> None:
    """All requests of a window count, the first and the last included."""
    rows = complete(
        pl.DataFrame(
            {"start_s": [0.0, 5.0, 10.0], "end_s": [0.0, 5.0, 10.0], "input_tokens": [10.0, 20.0, 30.0]}
        )
    )
    work = tokens(rows, "input_tokens")
    assert mean_rate(work, Window(0.0, 10.0, absolute=False)) == pytest.approx(6.0)
    assert mean_rate(work, Window(0.0, 0.0, absolute=False)) == 0.0


def test_left_truncation_is_cut_off() -> None:
    """A log that starts with jobs that do not end is used from its first end on, and says so."""
    day = DAY_S
    old = [(10 * day * n, 112 * day, 1.0) for n in range(10)]
    new = [(100 * day + n * day / 10, 100 * day + n * day / 10 + 3600.0, 1.0) for n in range(120)]
    window, findings = usable_window(_trace(_jobs([*old, *new])))
    assert window.start_s == pytest.approx(100 * day + 3600.0)
    assert [finding.key for finding in findings] == ["demand.found_truncated"]


def test_a_missing_end_is_cut_off() -> None:
    """A log whose jobs end long after the last start is used up to that start."""
    jobs_ = [(n * 3600.0, n * 3600.0 + 600.0, 1.0) for n in range(500)]
    window, findings = usable_window(_trace(_jobs([*jobs_, (0.0, 100 * DAY_S, 1.0)])))
    assert window.end_s == pytest.approx(499 * 3600.0)
    assert [finding.key for finding in findings] == ["demand.found_tail"]


def test_a_whole_log_is_used_whole() -> None:
    """Jobs that start and end all along are used from the first to the last moment."""
    rows = _jobs([(n * 3600.0, n * 3600.0 + 1800.0, 1.0) for n in range(500)])
    window, findings = usable_window(_trace(rows))
    assert (window.start_s, window.end_s) == (0.0, 499 * 3600.0 + 1800.0)
    assert findings == []


def test_few_long_jobs_are_not_truncation() -> None:
    """Two long jobs say nothing about a log that was cut."""
    rows = _jobs([(0.0, 50 * DAY_S, 1.0), (1 * DAY_S, 60 * DAY_S, 1.0)])
    assert usable_window(_trace(rows))[1] == []


def test_calendar_quarters() -> None:
    """Dated logs are averaged over calendar quarters; a quarter covered to less than half is left out."""
    first, last = (dt.datetime(*day, tzinfo=dt.UTC).timestamp() for day in ((2024, 3, 1), (2024, 12, 20)))
    rows = _jobs([(first, last, 3.0)])
    found = rates(busy(rows, last), Window(first, last, absolute=True), Period.QUARTER)
    days = [dt.datetime.fromtimestamp(start, tz=dt.UTC).date().isoformat() for start in found.starts_s]
    assert days == ["2024-04-01", "2024-07-01", "2024-10-01"]
    np.testing.assert_allclose(found.per_s, 3.0)


def test_a_short_log_is_one_period() -> None:
    """An hour of log has one rate, whatever the period."""
    rows = _jobs([(0.0, 3600.0, 3.0)])
    found = rates(busy(rows, 3600.0), Window(0.0, 3600.0, absolute=False), Period.QUARTER)
    np.testing.assert_allclose(found.per_s, [3.0])


def test_peak_of_a_day_and_night_rhythm() -> None:
    """Busy days and idle nights of equal length have twice the mean at the peak; constant work has none."""
    count = 30
    rhythm = _jobs([(n * DAY_S, n * DAY_S + DAY_S / 2, 4.0) for n in range(count)])
    window = Window(0.0, count * DAY_S, absolute=False)
    found = peak_to_mean(busy(rhythm, window.end_s), window, 1e9)
    assert found == (pytest.approx(2.0), 3600.0)
    constant = _jobs([(0.0, window.end_s, 4.0)])
    assert peak_to_mean(busy(constant, window.end_s), window, 1e9) == (pytest.approx(1.0), 3600.0)


def test_no_peak_from_few_rows() -> None:
    """With too few rows chance would look like a peak, so there is none."""
    window = Window(0.0, 30 * DAY_S, absolute=False)
    assert peak_to_mean(busy(_jobs([(0.0, 5.0, 1.0)]), window.end_s), window, 10) is None
