"""From a scenario file to a checked `Scenario`; all faults of the file are told together."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from pydantic import ValidationError

from junshi.catalogue.catalogue import Catalogue
from junshi.scenario.checks import faults_of
from junshi.scenario.faults import Document, schema_faults, together
from junshi.scenario.read import parse_toml, read_text
from junshi.scenario.schema import Scenario


def load_scenario(path: Path, catalogue: Catalogue) -> Scenario:
    """Scenario of a file, checked against the schema and the catalogue.

    Parameters
    ----------
    path : TOML file of at most 5 MB; a larger one is refused without being read
    catalogue : what the file's names are looked up in

    Raises
    ------
    InputError : missing, not a plain file, too large, not UTF-8, or not TOML (with line and column)
    InputErrors : every other fault, each with its line, place, what was found and what was expected
    """
    return parse_scenario(read_text(path), path, catalogue)


def parse_scenario(text: str, file: Path, catalogue: Catalogue) -> Scenario:
    """Scenario of a text; `file` names it in the sentences and anchors its relative paths."""
    document = Document(file, text, parse_toml(text, file))
    try:
        scenario = Scenario.model_validate(document.table)
    except ValidationError as refused:
        raise together(
            schema_faults(refused.errors(include_url=False), document, Scenario), file
        ) from refused
    faults = faults_of(scenario, catalogue, document)
    if faults:
        raise together(faults, file)
    return scenario


def scenario_hash(scenario: Scenario) -> str:
    """SHA-256 of the scenario's content: equal for files that differ in layout, comments or order of keys."""
    content = json.dumps(scenario.model_dump(mode="json"), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(content.encode()).hexdigest()
