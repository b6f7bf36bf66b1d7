"""A run as the API tells it."""

from __future__ import annotations

import tomllib

from junshi.page.api.schema import Progress, RunObject, RunRow, ScenarioSummary
from junshi.page.api.state import Served
from junshi.page.runs import files
from junshi.page.runs.record import WITH_SCENARIO, Status
from junshi.page.runs.store import Run
from junshi.scenario.schema import Scenario
from junshi.text import current_language, say

RESUMABLE = frozenset({Status.INTERRUPTED, Status.STOPPED, Status.FAILED})
_PROGRESS = ("iteration", "lower_bound", "gap", "currency", "seconds", "remaining", "step", "steps")


def progress_of(run: Run, served: Served) -> Progress:
    """Progress, with the place in the queue."""
    told = {name: run.progress.get(name) for name in _PROGRESS}
    return Progress(status=run.state.status, ahead=served.pool.place(run.request.id), **told)


def run_row(run: Run, served: Served) -> RunRow:
    """Line of a list."""
    request, state = run.request, run.state
    return RunRow(
        id=request.id,
        kind=request.kind,
        title=request.title or say(f"page_api.kind_{request.kind.value}"),
        status=state.status,
        created=request.created,
        started=state.started,
        finished=state.finished,
        seconds=float(run.progress.get("seconds") or state.seconds),
        progress=progress_of(run, served),
        base=request.base,
        resumable=state.status in RESUMABLE,
        error=_error(run),
    )


def run_object(run: Run, served: Served) -> RunObject:
    """Everything about a run but its result."""
    row = run_row(run, served)
    return RunObject(**row.model_dump(), scenario=_summary(run), options=run.request.options)


def _error(run: Run) -> str:
    """What went wrong, in the current language."""
    if run.state.status is Status.INTERRUPTED:
        return say("page_api.interrupted")
    return run.state.error.get(current_language(), "")


def _summary(run: Run) -> ScenarioSummary | None:
    """Summary of the scenario that the run has a copy of."""
    if run.request.kind not in WITH_SCENARIO:
        return None
    scenario = scenario_of(run)
    return ScenarioSummary(
        organisation=scenario.organisation.name,
        archetype=scenario.organisation.archetype.value,
        currency=scenario.organisation.currency,
        start=scenario.horizon.start,
        quarters=scenario.horizon.quarters,
        risk_weight=scenario.risk.weight,
        accelerators=list(scenario.accelerators),
        workloads=[work.id for work in scenario.workload],
    )


def scenario_of(run: Run) -> Scenario:
    """Scenario of a run, which was checked when the run was made."""
    text = (run.folder / files.SCENARIO).read_text(encoding="utf-8")
    return Scenario.model_validate(tomllib.loads(text))
