"""Slurm accounting in the layout of `sacct --parsable2`: one row a job or job step, cells parted by `|`.

GPUs are read from `AllocTRES` (`ReqTRES` for a job that never ran): `gres/gpu=n` counts all
GPUs, `gres/gpu:type=n` the same ones by type. Step rows (`123.batch`) repeat the GPUs of their job and are
left out.
"""

from __future__ import annotations

import polars as pl

from junshi.demand.traces import cells
from junshi.demand.traces.opening import LogFile
from junshi.demand.traces.trace import Finding, Trace, TraceKind, complete

NAME = "sacct"
COLUMNS = ("JobID", "Submit", "Start", "ElapsedRaw", "AllocTRES", "ReqTRES")
SEPARATOR = "|"
_TOTAL = r"(?:^|,)gres/gpu=(\d+)"
_TYPED = r"(?:^|,)gres/gpu:([^=,]+)=(\d+)"


def matches(log: LogFile) -> bool:
    """Whether the header has this format's columns."""
    return set(COLUMNS) <= set(log.first_line.split(SEPARATOR))


def read(log: LogFile) -> Trace:
    """Read the jobs that ask for a GPU; local times without a zone are read as UTC.

    Raises
    ------
    InputError : a column is missing, a submit time is not a time, or an elapsed time not a number
    """
    table = cells.scan_table(log, COLUMNS, SEPARATOR)
    cells.refuse_first(
        log, table, {"ElapsedRaw": cells.is_bad_number("ElapsedRaw", required=True)}, "expected_number"
    )
    cells.refuse_first(log, table, {"Submit": _seconds("Submit").is_null()}, "expected_time")
    rows = cells.collect(
        log,
        table.select(
            pl.col("JobID").str.contains(".", literal=True).alias("step"),
            asked_s=_seconds("Submit"),
            start_s=_seconds("Start"),
            end_s=_seconds("Start") + cells.number("ElapsedRaw"),
            accelerators=pl.coalesce(_gpus("AllocTRES"), _gpus("ReqTRES")),
            label=pl.coalesce(_type("AllocTRES"), _type("ReqTRES"), pl.lit("")),
        ),
    )
    jobs = rows.filter(~pl.col("step") & (pl.col("accelerators") > 0))
    findings = [Finding("demand.found_utc")]
    steps = int(rows["step"].sum())
    if steps:
        findings.append(Finding("demand.found_steps", {"count": steps}))
    return Trace(NAME, TraceKind.JOBS, complete(jobs), True, rows.height, tuple(findings))


def _seconds(column: str) -> pl.Expr:
    """Time as Unix seconds; `Unknown` and `None` are null."""
    return (
        pl.col(column).str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us", strict=False).dt.timestamp("us")
        / 1e6
    )


def _gpus(column: str) -> pl.Expr:
    """Count of GPUs: the untyped count, else that of the first type."""
    total = pl.col(column).str.extract(_TOTAL, 1)
    return pl.coalesce(total, pl.col(column).str.extract(_TYPED, 2)).cast(pl.Float64, strict=False)


def _type(column: str) -> pl.Expr:
    """Type of the GPUs, where it is stated."""
    return pl.col(column).str.extract(_TYPED, 1)
