"""Progress of a plan on a terminal: proven bound, gap, time left; silent when told, sparse when piped."""

from __future__ import annotations

import math
import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from junshi.show.numbers import money, percent
from junshi.text import say

SECONDS_BETWEEN_LINES = 10.0


class PlanProgress:
    """Line of progress that is updated in place; where there is no terminal, a plain line now and then.

    Parameters
    ----------
    console : of standard error, so that standard output stays for results
    seconds : time limit of the plan; None when there is none
    quiet : show nothing
    """

    def __init__(
        self, console: Console, currency: str, seconds: float | None, *, quiet: bool = False
    ) -> None:
        self._console = console
        self._currency = currency
        self._seconds = seconds
        self._quiet = quiet
        self._last_line = -math.inf
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )
        self._task = self._progress.add_task(say("show.progress_preparing"), total=seconds)

    def __enter__(self) -> PlanProgress:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def update(self, iteration: int, lower_bound: float, seconds: float, gap: float | None = None) -> None:
        """Show where the search stands.

        Parameters
        ----------
        lower_bound : proven so far, in the currency
        seconds : since the start of the search
        gap : latest estimate; None before there is one
        """
        if self._quiet:
            return
        parts = [say("show.progress_iteration", iteration=iteration)]
        if math.isfinite(lower_bound):
            parts.append(say("show.progress_bound", bound=money(lower_bound, self._currency)))
        if gap is not None and math.isfinite(gap):
            parts.append(say("show.progress_gap", gap=percent(max(gap, 0.0), 1)))
        if self._seconds is not None:
            left = max(self._seconds - seconds, 0.0)
            parts.append(say("show.progress_left", seconds=f"{left:.0f}"))
        text = ", ".join(parts)
        if self._console.is_terminal:
            completed = None if self._seconds is None else min(seconds, self._seconds)
            self._progress.update(self._task, description=text, completed=completed)
        elif time.monotonic() - self._last_line >= SECONDS_BETWEEN_LINES:
            self._last_line = time.monotonic()
            self._console.print(text, markup=False)
