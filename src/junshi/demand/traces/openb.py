"""GPU-cluster task list with fractional GPUs: one row a task, times in seconds from an unknown origin.

Columns as in the Alibaba cluster trace gpu-v2023 (Weng et al., USENIX ATC 2023): `num_gpu`, `gpu_milli`
(thousandths of one GPU), `qos`, `creation_time`, `scheduled_time` (empty = never ran), `deletion_time`.
"""

from __future__ import annotations

import polars as pl

from junshi.demand.traces import cells
from junshi.demand.traces.opening import LogFile
from junshi.demand.traces.trace import Finding, Trace, TraceKind, complete

NAME = "openb"
COLUMNS = (
    "num_gpu",
    "gpu_milli",
    "gpu_spec",
    "qos",
    "creation_time",
    "deletion_time",
    "scheduled_time",
)
SEPARATOR = ","
CRITICAL = ("LS", "Guaranteed")


def matches(log: LogFile) -> bool:
    """Whether the header has this format's columns."""
    return set(COLUMNS) <= set(log.first_line.split(SEPARATOR))


def read(log: LogFile) -> Trace:
    """Read the tasks that ask for a GPU.

    Raises
    ------
    InputError : a column is missing, a cell is not a number of at least 0, or a task ends before it starts
    """
    table = cells.scan_table(log, COLUMNS)
    needed = ("num_gpu", "gpu_milli", "creation_time")
    checks = {
        name: cells.is_bad_number(name, required=name in needed) for name in COLUMNS if name not in _TEXT
    }
    cells.refuse_first(log, table, checks, "expected_number")
    backwards = cells.number("deletion_time") < cells.number("scheduled_time")
    cells.refuse_first(log, table, {"deletion_time": backwards}, "expected_end_after_start")
    tasks = cells.collect(
        log,
        table.select(
            asked_s=cells.number("creation_time"),
            start_s=cells.number("scheduled_time"),
            end_s=cells.number("deletion_time"),
            accelerators=cells.number("num_gpu") * cells.number("gpu_milli") / 1000,
            critical=pl.col("qos").is_in(CRITICAL),
            label=pl.col("gpu_spec").fill_null(""),
        ),
    )
    jobs = tasks.filter(pl.col("accelerators") > 0)
    return Trace(NAME, TraceKind.JOBS, complete(jobs), False, tasks.height, tuple(_findings(tasks, jobs)))


_TEXT = ("gpu_spec", "qos")


def _findings(tasks: pl.DataFrame, jobs: pl.DataFrame) -> list[Finding]:
    """Tasks without a GPU, and those with a part of one."""
    found = []
    if jobs.height < tasks.height:
        found.append(
            Finding("demand.found_no_gpu", {"count": tasks.height - jobs.height, "rows": tasks.height})
        )
    fractions = jobs.filter(pl.col("accelerators") != pl.col("accelerators").round(0)).height
    if fractions:
        found.append(Finding("demand.found_fractions", {"count": fractions, "rows": jobs.height}))
    return found
