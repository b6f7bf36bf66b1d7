"""Cells of a table or fields of a line to numbers; the first bad one is named with its line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from junshi.demand.traces.opening import LogFile
from junshi.errors import InputError
from junshi.text import say

LARGEST = 1e15
"""No honest log counts or times anything beyond; a larger number is a broken cell."""

_HEADER_LINES = 1
_NEVER = "\x1f"


def scan_table(log: LogFile, columns: Sequence[str], separator: str = ",") -> pl.LazyFrame:
    """Columns of a delimited file as text, with `line`, the line number in the file.

    Raises
    ------
    InputError : a column is missing, or a line has more or fewer cells than the header
    """
    header = [name.strip().strip('"') for name in log.first_line.split(separator)]
    missing = [name for name in columns if name not in header]
    if missing:
        raise InputError(
            "demand.missing_columns", file=log.path, missing=", ".join(missing), known=", ".join(columns)
        )
    _refuse_ragged(log, separator, len(header))
    frame = pl.scan_csv(log.plain, infer_schema=False, separator=separator, encoding="utf8")
    return frame.select(columns).with_row_index("line", offset=1 + _HEADER_LINES)


def is_object_with(line: str, fields: Sequence[str]) -> bool:
    """Whether a line is a JSON object that has some fields."""
    try:
        first = json.loads(line)
    except ValueError:
        return False
    return isinstance(first, dict) and set(fields) <= set(first)


def _refuse_ragged(log: LogFile, separator: str, cells: int) -> None:
    """Count the cells of each line that has no quotes: a reader of some columns alone would not notice."""
    text = pl.col("text")
    lines = pl.scan_csv(
        log.plain,
        has_header=False,
        separator=_NEVER,
        quote_char=None,
        infer_schema=False,
        new_columns=["text"],
    ).with_row_index("line", offset=1)
    found = text.str.count_matches(separator, literal=True) + 1
    ragged = lines.filter((found != cells) & ~text.str.contains('"', literal=True) & (text != ""))
    first = collect(log, ragged.select("line", found.alias("found")).head(1))
    if first.height:
        line, count = first.row(0)
        raise InputError("demand.ragged", file=log.path, line=line, found=count, expected=cells)


def collect(log: LogFile, frame: pl.LazyFrame) -> pl.DataFrame:
    """Run the reading.

    Raises
    ------
    InputError : text that is not UTF-8, or quotes that do not close
    """
    try:
        return frame.collect()
    except pl.exceptions.PolarsError as trouble:
        reason = str(trouble).strip().split("\n")[0][:120]
        raise InputError("demand.unreadable", file=log.path, reason=reason) from trouble


def number(column: str) -> pl.Expr:
    """Text column as a number; empty and NULL are null."""
    return _blank_to_null(column).cast(pl.Float64, strict=False)


def is_bad_number(column: str, *, required: bool) -> pl.Expr:
    """Whether a text cell is not a number from 0 to `LARGEST`; an empty one is bad only when required."""
    blank = _blank_to_null(column)
    value = blank.cast(pl.Float64, strict=False)
    bad = (value.is_null() | value.is_nan() | (value < 0) | (value > LARGEST)) & blank.is_not_null()
    return (bad | blank.is_null()) if required else bad


def _blank_to_null(column: str) -> pl.Expr:
    """Empty cells of several spellings to null."""
    text = pl.col(column).str.strip_chars()
    return pl.when(text.is_in(["", "NULL", "null"])).then(None).otherwise(text)


def refuse_first(log: LogFile, frame: pl.LazyFrame, checks: Mapping[str, pl.Expr], expected: str) -> None:
    """Raise for the first line on which a check holds.

    Parameters
    ----------
    frame : text columns with `line`
    checks : column → whether its cell is bad
    expected : key of `demand` that says what was expected
    """
    for column, bad in checks.items():
        worst = collect(log, frame.filter(bad).select("line", column).head(1))
        if worst.height:
            line, found = worst.row(0)
            raise bad_cell(log, int(line), column, found, expected)


def bad_cell(log: LogFile, line: int, column: str, found: object, expected: str) -> InputError:
    """Fault of one cell."""
    shown = say("demand.nothing") if found is None or found == "" else repr(str(found)[:40])
    return InputError(
        "errors.bad_value",
        file=log.path,
        place=say("demand.cell", line=line, column=column),
        found=shown,
        expected=say(f"demand.{expected}"),
    )


def json_lines(log: LogFile) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number and object of each line; empty lines are skipped.

    Raises
    ------
    InputError : a line that is not a JSON object
    """
    with log.plain.open(encoding="utf-8", errors="replace") as stream:
        for line, text in enumerate(stream, start=1):
            if not text.strip():
                continue
            try:
                found = json.loads(text)
            except (ValueError, RecursionError) as trouble:
                raise InputError("demand.bad_json", file=log.path, line=line) from trouble
            if not isinstance(found, dict):
                raise InputError("demand.bad_json", file=log.path, line=line)
            yield line, found


def json_number(log: LogFile, line: int, found: Mapping[str, Any], name: str) -> float:
    """Field as a number from 0 to `LARGEST`.

    Raises
    ------
    InputError : missing, not a number, negative, not finite or larger
    """
    value = found.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LARGEST:
        raise bad_cell(log, line, name, value, "expected_number")
    return float(value)
