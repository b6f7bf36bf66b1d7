"""A scenario that a client has sent: checked, with only uploads as its files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.load import load_catalogue
from junshi.errors import InputError, JunshiError
from junshi.page.refusal import faults_of_error
from junshi.scenario.faults import Document, shortened, together
from junshi.scenario.lines import Place
from junshi.scenario.load import parse_scenario
from junshi.scenario.read import LIMIT_BYTES, parse_toml
from junshi.scenario.schema import Scenario
from junshi.study import check_inputs
from junshi.text import say

FILE = "scenario.toml"
_UPLOAD = re.compile(r"upload:[0-9a-f]{16}\.[a-z0-9.]{2,8}")


@dataclass(frozen=True)
class Checked:
    """A text with what is known about it; `scenario` is None when it has faults."""

    scenario: Scenario | None
    table: dict[str, Any] | None
    faults: list[dict[str, str]]


@cache
def facts() -> Catalogue:
    """The catalogue of the package, read once."""
    return load_catalogue()


def check_text(text: str, uploads: Path) -> Checked:
    """Scenario of a text, or its faults in the current language.

    Parameters
    ----------
    uploads : folder in which uploads lie under the names that the scenario gives them
    """
    table: dict[str, Any] | None = None
    try:
        table = _table(text, uploads)
        scenario = parse_scenario(text, uploads / FILE, facts())
        check_inputs(scenario, facts(), uploads / FILE)
        return Checked(scenario, table, [])
    except JunshiError as trouble:
        return Checked(None, table, faults_of_error(trouble, uploads))


def require_scenario(text: str, uploads: Path) -> Scenario:
    """Scenario of a text.

    Raises
    ------
    InputError, InputErrors : its faults, with paths of this server
    """
    _table(text, uploads)
    return parse_scenario(text, uploads / FILE, facts())


def _table(text: str, uploads: Path) -> dict[str, Any]:
    """Table of a text that names no file but uploads; nothing is looked up on the disk before this."""
    file = uploads / FILE
    size = len(text.encode("utf-8", "replace"))
    if size > LIMIT_BYTES:
        raise InputError("errors.too_large", file=file, size_mb=size / 1e6, limit_mb=LIMIT_BYTES / 1e6)
    table = parse_toml(text, file)
    document = Document(file, text, table)
    expected = say("page_api.expected_upload")
    faults = [
        document.fault("errors.bad_value", place, found=shortened(name), expected=expected)
        for place, name in named_files(table)
        if not _is_upload(name, uploads)
    ]
    if faults:
        raise together(faults, file)
    return table


def _is_upload(name: object, uploads: Path) -> bool:
    """Whether a name is that of an upload that is there."""
    return isinstance(name, str) and _UPLOAD.fullmatch(name) is not None and (uploads / name).is_file()


def named_files(table: dict[str, Any]) -> Iterator[tuple[Place, Any]]:
    """Place and value of each file that a scenario's table names."""
    for row, work in enumerate(_tables(table.get("workload"))):
        demand = work.get("demand")
        if isinstance(demand, dict) and "file" in demand:
            yield ("workload", row, "demand", "file"), demand["file"]
        if "codebase" in work:
            yield ("workload", row, "codebase"), work["codebase"]
        for number, component in enumerate(_tables(work.get("components"))):
            if "codebase" in component:
                yield ("workload", row, "components", number, "codebase"), component["codebase"]


def _tables(value: object) -> list[dict[str, Any]]:
    """Tables of a list; what is no table becomes an empty one, so that the places stay right."""
    return [one if isinstance(one, dict) else {} for one in value] if isinstance(value, list) else []


def upload_names(text: str) -> set[str]:
    """Uploads that a checked text names."""
    return {str(name) for _, name in named_files(parse_toml(text, Path(FILE)))}
