"""Runs: start, list, watch, stop, go on, read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi import Path as InPath
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from junshi.page.api.defaults import options_of
from junshi.page.api.described import progress_of, run_object, run_row
from junshi.page.api.schema import Created, Error, RunAsked, RunObject, RunRow, TomlText
from junshi.page.api.state import Served, Serving
from junshi.page.refusal import Refusal
from junshi.page.runs import files, record
from junshi.page.runs.kinds.names import BASE_POLICY
from junshi.page.runs.record import FROM_POLICY, LIVE, WITH_SCENARIO, Kind, Status
from junshi.page.runs.store import Run
from junshi.page.scenario_text import require_scenario, upload_names
from junshi.text import current_language

router = APIRouter(tags=["runs"])
RunId = Annotated[str, InPath(max_length=64)]
POLL_SECONDS = 0.4
KEEP_ALIVE_POLLS = 35
WITH_RESULT = frozenset({Status.FINISHED, Status.STOPPED})
REFUSED: dict[int | str, dict[str, Any]] = {429: {"model": Error}}


@router.post("/runs", status_code=202, responses=REFUSED, summary="Start a run")
def start(asked: RunAsked, request: Request, serving: Serving) -> Created:
    """Check what is asked, and put it into the queue."""
    if asked.kind in {Kind.SCAN, Kind.DEMAND}:
        raise Refusal(422, "page_api.by_upload", kind=asked.kind.value)
    text, base = _source(asked, serving)
    title, inputs = asked.title, {}
    if text is not None:
        folder = base.folder if base is not None else serving.uploads.folder
        scenario = require_scenario(text, folder)
        title = title or scenario.organisation.name
        inputs = {name: folder / name for name in upload_names(text)}
        if base is not None and asked.kind in FROM_POLICY and (base.folder / files.POLICY).is_file():
            inputs[BASE_POLICY] = base.folder / files.POLICY
    texts = {} if text is None else {files.SCENARIO: text}
    wanted = record.Request(
        id=files.new_id(),
        kind=asked.kind,
        title=title,
        created=record.now(),
        language=current_language(),
        base="" if base is None else base.request.id,
        options=options_of(asked.kind, asked.options),
    )
    return enqueue(wanted, texts, inputs, request, serving)


def enqueue(
    wanted: record.Request, texts: dict[str, str], inputs: dict[str, Path], request: Request, served: Served
) -> Created:
    """Put a run into the queue, within the limits."""
    require_start(request, served)
    served.pool.add(served.store.create(wanted, texts, inputs))
    return Created(id=wanted.id)


def require_start(request: Request, served: Served) -> None:
    """Refuse a start when the queue is full or the client has started too many."""
    served.pool.require_room()
    client = "" if request.client is None else request.client.host
    if not served.starts.allows(client):
        raise Refusal(429, "page_api.too_often", most=served.settings.starts_per_minute)


def _source(asked: RunAsked, served: Served) -> tuple[str | None, Run | None]:
    """Text of the scenario, and the run that it is from."""
    given = [name for name in ("toml", "draft", "run") if getattr(asked, name) is not None]
    if asked.kind not in WITH_SCENARIO:
        if given:
            raise Refusal(422, "page_api.no_scenario", kind=asked.kind.value)
        return None, None
    if len(given) != 1:
        raise Refusal(422, "page_api.one_scenario")
    if asked.run is not None:
        base = served.store.get(asked.run)
        return scenario_text(base), base
    return asked.toml if asked.draft is None else served.drafts.get(asked.draft).toml, None


def scenario_text(run: Run) -> str:
    """Text of a run's scenario; Refusal 404 for kinds that have none."""
    path = run.folder / files.SCENARIO
    if not path.is_file():
        raise Refusal(404, "page_api.run_without_scenario")
    return path.read_text(encoding="utf-8")


