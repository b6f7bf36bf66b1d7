"""Insights of the page are those of the commands: the same object from the same folder of a run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from junshi.cli.app import run as run_command
from junshi.page.settings import PageSettings
from tests.page.conftest import API, SCENARIO, client_of, ended, start

PLANNED = {"seconds": 120, "gap": 0.2}


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, str, Path]]:
    """Client, a finished plan, and its folder."""
    folder = tmp_path_factory.mktemp("page")
    with client_of(PageSettings(runs=folder)) as client:
        run = start(client, toml=SCENARIO.replace("quarters = 3", "quarters = 2"), options=PLANNED)
        assert ended(client, run)["status"] == "finished"
        yield client, run, folder / "runs" / run


def _without_times(value: Any) -> Any:
    """Value without what the clock says; strategies of a frontier are trained for a time, not to a gap."""
    if isinstance(value, dict):
        kept = {key for key in value if "seconds" not in key and key != "strategies"}
        return {key: _without_times(value[key]) for key in kept}
    return [_without_times(one) for one in value] if isinstance(value, list) else value


def _assert_same(found: Any, expected: Any) -> None:
    """Equal, numbers within a millionth: how far a frontier's bounds are trained depends on the clock."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for key, value in expected.items():
            _assert_same(found[key], value)
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            _assert_same(one, other)
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-6, abs=1e-6)
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        ("stress", {}, []),
        ("playbook", {"paths": 10}, ["--paths", "10"]),
        ("alternatives", {"paths": 10, "count": 1}, ["--paths", "10", "--count", "1"]),
        ("switch", {"paths": 10}, ["--paths", "10"]),
        (
            "sensitivity",
            {"runs": 2, "paths": 2, "break_even": False},
            ["--runs", "2", "--paths", "2", "--no-break-even"],
        ),
        ("certainty", {"paths": 10, "measures": False}, ["--paths", "10", "--no-measures"]),
        ("frontier", {"paths": 10, "points": 3}, ["--paths", "10", "--points", "3"]),
        (
            "backtest",
            {"last": "2023-Q1", "iterations": 2, "lookahead": 2},
            ["--last", "2023-Q1", "--iterations", "2", "--lookahead", "2"],
        ),
    ],
)
def test_insight_is_that_of_the_command(
    planned: tuple[Any, str, Path],
    capsys: pytest.CaptureFixture[str],
    kind: str,
    options: dict[str, Any],
    words: list[str],
) -> None:
    """The result of a run is what the command prints with `--json` for the same scenario and options."""
    client, run, folder = planned
    asked = options | PLANNED if kind != "backtest" else options
    insight = start(client, toml=None, kind=kind, run=run, options=asked)
    told = ended(client, insight)
    assert told["status"] == "finished", told["error"]
    if kind != "backtest":
        words = [*words, "--seconds", "120", "--gap", "0.2"]
    if kind in {"stress", "playbook", "alternatives", "switch", "sensitivity"}:
        words = [*words, "--run", str(folder)]
    assert (
        run_command([kind, str(folder / "scenario.toml"), "--json", "--quiet", "--lang", "en", *words]) == 0
    )
    expected = json.loads(capsys.readouterr().out)
    _assert_same(_without_times(client.get(f"{API}/runs/{insight}/result").json()), _without_times(expected))
    assert client.get(f"{API}/runs/{insight}/view").json()["sections"]
