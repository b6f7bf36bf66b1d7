"""What a finished run leaves: the object of the command's `--json`, and what a page shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from junshi.page.runs import files
from junshi.show.view import View, both_languages, write_view


@dataclass(frozen=True)
class Outcome:
    """Result of a run.

    Attributes
    ----------
    text : one JSON object, as the command prints it with `--json`
    view : builds what a page shows, in the current language
    stopped : the user stopped it; the result is what was found so far
    """

    text: str
    view: Callable[[], View]
    stopped: bool = False


def write_outcome(folder: Path, outcome: Outcome) -> None:
    """Write both; the object comes last, since a reader looks for it first."""
    write_view(folder, both_languages(outcome.view))
    files.write_bytes(folder / files.RESULT, (outcome.text + "\n").encode())
