"""The stage problems of the tiny instance are what they were when they were last accepted."""

from __future__ import annotations

import difflib

import pytest

from tests.golden.text import FOLDER, golden_texts

TEXTS = golden_texts()


@pytest.mark.parametrize("name", TEXTS)
def test_stage_problem_is_as_accepted(name: str) -> None:
    """No row, column or bound has changed; accept a meant change with `python -m tests.golden.accept`."""
    accepted = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    changes = list(
        difflib.unified_diff(accepted, TEXTS[name].splitlines(), "accepted", "now", lineterm="", n=0)
    )
    assert not changes, "\n".join(changes)


def test_no_golden_file_is_left_over() -> None:
    """Every golden file belongs to a text that is still made."""
    assert {path.name for path in FOLDER.glob("*.txt")} == set(TEXTS)
