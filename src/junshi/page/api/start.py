"""What one starts from: archetypes, the schema of a scenario, accelerators."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter

from junshi.catalogue.facts import accelerator_facts
from junshi.page.api.schema import AcceleratorRow, ArchetypeRow, FactObject, TomlText
from junshi.page.described_schema import described_schema
from junshi.page.scenario_text import facts
from junshi.scenario.archetypes import template
from junshi.terms import Archetype
from junshi.text import current_language, say

router = APIRouter(tags=["start"])


@router.get("/archetypes", summary="Kinds of organisation to start from")
def archetypes() -> list[ArchetypeRow]:
    """List the archetypes that there is a scenario of."""
    return [
        ArchetypeRow(
            id=one.value,
            name=say(f"page_api.archetype_{one.value.replace('-', '_')}"),
            summary=say(f"page_api.archetype_{one.value.replace('-', '_')}_summary"),
        )
        for one in Archetype
    ]


@router.get("/archetypes/{archetype}/scenario", summary="Scenario file of an archetype")
def archetype_scenario(archetype: Archetype) -> TomlText:
    """Give the commented template."""
    return TomlText(toml=template(archetype))


@router.get("/schema", summary="JSON Schema of a scenario")
def schema() -> dict[str, Any]:
    """Give title, unit, default and description of each field, in the language."""
    return described_schema(current_language())


@router.get("/accelerators", summary="Accelerators of the catalogue with their sources")
def accelerators() -> list[AcceleratorRow]:
    """List all rows."""
    return _accelerators()


@cache
def _accelerators() -> list[AcceleratorRow]:
    known = facts()
    return [
        AcceleratorRow(
            id=row.id,
            name=row.name,
            vendor=row.vendor,
            ecosystem=row.ecosystem,
            origin=row.origin.value,
            export_class=row.export_class.value,
            release=row.release,
            source=row.source,
            confidence=row.confidence.value,
            notes=row.notes,
            facts={
                name: FactObject.model_validate(fact.as_json())
                for name, fact in accelerator_facts(row, known.prices_of(row.id)).items()
            },
        )
        for row in known.accelerators
    ]