@router.get("/runs", summary="List all runs, the newest first")
def list_runs(serving: Serving) -> list[RunRow]:
    """Give a line for each run."""
    return [run_row(run, serving) for run in serving.store.all()]


@router.get("/runs/{run}", summary="One run")
def read_run(run: RunId, serving: Serving) -> RunObject:
    """Give status, progress and a summary of the scenario."""
    return run_object(serving.store.get(run), serving)


@router.get("/runs/{run}/events", response_class=StreamingResponse, summary="Progress as it comes")
def events(run: RunId, serving: Serving) -> StreamingResponse:
    """Server-sent events `progress`, the last one with the status that the run ended in."""
    serving.store.get(run)
    return StreamingResponse(
        _events(run, serving), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
    )


async def _events(run_id: str, served: Served) -> AsyncIterator[str]:
    last, unchanged = "", 0
    while True:
        run = await run_in_threadpool(served.store.find, run_id)
        if run is None:
            return
        text = json.dumps(progress_of(run, served).model_dump(mode="json"), ensure_ascii=False)
        if text != last:
            yield f"event: progress\ndata: {text}\n\n"
            last, unchanged = text, 0
        if run.state.status not in LIVE:
            return
        unchanged += 1
        if unchanged % KEEP_ALIVE_POLLS == 0:
            yield ": still here\n\n"
        await asyncio.sleep(POLL_SECONDS)


@router.post("/runs/{run}/cancel", summary="Stop a run and keep what it has")
def cancel(run: RunId, serving: Serving) -> RunObject:
    """Ask the run to stop; a plan keeps the result so far."""
    serving.pool.cancel(serving.store.get(run))
    return run_object(serving.store.get(run), serving)


@router.post("/runs/{run}/resume", responses=REFUSED, summary="Go on with a run that has stopped")
def resume(run: RunId, request: Request, serving: Serving) -> RunObject:
    """Put the run into the queue again; a plan goes on from the policy that it kept."""
    found = serving.store.get(run)
    require_start(request, serving)
    serving.pool.add(serving.store.requeue(found))
    return run_object(serving.store.get(run), serving)


@router.delete("/runs/{run}", status_code=204, summary="Remove a run")
def delete(run: RunId, serving: Serving) -> Response:
    """Remove its folder; one that is being worked on is refused."""
    found = serving.store.get(run)
    if found.state.status is Status.QUEUED:
        serving.pool.cancel(found)
        found = serving.store.get(run)
    serving.store.delete(found)
    return Response(status_code=204)


@router.get("/runs/{run}/result", summary="The object that the command gives with --json")
def result(run: RunId, serving: Serving) -> dict[str, Any]:
    """Give the result of a run that has one."""
    return result_of(serving.store.get(run))


def result_of(run: Run) -> dict[str, Any]:
    """Result of a run; Refusal 409 when there is none yet, 404 when there will be none."""
    found = files.read_json(run.folder / files.RESULT) if run.state.status in WITH_RESULT else None
    if found is None:
        raise Refusal(409 if run.state.status in LIVE else 404, "page_api.no_result")
    return found


@router.get("/runs/{run}/view", summary="What a page shows of a run")
def view(run: RunId, serving: Serving) -> dict[str, Any]:
    """Give sentences, figures and tables in the language."""
    return view_of(serving.store.get(run))


def view_of(run: Run) -> dict[str, Any]:
    """View of a run in the current language; refusals as of `result_of`."""
    found = None
    if run.state.status in WITH_RESULT:
        found = files.read_json(run.folder / files.VIEW / f"{current_language()}.json")
    if found is None:
        raise Refusal(409 if run.state.status in LIVE else 404, "page_api.no_result")
    return found


@router.get("/runs/{run}/scenario", summary="Scenario file of a run")
def scenario(run: RunId, serving: Serving) -> TomlText:
    """Give the text as it was sent."""
    return TomlText(toml=scenario_text(serving.store.get(run)))
