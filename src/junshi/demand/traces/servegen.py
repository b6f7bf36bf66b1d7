"""Demand of model services already summed in windows: requests and tokens in and out per model and window.

Columns: `model`, `t_s` (start of the window), `requests`, `input_tokens`, `output_tokens`, `token_coverage`
(share of the requests whose tokens are known; may be NaN where there was no request). Tokens are scaled up
to all requests by their coverage.
"""

from __future__ import annotations

import polars as pl

from junshi.demand.traces import cells
from junshi.demand.traces.opening import LogFile
from junshi.demand.traces.trace import Finding, Trace, TraceKind, complete

NAME = "servegen"
COLUMNS = ("model", "t_s", "requests", "input_tokens", "output_tokens", "token_coverage")
SEPARATOR = ","
LEAST_COVERAGE = 1e-4


def matches(log: LogFile) -> bool:
    """Whether the header has this format's columns."""
    return set(COLUMNS) <= set(log.first_line.split(SEPARATOR))


def read(log: LogFile) -> Trace:
    """Windows as rows.

    Raises
    ------
    InputError : a column is missing, a cell is not a number of at least 0, or a coverage not a share
    """
    table = cells.scan_table(log, COLUMNS)
    idle = cells.number("requests") == 0
    checks = {name: cells.is_bad_number(name, required=True) for name in COLUMNS[1:]}
    checks["token_coverage"] = checks["token_coverage"] & ~idle
    cells.refuse_first(log, table, checks, "expected_number")
    share = cells.number("token_coverage")
    is_share = (share == 0) | share.is_between(LEAST_COVERAGE, 1)
    cells.refuse_first(log, table, {"token_coverage": ~idle & ~is_share}, "expected_share")
    coverage = pl.when(idle).then(1.0).otherwise(share)
    rows = cells.collect(
        log,
        table.select(
            pl.col("model").alias("label"),
            coverage.alias("coverage"),
            start_s=cells.number("t_s"),
            input_tokens=cells.number("input_tokens") / coverage,
            output_tokens=cells.number("output_tokens") / coverage,
        ),
    )
    known = rows.filter(pl.col("coverage") > 0)
    windows = known.with_columns(end_s=pl.col("start_s") + _window(known))
    findings = []
    lowest = known["coverage"].min()
    if isinstance(lowest, float) and (lowest < 1 or known.height < rows.height):
        findings.append(
            Finding("demand.found_coverage", {"lowest": lowest, "unknown": rows.height - known.height})
        )
    return Trace(NAME, TraceKind.REQUESTS, complete(windows), False, rows.height, tuple(findings))


def _window(rows: pl.DataFrame) -> float:
    """Length of a window: the smallest step between two starts, seconds; 0 for a single one."""
    steps = rows["start_s"].unique().sort().diff().drop_nulls()
    return 0.0 if steps.is_empty() else float(steps.min())  # type: ignore[arg-type]
