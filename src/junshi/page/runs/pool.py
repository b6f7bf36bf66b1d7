"""The queue: so many runs are worked on at once, each in a process of its own; the others wait in order."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections import deque

from junshi.page.refusal import Refusal
from junshi.page.runs import files
from junshi.page.runs.record import State, Status, now
from junshi.page.runs.store import Run, Store
from junshi.text import LANGUAGES, say

GRACE_SECONDS = 20.0
"""What a worker gets to save its policy when the server ends."""


class Pool:
    """Starts workers and waits for them; a thread for each, no more than `at_once`."""

    def __init__(self, store: Store, at_once: int, waiting: int) -> None:
        self.store, self.at_once, self.waiting = store, at_once, waiting
        self._queue: deque[str] = deque()
        self._working: dict[str, subprocess.Popen[bytes] | None] = {}
        self._lock = threading.RLock()
        self._closed = False
        self._threads: list[threading.Thread] = []
        store.is_ours = self.is_working

    def start(self) -> None:
        """Take up the runs that waited when the server last ended, the oldest first."""
        waiting = [run for run in self.store.all() if run.state.status is Status.QUEUED]
        with self._lock:
            self._queue.extend(run.request.id for run in reversed(waiting))
        self._fill()

    def is_working(self, run_id: str) -> bool:
        """Whether a worker of this server is on a run."""
        with self._lock:
            return run_id in self._working

    def place(self, run_id: str) -> int | None:
        """How many runs are before this one in the queue; None when it does not wait."""
        with self._lock:
            return self._queue.index(run_id) if run_id in self._queue else None

    def require_room(self) -> None:
        """Refusal 429 when the queue is full."""
        with self._lock:
            if len(self._queue) >= self.waiting:
                raise Refusal(429, "page_api.queue_full", most=self.waiting)

    def add(self, run: Run) -> None:
        """Put a run at the end of the queue."""
        with self._lock:
            self._queue.append(run.request.id)
        self._fill()

    def cancel(self, run: Run) -> None:
        """Ask a run to stop; one that waits stops at once."""
        with self._lock:
            if run.request.id in self._queue:
                self._queue.remove(run.request.id)
                self.store.finish(run.request.id, Status.STOPPED)
                return
        if run.state.status is not Status.RUNNING:
            raise Refusal(409, "page_api.not_running")
        (run.folder / files.CANCEL).touch()

    def close(self) -> None:
        """Ask all workers to save and end, and wait for them; what waits keeps its place on the disk."""
        with self._lock:
            self._closed = True
            working = [process for process in self._working.values() if process is not None]
        for process in working:
            _hang_up(process)
        for thread in list(self._threads):
            thread.join(GRACE_SECONDS)
        for process in working:
            if process.poll() is None:
                process.kill()

    def _fill(self) -> None:
        """Start as many runs as there is room for."""
        with self._lock:
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            while not self._closed and self._queue and len(self._working) < self.at_once:
                run_id = self._queue.popleft()
                self._working[run_id] = None
                thread = threading.Thread(target=self._work, args=(run_id,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _work(self, run_id: str) -> None:
        """Start the worker of a run, wait for its end, and see to what it left."""
        try:
            run = self.store.find(run_id)
            if run is not None and run.state.status is Status.QUEUED:
                self._run(run)
        finally:
            with self._lock:
                self._working.pop(run_id, None)
            self._fill()

    def _run(self, run: Run) -> None:
        run_id = run.request.id
        started = run.state.started or now()
        self.store.set_state(run_id, State(Status.RUNNING, started=started, seconds=run.state.seconds))
        with (run.folder / files.LOG).open("ab") as log, self._lock:
            if self._closed:
                self.store.set_state(run_id, run.state)
                return
            process = start_worker(run, log.fileno())
            self._working[run_id] = process
        code = process.wait()
        _hang_up(process)
        after = files.read_json(run.folder / files.STATE) or {}
        if after.get("status") != Status.RUNNING or self._closed:
            return
        if code < 0 or code == INTERRUPTED:
            return  # its process was lost: told as interrupted from now on
        self.store.finish(run_id, Status.FAILED, _in_all_languages("page_api.worker_broke"))


INTERRUPTED = 75
"""Exit code of a worker that was told to end and has saved what it had."""


def start_worker(run: Run, log: int) -> subprocess.Popen[bytes]:
    """Process that works on a run; it ends when the pipe to its standard input does."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "junshi.page.runs.worker", str(run.folder.resolve())],
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def run_now(store: Store, run: Run, seconds: float) -> None:
    """Work on a run outside the queue and wait for it, for what is answered at once.

    Raises
    ------
    Refusal : it takes longer than `seconds`
    """
    store.set_state(run.request.id, State(Status.RUNNING, started=now()))
    with (run.folder / files.LOG).open("ab") as log:
        process = start_worker(run, log.fileno())
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired as late:
        raise Refusal(413, "page_api.too_slow", seconds=int(seconds)) from late
    finally:
        process.kill()
        process.wait()
        _hang_up(process)
    if store.get(run.request.id).state.status not in {Status.FINISHED, Status.FAILED}:
        store.finish(run.request.id, Status.FAILED, _in_all_languages("page_api.worker_broke"))


def _hang_up(process: subprocess.Popen[bytes]) -> None:
    """Close the pipe to a worker."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()


def _in_all_languages(key: str) -> dict[str, str]:
    return {language: say(key, language=language) for language in LANGUAGES}
