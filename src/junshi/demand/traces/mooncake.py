"""LLM serving log with prefix-cache blocks: one JSON object a line, times in ms from an unknown origin.

Fields as in the Mooncake traces (Qin et al., FAST 2025): `timestamp`, `input_length`, `output_length`,
`hash_ids` (one per block of 512 input tokens; a repeated id can be served from cache).
"""

from __future__ import annotations

import polars as pl

from junshi.demand.traces import cells
from junshi.demand.traces.opening import LogFile
from junshi.demand.traces.trace import Finding, Trace, TraceKind, complete

NAME = "mooncake"
FIELDS = ("timestamp", "input_length", "output_length")


def matches(log: LogFile) -> bool:
    """Whether the first line is an object with this format's fields."""
    return cells.is_object_with(log.first_line, FIELDS)


def read(log: LogFile) -> Trace:
    """Read the requests.

    Raises
    ------
    InputError : a line that is not a JSON object, a field that is missing or not a number of at least 0
    """
    columns: dict[str, list[float]] = {name: [] for name in FIELDS}
    seen: set[object] = set()
    blocks = repeated = 0
    for line, request in cells.json_lines(log):
        for name in FIELDS:
            columns[name].append(cells.json_number(log, line, request, name))
        ids = request.get("hash_ids", [])
        if isinstance(ids, list):
            blocks += len(ids)
            repeated += sum(1 for block in ids if isinstance(block, int) and block in seen)
            seen.update(block for block in ids if isinstance(block, int))
    rows = pl.DataFrame(columns, schema=dict.fromkeys(FIELDS, pl.Float64))
    requests = rows.select(
        start_s=pl.col("timestamp") / 1000,
        end_s=pl.col("timestamp") / 1000,
        input_tokens="input_length",
        output_tokens="output_length",
        label=pl.lit(""),
    )
    findings = [Finding("demand.found_cache", {"share": repeated / blocks})] if repeated else []
    return Trace(NAME, TraceKind.REQUESTS, complete(requests), False, rows.height, tuple(findings))
