"""LLM serving log: one row a request with its time and its tokens in and out.

Columns as in the Azure LLM inference traces (Patel et al., ISCA 2024): `TIMESTAMP` (UTC, up to seven
decimals, zone not written), `ContextTokens`, `GeneratedTokens`.
"""

from __future__ import annotations

import polars as pl

from junshi.demand.traces import cells
from junshi.demand.traces.opening import LogFile
from junshi.demand.traces.trace import Finding, Trace, TraceKind, complete

NAME = "azure-llm"
COLUMNS = ("TIMESTAMP", "ContextTokens", "GeneratedTokens")
SEPARATOR = ","
_LETTERS = len("2023-11-16 18:15:46.680590")
_WITH_ZONE = r"(Z|[+-]00:?00)$"


def matches(log: LogFile) -> bool:
    """Whether the header has this format's columns."""
    return set(COLUMNS) <= set(log.first_line.split(SEPARATOR))


def read(log: LogFile) -> Trace:
    """Read the requests.

    Raises
    ------
    InputError : a column is missing, a cell is not a number of at least 0, or a time is not a time
    """
    table = cells.scan_table(log, COLUMNS)
    checks = {name: cells.is_bad_number(name, required=True) for name in COLUMNS[1:]}
    cells.refuse_first(log, table, checks, "expected_number")
    cells.refuse_first(log, table, {"TIMESTAMP": _time().is_null()}, "expected_time")
    requests = cells.collect(
        log,
        table.select(
            start_s=_time().dt.timestamp("us") / 1e6,
            end_s=_time().dt.timestamp("us") / 1e6,
            input_tokens=cells.number("ContextTokens"),
            output_tokens=cells.number("GeneratedTokens"),
            label=pl.lit(""),
        ),
    )
    return Trace(
        NAME, TraceKind.REQUESTS, complete(requests), True, requests.height, (Finding("demand.found_utc"),)
    )


def _time() -> pl.Expr:
    """Time stamp, decimals beyond microseconds dropped."""
    text = pl.col("TIMESTAMP").str.strip_chars().str.replace(_WITH_ZONE, "").str.replace("T", " ")
    return text.str.slice(0, _LETTERS).str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)
