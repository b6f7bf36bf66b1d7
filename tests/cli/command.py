"""The real command in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Answer:
    """What a process said, and its exit code."""

    code: int
    out: str
    err: str


def junshi(
    *arguments: str | Path, folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> Answer:
    """Run `python -m junshi` in English unless the environment says otherwise."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    finished = subprocess.run(
        [sys.executable, "-m", "junshi", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env={**clean, "JUNSHI_LANG": "en", "COLUMNS": "120", **(environment or {})},
        timeout=120,
        check=False,
    )
    return Answer(finished.returncode, finished.stdout, finished.stderr)


def assert_refused(answer: Answer, *parts: str) -> None:
    """Exit code 2, one sentence with the parts on standard error, nothing else anywhere."""
    assert answer.code == 2, answer
    assert answer.out == ""
    assert "Traceback" not in answer.err
    assert len(answer.err.strip().split("\n")) == 1, answer.err
    for part in parts:
        assert part in answer.err
