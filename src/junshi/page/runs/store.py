"""All runs of a server: one folder each, named by its id; the folders are the truth."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from junshi.page.limits import MOST_RUNS
from junshi.page.refusal import Refusal
from junshi.page.runs import files
from junshi.page.runs.lock import is_held
from junshi.page.runs.record import LIVE, Request, State, Status, now

FOLDER = "runs"


@dataclass(frozen=True)
class Run:
    """One run as its folder tells it."""

    folder: Path
    request: Request
    state: State
    progress: dict[str, Any]


class Store:
    """Makes, finds, lists and deletes runs."""

    def __init__(self, root: Path) -> None:
        self.folder = root / FOLDER
        self.folder.mkdir(parents=True, exist_ok=True)
        self.is_ours: Callable[[str], bool] = lambda run_id: False  # noqa: ARG005 - the pool sets it

    def create(self, request: Request, texts: dict[str, str], inputs: dict[str, Path]) -> Run:
        """Make the folder of a run: it appears whole, with state `queued`.

        Parameters
        ----------
        texts : file name → text
        inputs : file name → file that is copied into the folder
        """
        if len(self._ids()) >= MOST_RUNS:
            raise Refusal(429, "page_api.too_many_runs", most=MOST_RUNS)
        part = self.folder / f".{request.id}.part"
        part.mkdir()
        try:
            for name, text in texts.items():
                files.write_bytes(part / name, text.encode())
            for name, source in inputs.items():
                _copy(source, part / name)
            files.write_json(part / files.REQUEST, request.to_object())
            files.write_json(part / files.STATE, State(Status.QUEUED).to_object())
            part.rename(self.folder / request.id)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        return self.get(request.id)

    def get(self, run_id: str) -> Run:
        """Run with this id; Refusal 404 when there is none."""
        found = self.find(run_id)
        if found is None:
            raise Refusal(404, "page_api.no_run")
        return found

    def find(self, run_id: str) -> Run | None:
        """Run with this id, or None."""
        if not files.is_id(run_id):
            return None
        folder = self.folder / run_id
        asked, told = files.read_json(folder / files.REQUEST), files.read_json(folder / files.STATE)
        if asked is None or told is None:
            return None
        try:
            request, state = Request.of(asked), State.of(told)
        except (TypeError, ValueError, KeyError):
            return None
        progress = files.read_json(folder / files.PROGRESS) or {}
        return Run(folder, request, self._now(folder, request, state), progress)

    def _now(self, folder: Path, request: Request, state: State) -> State:
        """State with a run whose process is gone told as interrupted."""
        if state.status is not Status.RUNNING or self.is_ours(request.id) or is_held(folder / files.LOCK):
            return state
        told = files.read_json(folder / files.STATE)  # its process may have ended between the two looks
        if told is not None and told.get("status") != Status.RUNNING:
            return State.of(told)
        return replace(state, status=Status.INTERRUPTED)

    def all(self) -> list[Run]:
        """All runs, the newest first."""
        runs = [run for run in map(self.find, self._ids()) if run is not None]
        return sorted(runs, key=lambda run: (run.request.created, run.request.id), reverse=True)

    def _ids(self) -> list[str]:
        with os.scandir(self.folder) as entries:
            return [entry.name for entry in entries if files.is_id(entry.name)]

    def set_state(self, run_id: str, state: State) -> None:
        """Write a run's state."""
        files.write_json(self.folder / run_id / files.STATE, state.to_object())

    def requeue(self, run: Run) -> Run:
        """Put a run back into the state `queued`; what it has spent stays known."""
        if run.state.status in LIVE:
            raise Refusal(409, "page_api.still_running")
        if run.state.status is Status.FINISHED:
            raise Refusal(409, "page_api.finished")
        (run.folder / files.CANCEL).unlink(missing_ok=True)
        spent = float(run.progress.get("seconds") or 0.0)
        self.set_state(run.request.id, State(Status.QUEUED, started=run.state.started, seconds=spent))
        return self.get(run.request.id)

    def delete(self, run: Run) -> None:
        """Remove a run that is not being worked on."""
        if run.state.status is Status.RUNNING:
            raise Refusal(409, "page_api.still_running")
        gone = self.folder / f".{run.request.id}.gone"
        run.folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)

    def finish(self, run_id: str, status: Status, error: dict[str, str] | None = None) -> None:
        """Write the last state of a run."""
        told = files.read_json(self.folder / run_id / files.STATE) or {}
        spent = {"started": str(told.get("started", "")), "seconds": float(told.get("seconds", 0.0))}
        self.set_state(run_id, State(status, finished=now(), error=error or {}, **spent))  # type: ignore[arg-type]


def _copy(source: Path, target: Path) -> None:
    """Copy a file, as a second name of the same bytes where the disk can."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
