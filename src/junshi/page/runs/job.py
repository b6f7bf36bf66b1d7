"""What a worker has of its run: the request, how it tells progress, keeps its policy, and hears of a stop."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from junshi.page.runs import files
from junshi.page.runs.pool import INTERRUPTED
from junshi.page.runs.record import Request, State, Status, now
from junshi.plan.decomposition.checkpoint import save_policy
from junshi.plan.planner import PlanProgress

TELL_SECONDS = 0.2
FIRST_KEEP_SECONDS, KEEP_SECONDS, KEEP_SHARE = 1.0, 10.0, 0.05
"""Seconds until the policy is first kept and between two times, and most share of the time for keeping."""
STDIN = 0
PATIENCE_SECONDS = 15.0
"""How long a part that does not look for a stop may go on after one was asked for."""


class Gone(Exception):
    """The server has ended: what there is is kept, the run can go on later."""


class Stopped(Exception):
    """The user has stopped a run that has no result yet."""


class Job:
    """One run being worked on, inside its own process."""

    def __init__(self, folder: Path) -> None:
        request, state = files.read_json(folder / files.REQUEST), files.read_json(folder / files.STATE)
        if request is None or state is None:
            message = f"not the folder of a run: {folder}"
            raise ValueError(message)
        self.folder = folder
        self.request, self.state = Request.of(request), State.of(state)
        self.options = self.request.options
        self.gives_partial_result = False
        self._gone, self._cancelled = threading.Event(), threading.Event()
        self._started = time.monotonic()
        self._told = self._kept = 0.0
        self._keep_every = FIRST_KEEP_SECONDS
        self._progress: dict[str, Any] = {}

    @property
    def spent(self) -> float:
        """Seconds that this run has taken, earlier processes included."""
        return self.state.seconds + time.monotonic() - self._started

    @property
    def scenario(self) -> Path:
        """The scenario file."""
        return self.folder / files.SCENARIO

    @property
    def policy(self) -> Path:
        """The policy as last kept."""
        return self.folder / files.POLICY

    def watch(self) -> None:
        """Hear of a stop: the file `cancel`, a signal, or the end of the server's pipe."""
        signal.signal(signal.SIGTERM, self._hear)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=self._watch_server, daemon=True).start()
        threading.Thread(target=self._watch_cancel, daemon=True).start()

    def _hear(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._gone.set()

    def _watch_server(self) -> None:
        """Wait for the end of the pipe from the server, then for the run to notice, then leave anyway."""
        while os.read(STDIN, 1):  # not through sys.stdin, whose lock would hold up the end of the process
            pass
        self._gone.set()
        time.sleep(PATIENCE_SECONDS)
        os._exit(INTERRUPTED)

    def _watch_cancel(self) -> None:
        """Look for the file `cancel`; end a run that has nothing to keep and does not listen."""
        while not (self.folder / files.CANCEL).exists():
            time.sleep(TELL_SECONDS)
        self._cancelled.set()
        if self.gives_partial_result:
            return
        time.sleep(PATIENCE_SECONDS)
        self.end(Status.STOPPED)
        os._exit(0)

    def planning(self, fingerprint: str, currency: str, seconds: float) -> Callable[[PlanProgress], bool]:
        """Give what a plan calls after each iteration; it keeps the policy from time to time.

        Parameters
        ----------
        fingerprint : of the inputs, kept with the policy
        seconds : limit of this plan, to tell what remains
        """

        def on_progress(progress: PlanProgress) -> bool:
            asked = self._cancelled.is_set() or self._gone.is_set()
            if progress.policy is not None and (asked or self._keep_is_due()):
                begun = time.monotonic()
                save_policy(progress.policy, self.policy, fingerprint)
                self._kept = time.monotonic()
                self._keep_every = max(KEEP_SECONDS, (self._kept - begun) / KEEP_SHARE)
            self._tell(
                iteration=progress.iteration,
                lower_bound=progress.lower_bound,
                gap=progress.gap,
                currency=currency,
                remaining=max(0.0, seconds - progress.seconds),
            )
            self._heed()
            return self._cancelled.is_set()

        return on_progress

    def _keep_is_due(self) -> bool:
        return time.monotonic() - (self._kept or self._started) >= self._keep_every

    def step(self, done: int, count: int) -> None:
        """Tell that so many of so many steps are done."""
        elapsed = time.monotonic() - self._started
        remaining = elapsed / done * (count - done) if done else None
        self._tell(is_due=True, step=done, steps=count, remaining=remaining)
        self._heed()

    def _heed(self) -> None:
        """Leave when the server has gone, or the user has stopped what gives no partial result."""
        if self._gone.is_set():
            raise Gone
        if self._cancelled.is_set() and not self.gives_partial_result:
            raise Stopped

    def _tell(self, *, is_due: bool = False, **fields: Any) -> None:
        """Write the progress, not more often than a reader can see."""
        self._progress |= fields
        at = time.monotonic()
        if is_due or at - self._told >= TELL_SECONDS:
            self._told = at
            files.write_json(self.folder / files.PROGRESS, self._progress | {"seconds": self.spent})

    def end(self, status: Status, error: dict[str, str] | None = None) -> None:
        """Write the last progress and the last state."""
        self._tell(is_due=True, remaining=0.0)
        state = State(
            status, started=self.state.started, finished=now(), seconds=self.spent, error=error or {}
        )
        files.write_json(self.folder / files.STATE, state.to_object())
