"""Request log of a gateway: one JSON object a line with time, model and tokens in and out.

Fields: `ts` (ISO 8601), `model`, `prompt_tokens`, `completion_tokens`.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

from junshi.demand.traces import cells
from junshi.demand.traces.opening import LogFile
from junshi.demand.traces.trace import Finding, Trace, TraceKind, complete

NAME = "request-log"
FIELDS = ("ts", "prompt_tokens", "completion_tokens")


def matches(log: LogFile) -> bool:
    """Whether the first line is an object with this format's fields."""
    return cells.is_object_with(log.first_line, FIELDS)


def read(log: LogFile) -> Trace:
    """Read the requests; a time without a zone is read as UTC and said so.

    Raises
    ------
    InputError : a line that is not a JSON object, a field that is missing or not valid
    """
    times: list[float] = []
    tokens_in: list[float] = []
    tokens_out: list[float] = []
    models: list[str] = []
    zoneless = False
    for line, request in cells.json_lines(log):
        moment = _moment(log, line, request.get("ts"))
        zoneless = zoneless or moment.tzinfo is None
        utc = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment
        times.append(utc.timestamp())
        tokens_in.append(cells.json_number(log, line, request, "prompt_tokens"))
        tokens_out.append(cells.json_number(log, line, request, "completion_tokens"))
        models.append(_plain(request.get("model")))
    rows = pl.DataFrame(
        {
            "start_s": times,
            "end_s": times,
            "input_tokens": tokens_in,
            "output_tokens": tokens_out,
            "label": models,
        }
    )
    findings = (Finding("demand.found_utc"),) if zoneless else ()
    return Trace(NAME, TraceKind.REQUESTS, complete(rows), True, rows.height, findings)


def _plain(model: object) -> str:
    """Name of a model; letters that are none become question marks."""
    return str(model or "").encode("utf-8", "replace").decode("utf-8")


def _moment(log: LogFile, line: int, value: object) -> dt.datetime:
    """Time of one request."""
    try:
        return dt.datetime.fromisoformat(str(value))
    except ValueError as trouble:
        raise cells.bad_cell(log, line, "ts", value, "expected_time") from trouble
