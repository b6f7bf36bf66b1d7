"""A user's own rows: added to the catalogue, or laid over named fields of a row that exists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.schema import (
    Accelerator,
    Ecosystem,
    ModelArchitecture,
    PriceRow,
    Row,
    SupplyEvent,
    read_row,
    shortened,
)
from junshi.catalogue.toml_file import parse_toml, read_text
from junshi.errors import InputError, InputErrors, nearest
from junshi.text import say

LIMIT_BYTES = 5_000_000
MOST_FAULTS = 50
TABLES = ("accelerator", "ecosystem", "model", "event", "price")

Kind = TypeVar("Kind", bound=Row)


def apply_overlay(catalogue: Catalogue, path: Path) -> Catalogue:
    """Catalogue with the rows of a TOML file added or replaced.

    A row whose id exists replaces the named fields only. A price replaces one of the same accelerator,
    kind, day and region. A row without `source` is sourced to the file; without `confidence` a new row is
    `assumed`.

    Raises
    ------
    InputError : not readable, larger than 5 MB, or not TOML
    InputErrors : all faults of the rows
    """
    tables: dict[str, object] = parse_toml(read_text(path, LIMIT_BYTES), path)
    faults = list(islice(_unknown_tables(tables, str(path)), MOST_FAULTS))

    def merged(
        table: str, kind: type[Kind], rows: Sequence[Kind], key: Callable[[object], object]
    ) -> tuple[Kind, ...]:
        try:
            return _merge(kind, rows, tables.get(table, []), key, table, path)
        except InputErrors as trouble:
            faults.extend(trouble.faults)
            return tuple(rows)

    chips = merged("accelerator", Accelerator, catalogue.accelerators, _id)
    stacks = merged("ecosystem", Ecosystem, catalogue.ecosystems, _id)
    models = merged("model", ModelArchitecture, catalogue.models, _id)
    events = merged("event", SupplyEvent, catalogue.events, _id)
    prices = merged("price", PriceRow, catalogue.prices, _price_key)
    if len(faults) > MOST_FAULTS:
        faults[MOST_FAULTS:] = [InputError("catalogue.more_faults", file=str(path), count=MOST_FAULTS)]
    if faults:
        raise InputErrors(faults)
    return replace(
        catalogue,
        accelerators=chips,
        ecosystems=stacks,
        models=models,
        events=tuple(sorted(events, key=lambda row: (row.date, row.known_day))),
        prices=tuple(sorted(prices, key=lambda row: row.day)),
    )


def _unknown_tables(tables: Mapping[str, object], file: str) -> Iterator[InputError]:
    """Faults for tables that the catalogue does not have."""
    what = say("catalogue.what_table")
    for name in tables:
        if name not in TABLES:
            short = shortened(name)
            near = nearest(short, TABLES)
            yield InputError("errors.unknown_name", file=file, place=short, what=what, name=short, near=near)


def _merge(
    kind: type[Kind],
    rows: Sequence[Kind],
    entries: object,
    key: Callable[[object], object],
    table: str,
    path: Path,
) -> tuple[Kind, ...]:
    """Rows with the entries of one table added or laid over them."""
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        expected = say("catalogue.expected_table", table=table)
        fault = InputError(
            "errors.bad_value", file=str(path), place=table, found=shortened(repr(entries)), expected=expected
        )
        raise InputErrors([fault])
    merged = {key(row): row for row in rows}
    faults: list[InputError] = []
    for number, entry in enumerate(entries, start=1):
        name = entry.get("id", entry.get("accelerator", ""))
        place = say("catalogue.place_entry", table=table, number=number, name=shortened(str(name)))
        old = merged.get(key(entry))
        try:
            row = read_row(kind, _completed(entry, old, str(path)), str(path), place)
        except InputErrors as trouble:
            faults.extend(trouble.faults)
            if len(faults) > MOST_FAULTS:
                break
            continue
        merged[key(row)] = row
    if faults:
        raise InputErrors(faults)
    return tuple(merged.values())


def _completed(entry: Mapping[str, object], old: Row | None, file: str) -> dict[str, object]:
    """Fields of the new row: the entry's, then the old row's, and where they come from."""
    if old is None:
        return {"source": file, "confidence": "assumed", **entry}
    before = old.model_dump()
    fields = ", ".join(name for name in entry if name != "id")
    source = say("catalogue.overlay_source", file=file, fields=fields, source=before["source"])
    return {**before, "source": source, **entry}


def _field(row: object, name: str) -> object:
    """Field of a row or of a table entry, as text so that both compare."""
    value = row.get(name) if isinstance(row, Mapping) else getattr(row, name)
    return str(value)


def _id(row: object) -> object:
    """Identity of a row: its id."""
    return _field(row, "id")


def _price_key(row: object) -> object:
    """Identity of a price: accelerator, kind, day and region."""
    return tuple(_field(row, name) for name in ("accelerator", "kind", "day", "region"))
