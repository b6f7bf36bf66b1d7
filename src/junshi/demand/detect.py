"""Which format a log has, by its first line, and reading it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from junshi.demand.traces import azure_llm, mooncake, openb, request_log, sacct, servegen
from junshi.demand.traces.opening import LogFile, open_log
from junshi.demand.traces.trace import Trace
from junshi.errors import InputError


class Reader(Protocol):
    """A module of `traces`: its name, whether a log is its own, and reading it."""

    NAME: str

    def matches(self, log: LogFile) -> bool:
        """Whether the log has this format."""

    def read(self, log: LogFile) -> Trace:
        """Rows of the log."""


READERS: tuple[Reader, ...] = (openb, azure_llm, sacct, servegen, mooncake, request_log)
_TABLES = (openb, azure_llm, sacct, servegen)
_RESEMBLES = 0.5


def read_trace(path: Path) -> tuple[Trace, str]:
    """Log in the common columns, and the hash of its file.

    Raises
    ------
    InputError : not readable, of no known format, a column is missing, a cell is not valid, or no row counts
    """
    with open_log(path) as log:
        trace = _reader(log).read(log)
        if trace.rows.height == 0:
            raise InputError("demand.no_rows", file=path, format=trace.format, rows=trace.rows_read)
        return trace, log.sha256


def _reader(log: LogFile) -> Reader:
    """Reader whose format the log has; one that it only resembles names the missing columns."""
    for reader in READERS:
        if reader.matches(log):
            return reader
    for table in _TABLES:
        header = {name.strip().strip('"') for name in log.first_line.split(table.SEPARATOR)}
        missing = [name for name in table.COLUMNS if name not in header]
        if len(missing) <= _RESEMBLES * len(table.COLUMNS):
            raise InputError(
                "demand.missing_log_columns",
                file=log.path,
                format=table.NAME,
                missing=", ".join(missing),
            )
    known = ", ".join(reader.NAME for reader in READERS)
    raise InputError("demand.unknown_format", file=log.path, known=known)
