"""JSON Schema of the scenario file, for editors that complete and check TOML as one types."""

from __future__ import annotations

from typing import Any

from junshi.scenario.schema import Scenario

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """Make the schema of the whole file: every key with its type, range, default and description."""
    return {"$schema": DIALECT, **Scenario.model_json_schema(), "title": "Junshi scenario"}
