"""The collective's TOML file, checked; without a file, the population that comes with the package."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from junshi.catalogue.catalogue import Catalogue
from junshi.collective.parameters import FITTED_YEARS, stored_draws, with_values
from junshi.collective.schema import CollectiveFile
from junshi.errors import InputError, nearest
from junshi.scenario.faults import Document, schema_faults, together
from junshi.scenario.read import parse_toml, read_text
from junshi.terms import Ramp, Regime
from junshi.units import Quarter


def default_text() -> str:
    """TOML text of the population that comes with the package."""
    return (
        resources.files("junshi.collective").joinpath("data", "collective.toml").read_text(encoding="utf-8")
    )


def prior_file() -> CollectiveFile:
    """Population that comes with the package, before it is fitted to the market's history."""
    return CollectiveFile.model_validate(tomllib.loads(default_text()))


def default_file() -> CollectiveFile:
    """Population that comes with the package, uncertain parameters at the mean of the stored posterior."""
    return fitted(prior_file())


def fitted(file: CollectiveFile) -> CollectiveFile:
    """File with the mean of the stored posterior where it asks for it, else as it is."""
    if not file.use_history_fit:
        return file
    values = stored_draws(FITTED_YEARS[-1]).mean(axis=0)
    return with_values(file, values).model_copy(update={"use_history_fit": False})


def load_prior(path: Path | None, catalogue: Catalogue) -> CollectiveFile:
    """File of a population as written, checked against the schema and the catalogue.

    Raises
    ------
    InputError : missing, unreadable or not TOML
    InputErrors : every other fault with its line, what was found and what was expected
    """
    if path is None:
        return prior_file()
    text = read_text(path)
    document = Document(path, text, parse_toml(text, path))
    try:
        file = CollectiveFile.model_validate(document.table)
    except ValidationError as refused:
        found = schema_faults(refused.errors(include_url=False), document, CollectiveFile)
        raise together(found, path) from refused
    faults = _faults(file, document, catalogue)
    if faults:
        raise together(faults, path)
    return file


def load_collective(path: Path | None, catalogue: Catalogue) -> CollectiveFile:
    """File of a population, its uncertain parameters fitted where it asks for it; errors as `load_prior`."""
    return fitted(load_prior(path, catalogue))


def _faults(file: CollectiveFile, document: Document, catalogue: Catalogue) -> list[InputError]:
    """What the schema cannot see: names that must exist, tables that must be whole, the order of quarters."""
    ids = [row.id for row in file.ecosystem]
    known = {row.id for row in catalogue.ecosystems}
    faults: list[InputError] = []
    for place, row in enumerate(file.ecosystem):
        faults += [
            _unknown(document, ("ecosystem", place, "members"), name, sorted(known))
            for name in row.members
            if name not in known
        ]
    for place, mix in enumerate(file.mix):
        faults += [
            _unknown(document, ("mix", place, "shares"), name, ids) for name in mix.shares if name not in ids
        ]
    for table, names, given in (
        ("imports", list(Regime), file.imports),
        ("domestic", list(Ramp), file.domestic.growth),
    ):
        faults += [
            document.fault("collective.missing_row", (table,), name=name)
            for name in names
            if name not in given
        ]
    if Quarter.parse(file.size.start) <= Quarter.parse(file.size.history_from):
        faults.append(
            document.fault(
                "collective.start_too_early",
                ("size", "start"),
                start=file.size.start,
                first=file.size.history_from,
            )
        )
    return faults


def _unknown(document: Document, place: tuple[str | int, ...], name: str, known: list[str]) -> InputError:
    return document.fault("collective.unknown_ecosystem", place, name=name, near=nearest(name, known))
