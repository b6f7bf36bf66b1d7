"""Scenarios: check, edit, drafts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from junshi.page.api.schema import (
    CheckAsked,
    CheckFound,
    Created,
    DraftAsked,
    DraftChanged,
    DraftObject,
    EditsAsked,
    EditsMade,
    ErrorFault,
)
from junshi.page.api.sheets import sheet_objects
from junshi.page.api.state import Serving
from junshi.page.drafts import Draft
from junshi.page.edit import Edit, edit_toml
from junshi.page.scenario_text import FILE, check_text, facts
from junshi.scenario.schema import Scenario
from junshi.show.scenario_sheets import (
    accelerators_sheet,
    limits_sheet,
    scenario_lines,
    supply_lines,
    workloads_sheet,
)
from junshi.show.sheet import Sheet
from junshi.supply.build import build_chain

router = APIRouter(tags=["scenarios"])
DraftId = Annotated[str, Path(max_length=64)]


@router.post("/scenarios/check", summary="Check a scenario")
def check(asked: CheckAsked, serving: Serving) -> CheckFound:
    """Tell every fault with its place, and what would be planned."""
    found = check_text(asked.toml, serving.uploads.folder)
    faults = [ErrorFault(**fault) for fault in found.faults]
    sheets, lines = ([], []) if found.scenario is None else _shown(found.scenario, serving)
    table = found.table if found.scenario is None else found.scenario.model_dump(mode="json")
    return CheckFound(
        ok=found.scenario is not None,
        faults=faults,
        scenario=table,
        sheets=sheet_objects(sheets),
        lines=lines,
    )


def _shown(scenario: Scenario, serving: Serving) -> tuple[list[Sheet], list[str]]:
    """Tables and sentences of a sound scenario."""
    sheets = [limits_sheet(scenario), accelerators_sheet(scenario, facts()), workloads_sheet(scenario)]
    _, estimate = build_chain(scenario.supply, facts(), serving.uploads.folder / FILE)
    return sheets, scenario_lines(scenario) + supply_lines(scenario, estimate.regime_now)


@router.post("/scenarios/edit", summary="Change values of a scenario file")
def edit(asked: EditsAsked, serving: Serving) -> EditsMade:
    """Make the changes; comments and layout are kept."""
    toml = edit_toml(asked.toml, [Edit(tuple(one.path), one.value) for one in asked.edits])
    faults = check_text(toml, serving.uploads.folder).faults
    return EditsMade(toml=toml, faults=[ErrorFault(**fault) for fault in faults])


@router.post("/drafts", status_code=201, summary="Keep a draft")
def create_draft(asked: DraftAsked, serving: Serving) -> Created:
    """Keep a scenario as typed, faults and all."""
    return Created(id=serving.drafts.create(asked.toml, asked.name).id)


@router.get("/drafts/{draft}", summary="Read a draft")
def read_draft(draft: DraftId, serving: Serving) -> DraftObject:
    """Give the text and name."""
    return _object(serving.drafts.get(draft))


@router.put("/drafts/{draft}", summary="Change a draft")
def change_draft(draft: DraftId, asked: DraftChanged, serving: Serving) -> DraftObject:
    """Replace the text, and the name when one is given."""
    return _object(serving.drafts.change(draft, asked.toml, asked.name))


def _object(draft: Draft) -> DraftObject:
    return DraftObject(id=draft.id, toml=draft.toml, name=draft.name)
