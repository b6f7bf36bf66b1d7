"""What every reader gives: the same columns, whatever the log looked like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import polars as pl

from junshi.text import say

COLUMNS: Mapping[str, pl.DataType] = {
    "asked_s": pl.Float64(),
    "start_s": pl.Float64(),
    "end_s": pl.Float64(),
    "accelerators": pl.Float64(),
    "input_tokens": pl.Float64(),
    "output_tokens": pl.Float64(),
    "critical": pl.Boolean(),
    "label": pl.String(),
}
"""Columns of `Trace.rows`.

asked_s, start_s, end_s : seconds; Unix time when `Trace.absolute`, else from any origin; start null = never
    ran, end null = still running when the log ends; a request starts and ends at once
accelerators : busy from start to end, fractions allowed; null for requests
input_tokens, output_tokens : of a request, or of all requests of a window; null for jobs
critical : by the log's own class of service; null = the log has none
label : accelerator type of a job, model of a request; empty = not stated
"""


class TraceKind(StrEnum):
    """What a row is."""

    JOBS = "jobs"
    REQUESTS = "requests"


@dataclass(frozen=True)
class Finding:
    """Something about a log that its reader has to know: key of a sentence, and its fields."""

    key: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    def sentence(self, language: str | None = None) -> str:
        """Sentence in the given or current language."""
        return say(self.key, language=language, **dict(self.fields))


@dataclass(frozen=True)
class Trace:
    """A log as read.

    Attributes
    ----------
    format : name of the reader; kind : what a row is
    rows : columns as in `COLUMNS`
    absolute : whether times are Unix seconds
    rows_read : rows of the file, before those without an accelerator or a step of a job were left out
    findings : what the reader noticed
    """

    format: str
    kind: TraceKind
    rows: pl.DataFrame
    absolute: bool
    rows_read: int
    findings: tuple[Finding, ...] = ()


def complete(frame: pl.DataFrame) -> pl.DataFrame:
    """Frame with exactly the columns of `COLUMNS`, absent ones null."""
    given = [
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in COLUMNS.items()
    ]
    return frame.select(given)
