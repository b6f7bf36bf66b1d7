"""Support tables: is a native API supported on a generation of chips? Not listed means unknown.

A cell of a table is `y` (supported), `d` (there, but under another name or after a setting), `n` (not
supported) or empty (the source does not say).
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources

from junshi.errors import InputError, nearest
from junshi.porting.finding import Outcome
from junshi.porting.targets.target import Target
from junshi.terms import Confidence


class Support(StrEnum):
    """What a table says of an API."""

    YES = "yes"
    LIMITED = "limited"
    RENAMED = "renamed"
    NO = "no"
    NOT_LISTED = "not_listed"
    NOT_COVERED = "not_covered"


_CELLS = {"y": Support.YES, "d": Support.RENAMED, "n": Support.NO}


@dataclass(frozen=True)
class SupportTable:
    """APIs that a framework or its plug-in offers, per generation of chips, with source and date.

    Attributes
    ----------
    covers, elsewhere : modules whose unlisted names are unknown, and modules below them that are not meant
    listed_as : what a listed API means: `auto` where a shim or the framework itself redirects torch.cuda,
        `drop_in` where the name has to be edited
    listed, limits : cells by API and generation, and what limits an API
    same : module that offers the same names as another
    """

    ecosystem: str
    framework: str
    source: str
    dated: date
    confidence: Confidence
    covers: tuple[str, ...]
    elsewhere: tuple[str, ...]
    generations: tuple[str, ...]
    default: str
    listed_as: Outcome = Outcome.AUTO
    listed: Mapping[str, Mapping[str, Support]] = field(default_factory=dict)
    limits: Mapping[str, str] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)

    def support(self, api: str, generation: str | None) -> Support:
        """What the table says of an API on a generation.

        Parameters
        ----------
        api : dotted name; a member of a listed class counts as the class unless it is listed itself
        generation : one of `generations`, None = the table's default; another one is not in the table
        """
        generation = generation or self.default
        if generation not in self.generations:
            return Support.NOT_LISTED if self._covered(api) else Support.NOT_COVERED
        name = self._listed_name(api)
        while name:
            row = self.listed.get(name)
            if row is not None:
                if generation not in row:
                    return Support.NOT_LISTED
                cell = row[generation]
                return Support.LIMITED if cell is Support.YES and name in self.limits else cell
            name = name.rpartition(".")[0]
        return Support.NOT_LISTED if self._covered(api) else Support.NOT_COVERED

    def _listed_name(self, api: str) -> str:
        """Name under which the table lists an API that the framework offers under two."""
        module, _, name = api.rpartition(".")
        return f"{self.same[module]}.{name}" if module in self.same and api not in self.listed else api

    def _covered(self, api: str) -> bool:
        if any(api == name or api.startswith(name + ".") for name in self.elsewhere):
            return False
        return any(api.startswith(name + ".") for name in self.covers)


@cache
def support_tables() -> tuple[SupportTable, ...]:
    """All tables that come with the package."""
    folder = resources.files("junshi.porting.targets")
    tables: list[SupportTable] = []
    for raw in tomllib.loads(folder.joinpath("support.toml").read_text(encoding="utf-8"))["table"]:
        rows = list(csv.DictReader(folder.joinpath(raw["file"]).read_text(encoding="utf-8").splitlines()))
        generations = tuple(name for name in rows[0] if name not in ("api", "limit"))
        tables.append(
            SupportTable(
                ecosystem=raw["ecosystem"],
                framework=raw["framework"],
                source=raw["source"],
                dated=raw["date"],
                confidence=Confidence(raw["confidence"]),
                covers=tuple(raw["covers"]),
                elsewhere=tuple(raw["elsewhere"]),
                generations=generations,
                default=raw["default"],
                listed_as=Outcome(raw["listed_as"]),
                listed={
                    row["api"]: {name: _CELLS[row[name]] for name in generations if row[name]} for row in rows
                },
                same=raw.get("same", {}),
                limits={row["api"]: row["limit"] for row in rows if row["limit"]},
            )
        )
    return tuple(tables)


def table_of(target: Target) -> SupportTable | None:
    """Table of a target, None when its ecosystem has none.

    Of a framework version that only other ecosystems have a table of, the table lists nothing: every API of
    the covered modules is unknown.

    Raises
    ------
    InputError : the ecosystem has tables, but no ecosystem has one of the framework that the target names
    """
    tables = [table for table in support_tables() if table.ecosystem == target.ecosystem]
    if not tables:
        return None
    if target.framework is None:
        return tables[-1]
    found = next((table for table in tables if table.framework == target.framework), None)
    if found is not None:
        return found
    known = sorted({table.framework for table in support_tables()})
    if target.framework in known:
        return replace(tables[-1], framework=target.framework, listed={}, limits={})
    raise InputError(
        "porting.unknown_framework",
        name=target.framework,
        ecosystem=target.ecosystem,
        near=nearest(target.framework, [table.framework for table in tables]),
    )
