"""The JSON Schema of a scenario with title, unit and description of each field in a language."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from junshi.scenario.json_schema import json_schema
from junshi.text import say
from junshi.text.say import sentences

AREA = "page_schema"


def described_schema(language: str) -> dict[str, Any]:
    """Schema whose fields have `title`, `description` and, where they have one, `unit`, as `text` says them.

    The fields keep type, range and default. A field without words of its own keeps those of the schema.
    """
    return copy.deepcopy(_described(language))


@cache
def _described(language: str) -> dict[str, Any]:
    schema = json_schema()
    known = sentences(AREA, language)
    for table, definition in [("Scenario", schema), *schema.get("$defs", {}).items()]:
        for name, field in definition.get("properties", {}).items():
            _describe(field, f"{table}_{name}", known, language)
    schema["title"] = say(f"{AREA}.title", language=language)
    return schema


def _describe(field: dict[str, Any], key: str, known: dict[str, str], language: str) -> None:
    """Put the words of one field into its schema."""
    for entry in ("title", "unit", "description"):
        if f"{key}_{entry}" in known:
            field[entry] = say(f"{AREA}.{key}_{entry}", language=language)
