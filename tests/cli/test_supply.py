"""`junshi supply show` as a user starts it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import assert_refused, junshi


def test_history_alone() -> None:
    """Without a file the view of history is shown: states, odds, dwell times, counts and effects."""
    answer = junshi("supply", "show")
    assert answer.code == 0
    for part in ("2025-04-09", "licensed", "lasts, quarters", "Fill rate", "flagship imports", "12 states"):
        assert part in answer.out


def test_json_is_one_object() -> None:
    """Machines get one object with rows of odds that sum to 1."""
    answer = junshi("supply", "show", "--as-of", "2025-03-01", "--json")
    record = json.loads(answer.out)
    assert record["as_of"] == "2025-03-01"
    assert record["initial"] == "restricted/base"
    assert all(abs(sum(row) - 1) < 1e-9 for row in record["transition"])


def test_chinese() -> None:
    """The tables speak Chinese."""
    answer = junshi("--lang", "zh", "supply", "show")
    assert answer.code == 0
    assert "断供" in answer.out
    assert "cut off" not in answer.out


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """Scenario file of the giant."""
    path = tmp_path / "plan.toml"
    assert junshi("init", "--archetype", "giant", "--out", path).code == 0
    return path


def test_of_a_scenario(template: Path) -> None:
    """With a file its view is shown, with the effects on its accelerators in the machine output."""
    record = json.loads(junshi("supply", "show", template, "--json").out)
    assert len(record["effects"]["accelerators"]) == len(record["effects"]["available"])


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [(("none.toml",), ("none.toml", "no such file")), (("--as-of", "2001-01-01"), ("2001-01-01",))],
)
def test_refusals(arguments: tuple[str, ...], parts: tuple[str, ...]) -> None:
    """A missing file, and a day before all events, are one sentence with exit code 2."""
    assert_refused(junshi("supply", "show", *arguments), *parts)


def test_a_day_that_is_none() -> None:
    """A day that is no day is refused by the command line with exit code 2."""
    assert junshi("supply", "show", "--as-of", "soon").code == 2
