"""Reading and writing demand files: TOML with everything known, or CSV with one row a quarter.

A CSV has the columns `series`, `quarter` (such as 2027-Q1), `units_per_s` and, if wanted, `unit`; a
spreadsheet can write it. A row without a quarter gives the mean of a series that has no forecast.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import ValidationError

from junshi.demand.schema import DemandDocument, Series
from junshi.errors import InputError, nearest
from junshi.scenario.faults import Document, schema_faults, shortened, together
from junshi.scenario.read import parse_toml, read_text
from junshi.terms import WORK_UNIT, WorkKind
from junshi.text import say
from junshi.units import Quarter

CSV_COLUMNS = ("series", "unit", "quarter", "units_per_s")
_NEEDED = ("series", "quarter", "units_per_s")


def read_document(path: Path) -> DemandDocument:
    """Demand file, by its ending `.toml` or `.csv`.

    Raises
    ------
    InputError, InputErrors : missing, too large, wrong ending, not TOML, or values that are not valid
    """
    if path.suffix == ".csv":
        return _read_csv(path)
    if path.suffix != ".toml":
        raise InputError("demand.wrong_ending", file=path, found=path.suffix or "-")
    text = read_text(path)
    document = Document(path, text, parse_toml(text, path))
    try:
        demand = DemandDocument.model_validate(document.table)
    except ValidationError as refused:
        faults = schema_faults(refused.errors(include_url=False), document, DemandDocument)
        raise together(faults, path) from refused
    _refuse_repeated(demand, path)
    return demand


def _refuse_repeated(demand: DemandDocument, path: Path) -> None:
    """Two series of one name would be ambiguous."""
    names = [series.name for series in demand.series]
    for name in names:
        if names.count(name) > 1:
            raise InputError("demand.repeated_series", file=path, name=name, count=names.count(name))


def find_series(document: DemandDocument, name: str, path: Path, place: str) -> Series:
    """Series with this name.

    Raises
    ------
    InputError : there is none; names the nearest
    """
    for series in document.series:
        if series.name == name:
            return series
    near = nearest(name, [series.name for series in document.series])
    what = say("demand.what_series")
    raise InputError("errors.unknown_name", file=path, place=place, what=what, name=name, near=near)


def write_document(document: DemandDocument) -> str:
    """TOML text of a demand file; `read_document` gives the same back."""
    lines = [say("demand.file_header"), "", f"version = {document.version}", ""]
    if document.log is not None:
        lines += ["[log]", *_entries(document.log.model_dump(mode="json", exclude_none=True)), ""]
    for series in document.series:
        lines += ["[[series]]", *_entries(series.model_dump(mode="json", exclude_none=True)), ""]
    return "\n".join(lines)


def write_csv(document: DemandDocument) -> str:
    """CSV text: forecast quarters where there are any with a date, else the mean alone."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for series in document.series:
        if series.forecast and series.forecast_start is not None:
            start = Quarter.parse(series.forecast_start)
            for offset, value in enumerate(series.forecast):
                writer.writerow([series.name, series.unit, str(start + offset), f"{value:.6g}"])
        else:
            value = series.mean_per_s if series.latest_per_s is None else series.latest_per_s
            writer.writerow([series.name, series.unit, "", f"{value:.6g}"])
    return text.getvalue()


def _entries(values: dict[str, object]) -> Iterable[str]:
    """Lines `key = value`; numbers to six digits, empty lists left out."""
    for key, value in values.items():
        if value == []:
            continue
        yield f"{key} = {_value(value)}"


def _value(value: object) -> str:
    """One value as TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(float(f"{value:.6g}"))
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _read_csv(path: Path) -> DemandDocument:
    """Demand file written as a table."""
    rows = list(csv.DictReader(io.StringIO(read_text(path))))
    missing = [name for name in _NEEDED if not rows or name not in rows[0]]
    if missing:
        known = ", ".join(CSV_COLUMNS)
        raise InputError("demand.missing_columns", file=path, missing=", ".join(missing), known=known)
    by_series: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for line, row in enumerate(rows, start=2):
        by_series.setdefault(row["series"] or "", []).append((line, row))
    return DemandDocument(series=[_csv_series(name, found, path) for name, found in by_series.items()])


def _csv_series(name: str, rows: Sequence[tuple[int, dict[str, str]]], path: Path) -> Series:
    """One series of a table: its quarters have to follow each other."""
    unit = rows[0][1].get("unit") or ""
    kind = next((kind for kind, known in WORK_UNIT.items() if known == unit), None)
    if kind is None and unit:
        raise InputError(
            "errors.unknown_name",
            file=path,
            place=say("demand.line", line=rows[0][0]),
            what=say("demand.what_unit"),
            name=unit,
            near=nearest(unit, WORK_UNIT.values()),
        )
    values = [_number(row["units_per_s"], path, line) for line, row in rows]
    if not rows[0][1]["quarter"]:
        return _series(name, kind, unit, path, mean_per_s=values[0])
    quarters = [_quarter(row["quarter"], path, line) for line, row in rows]
    for (line, _), before, after in zip(rows[1:], quarters, quarters[1:], strict=False):
        if after - before != 1:
            raise InputError("demand.gap", file=path, line=line, found=str(after), expected=str(before + 1))
    mean = sum(values) / len(values)
    return _series(name, kind, unit, path, mean_per_s=mean, forecast=values, forecast_start=str(quarters[0]))


def _series(name: str, kind: WorkKind | None, unit: str, path: Path, **figures: object) -> Series:
    """Series of a table; a bad name is a fault of the file."""
    try:
        return Series.model_validate({"name": name, "kind": kind or WorkKind.SERVE, "unit": unit, **figures})
    except ValidationError as refused:
        raise InputError(
            "errors.bad_value",
            file=path,
            place="series",
            found=shortened(name),
            expected=say("scenario.expected_identifier"),
        ) from refused


def _number(text: str | None, path: Path, line: int) -> float:
    """Cell as a finite number of at least 0."""
    try:
        value = float(text or "")
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise InputError(
            "errors.bad_value",
            file=path,
            place=say("demand.line", line=line),
            found=shortened(text or ""),
            expected=say("demand.expected_rate"),
        )
    return value


def _quarter(text: str | None, path: Path, line: int) -> Quarter:
    """Cell as a quarter."""
    try:
        return Quarter.parse(text or "")
    except ValueError as trouble:
        raise InputError(
            "errors.bad_value",
            file=path,
            place=say("demand.line", line=line),
            found=shortened(text or ""),
            expected=say("scenario.expected_quarter"),
        ) from trouble
