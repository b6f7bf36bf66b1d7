"""Compare two runs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query

from junshi.page.api.described import run_row, scenario_of
from junshi.page.api.runs import result_of, view_of
from junshi.page.api.schema import Comparison, InputDifference
from junshi.page.api.sheets import sheet_objects
from junshi.page.api.state import Serving
from junshi.page.compare import PlanSide, decision_lines, decision_sheets, input_differences, told_apart
from junshi.page.runs.record import WITH_SCENARIO, Kind
from junshi.page.runs.store import Run

router = APIRouter(tags=["compare"])
FLEET = "fleet"
RunId = Annotated[str, Query(max_length=64)]


@router.get("/compare", summary="What differs between two runs")
def compare(left: RunId, right: RunId, serving: Serving) -> Comparison:
    """Tell the differences of inputs and, of two plans, of decisions."""
    one, other = serving.store.get(left), serving.store.get(right)
    first, second = run_row(one, serving), run_row(other, serving)
    inputs = input_differences(_inputs(one), _inputs(other))
    found = Comparison(
        left=first,
        right=second,
        inputs=[InputDifference(**asdict(difference)) for difference in inputs],
        advice=[],
        decisions=[],
        figures=[],
    )
    if one.request.kind is other.request.kind is Kind.PLAN:
        names = told_apart(first.title, second.title)
        sides = PlanSide(names[0], result_of(one)), PlanSide(names[1], result_of(other))
        found.advice = decision_lines(*sides)
        found.decisions = sheet_objects(decision_sheets(*sides))
        found.figures = [*_figures(one, names[0]), *_figures(other, names[1])]
    return found


def _figures(run: Run, title: str) -> list[dict[str, Any]]:
    """Pictures of the fleet of a plan, each titled by its run too."""
    sections = view_of(run)["sections"]
    figures = [figure for section in sections if section["id"] == FLEET for figure in section["figures"]]
    return [figure | {"title": f"{title}: {figure['title']}"} for figure in figures]


def _inputs(run: Run) -> dict[str, Any]:
    """Scenario with its defaults, and the options of the run."""
    scenario = {}
    if run.request.kind in WITH_SCENARIO:
        scenario = scenario_of(run).model_dump(mode="json")
    return scenario | {"options": run.request.options}
