"""Uploads: a log to demand, a code base to a scan."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, File, Form, Request, UploadFile

from junshi.page.api.runs import require_start
from junshi.page.api.schema import Created, DemandFound
from junshi.page.api.state import Served, Serving
from junshi.page.refusal import Refusal
from junshi.page.runs import files, record
from junshi.page.runs.kinds.names import DEMAND_FILE
from junshi.page.runs.pool import run_now
from junshi.page.runs.record import Kind, Status
from junshi.page.runs.store import Run
from junshi.page.uploads import name_of
from junshi.porting.targets.target import parse_targets
from junshi.text import current_language, say

router = APIRouter(tags=["uploads"], prefix="/uploads")
DEMAND_SECONDS = 120.0
LONGEST_QUARTERS = 80
_reading = threading.BoundedSemaphore(2)
Uploaded = Annotated[UploadFile, File(description="The file; its name is shown, never opened")]
Word = Annotated[str, Form(max_length=80)]


@router.post("/demand", summary="Read a job log or a serving log")
def demand(
    file: Uploaded,
    request: Request,
    serving: Serving,
    period: Annotated[Literal["day", "week", "quarter"], Form()] = "quarter",
    horizon: Annotated[int, Form(ge=1, le=LONGEST_QUARTERS)] = 20,
    model: Annotated[Literal["auto", "flat", "drift", "trend"], Form()] = "auto",
) -> DemandFound:
    """Make a demand file of it, in a process of its own; the id names it in a scenario."""
    require_start(request, serving)
    upload = serving.uploads.keep_log(file.file)
    options = {"period": period, "horizon": horizon, "model": model}
    try:
        return _read(_wanted(Kind.DEMAND, file, upload, options), upload, serving)
    finally:
        serving.uploads.forget(upload)


def _read(wanted: record.Request, upload: str, served: Served) -> DemandFound:
    """Work on the log at once, with few others at the same time."""
    if not _reading.acquire(timeout=1.0):
        raise Refusal(429, "page_api.busy_reading")
    try:
        run = served.store.create(wanted, {}, {name_of(upload): served.uploads.path(upload)})
        try:
            run_now(served.store, run, DEMAND_SECONDS)
            return _found(served.store.get(run.request.id), served)
        finally:
            served.store.delete(served.store.get(run.request.id))
    finally:
        _reading.release()


def _found(run: Run, served: Served) -> DemandFound:
    if run.state.status is not Status.FINISHED:
        sentence = run.state.error.get(current_language()) or say("page_api.worker_broke")
        raise Refusal(422, "page_api.said", sentence=sentence)
    text = (run.folder / DEMAND_FILE).read_text(encoding="utf-8")
    upload = served.uploads.keep_demand(text)
    return DemandFound(id=upload, file=name_of(upload), demand_toml=text, view=_view(run))


def _view(run: Run) -> dict[str, object] | None:
    return files.read_json(run.folder / files.VIEW / f"{current_language()}.json")


@router.post("/code", status_code=202, summary="Scan a code base")
def code(
    file: Uploaded,
    request: Request,
    serving: Serving,
    to: Word = "cann",
    chip: Word = "",
    framework: Word = "",
    shape: Annotated[Literal["", "in_place", "parallel_backend", "plugin"], Form()] = "",
) -> Created:
    """Put a scan of a zip or tar archive into the queue; nothing of it is unpacked or executed."""
    ecosystems, chips = _words(to), _words(chip)
    parse_targets(ecosystems, chips, framework or None)
    options = {"to": ecosystems, "chip": chips, "framework": framework or None, "shape": shape or None}
    require_start(request, serving)
    upload = serving.uploads.keep_archive(file.file)
    wanted = _wanted(Kind.SCAN, file, upload, options)
    serving.pool.add(serving.store.create(wanted, {}, {name_of(upload): serving.uploads.path(upload)}))
    return Created(id=wanted.id)


def _words(text: str) -> list[str]:
    """Words of a list, parted by commas or blanks."""
    return text.replace(",", " ").split()


def _wanted(kind: Kind, file: UploadFile, upload: str, options: Mapping[str, object]) -> record.Request:
    """Request of a run that reads an upload; its title is the name that the client gave the file."""
    shown = "".join(letter for letter in (file.filename or "") if letter.isprintable())[:200]
    return record.Request(
        id=files.new_id(),
        kind=kind,
        title=shown,
        created=record.now(),
        language=current_language(),
        upload=name_of(upload),
        options=dict(options),
    )
