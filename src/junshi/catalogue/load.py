"""Files of the package, and a user's overlay, to a `Catalogue`; all faults of a file are told at once."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import TypeVar

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.checks import cross_check
from junshi.catalogue.overlay import MOST_FAULTS, apply_overlay
from junshi.catalogue.schema import (
    Accelerator,
    Ecosystem,
    MarketFigure,
    ModelArchitecture,
    PriceRow,
    Row,
    SupplyEvent,
    read_row,
)
from junshi.errors import InputError, InputErrors
from junshi.text import say

FILES: dict[str, type[Row]] = {
    "accelerators.csv": Accelerator,
    "ecosystems.csv": Ecosystem,
    "models.csv": ModelArchitecture,
    "supply_events.csv": SupplyEvent,
    "prices.csv": PriceRow,
    "market.csv": MarketFigure,
}

Kind = TypeVar("Kind", bound=Row)


def load_catalogue(overlay: Path | None = None) -> Catalogue:
    """Catalogue of the package, with a user's rows laid over it.

    Parameters
    ----------
    overlay : TOML file with rows to add or replace; None = the package's facts alone (read once)

    Raises
    ------
    InputErrors : faults of the overlay, each with its place
    InputError : the overlay cannot be read, is larger than 5 MB or is not TOML
    """
    shipped = _shipped()
    return shipped if overlay is None else _checked(apply_overlay(shipped, overlay), str(overlay))


@cache
def _shipped() -> Catalogue:
    """Facts that come with the package."""
    folder = resources.files("junshi.catalogue").joinpath("data")
    return _checked(read_folder({name: folder.joinpath(name).read_text(encoding="utf-8") for name in FILES}))


def _checked(catalogue: Catalogue, file: str | None = None) -> Catalogue:
    """Catalogue as given, when its rows agree with each other."""
    faults = list(islice(cross_check(catalogue, file), MOST_FAULTS))
    if faults:
        raise InputErrors(faults)
    return catalogue


def read_folder(texts: dict[str, str]) -> Catalogue:
    """Catalogue from the text of each file, file name → CSV text.

    Raises
    ------
    InputErrors : all faults of all files
    """
    faults: list[InputError] = []

    def rows(kind: type[Kind], name: str) -> tuple[Kind, ...]:
        try:
            return read_rows(kind, name, texts[name])
        except InputErrors as trouble:
            faults.extend(trouble.faults)
            return ()

    catalogue = Catalogue(
        accelerators=rows(Accelerator, "accelerators.csv"),
        ecosystems=rows(Ecosystem, "ecosystems.csv"),
        models=rows(ModelArchitecture, "models.csv"),
        events=tuple(
            sorted(rows(SupplyEvent, "supply_events.csv"), key=lambda row: (row.date, row.known_day))
        ),
        prices=tuple(sorted(rows(PriceRow, "prices.csv"), key=lambda row: row.day)),
        market=rows(MarketFigure, "market.csv"),
    )
    if faults:
        raise InputErrors(faults)
    return catalogue


def read_rows(kind: type[Kind], file: str, text: str) -> tuple[Kind, ...]:
    """Rows of one CSV file.

    Raises
    ------
    InputErrors : every bad cell, short or long line, unknown column and repeated id
    """
    rows: list[Kind] = []
    faults: list[InputError] = []
    lines = list(csv.reader(text.splitlines(keepends=True)))
    header = lines[0] if lines else []
    for number, cells in enumerate(lines[1:], start=2):
        place = say("catalogue.place_row", row=number, name=cells[0] if cells else "")
        if len(cells) != len(header):
            expected = say("catalogue.expected_cells", count=len(header))
            faults.append(
                InputError("errors.bad_value", file=file, place=place, found=len(cells), expected=expected)
            )
            continue
        try:
            filled = {column: cell for column, cell in zip(header, cells, strict=True) if cell != ""}
            rows.append(read_row(kind, filled, file, place))
        except InputErrors as trouble:
            faults.extend(trouble.faults)
    faults.extend(_repeated(rows, file))
    if faults:
        raise InputErrors(faults)
    return tuple(rows)


def _repeated(rows: Iterable[Row], file: str) -> list[InputError]:
    """Faults for ids that stand twice."""
    seen: set[str] = set()
    faults = []
    for row in rows:
        name = getattr(row, "id", None)
        if name is None:
            continue
        if name in seen:
            expected = say("catalogue.expected_unique")
            faults.append(
                InputError("errors.bad_value", file=file, place="id", found=name, expected=expected)
            )
        seen.add(name)
    return faults
