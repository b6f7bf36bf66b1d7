"""What is printed is what is in the sheet; progress keeps to standard error's console."""

from __future__ import annotations

import io

from rich.console import Console

from junshi.show.progress import PlanProgress
from junshi.show.sheet import Column, Sheet
from junshi.show.terminal import print_sheet


def _console(*, is_terminal: bool = False) -> Console:
    return Console(file=io.StringIO(), width=80, force_terminal=is_terminal, highlight=False)


def _printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_cells_are_text_not_markup() -> None:
    """Brackets in a name are printed, not taken for colours."""
    console = _console()
    print_sheet(console, Sheet("T[red]", (Column("a"),), (("[bold]x[/bold]",),), "n[/]"))
    for text in ("T[red]", "[bold]x[/bold]", "n[/]"):
        assert text in _printed(console)


def test_progress_is_silent_when_quiet() -> None:
    """With --quiet nothing is shown."""
    console = _console()
    with PlanProgress(console, "CNY", 60, quiet=True) as progress:
        progress.update(1, 1e9, 1.0, 0.02)
    assert _printed(console) == ""


def test_progress_in_a_pipe_is_a_plain_line() -> None:
    """Without a terminal a line now and then says bound, gap and time left."""
    console = _console()
    with PlanProgress(console, "CNY", 60) as progress:
        progress.update(1, 1e9, 1.0, 0.02)
        progress.update(2, 1e9, 2.0, 0.02)
    assert _printed(console) == "iteration 1, proven bound 1 B CNY, gap 2.0 %, 59 s left\n"


def test_progress_before_there_is_a_bound() -> None:
    """Minus infinity is no bound to show."""
    console = _console()
    with PlanProgress(console, "CNY", None) as progress:
        progress.update(0, float("-inf"), 0.0)
    assert _printed(console) == "iteration 0\n"


def test_progress_on_a_terminal() -> None:
    """A terminal gets one line that is updated."""
    console = _console(is_terminal=True)
    with PlanProgress(console, "CNY", 60) as progress:
        progress.update(1, 1e9, 1.0, 0.02)
    assert "iteration 1" in _printed(console)
