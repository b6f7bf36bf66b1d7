"""The commands of insight through the real command: JSON, words in both languages, faults, origins."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import assert_refused, junshi
from tests.cli.small_scenario import small_scenario

QUICK = ("--quiet", "--workers", "1", "--seconds", "5")
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "frontier": ("--points", "3", "--paths", "20", *QUICK),
    "certainty": ("--no-measures", "--paths", "20", *QUICK),
    "stress": QUICK,
    "playbook": ("--paths", "40", *QUICK),
    "alternatives": ("--paths", "20", *QUICK),
    "sensitivity": ("--no-break-even", "--runs", "2", "--paths", "2", *QUICK),
    "switch": ("--paths", "20", *QUICK),
}
KEYS: dict[str, set[str]] = {
    "frontier": {"points", "knee", "strategies", "tail", "currency"},
    "certainty": {"premium", "averted", "evpi", "vss", "neutral", "careful"},
    "stress": {"lasting_cut_off", "shocks", "worst_path", "worst_shock", "grid"},
    "playbook": {"chapters", "rules"},
    "alternatives": {"plan", "alternatives", "ranges", "without"},
    "sensitivity": {"effects", "base", "method"},
    "switch": {"readiness", "exits", "option"},
}


@pytest.mark.parametrize("command", ARGUMENTS)
def test_json_is_one_object_with_its_origins(command: str, tmp_path: Path) -> None:
    """`--json --explain` prints one object with the promised keys, and every input with its source."""
    answer = junshi(command, small_scenario(tmp_path), *ARGUMENTS[command], "--json", "--explain")
    assert answer.code == 0, answer.err
    found: dict[str, Any] = json.loads(answer.out)
    assert set(found) >= KEYS[command]
    assert found["origins"]["figures"]
    assert all(one["source"] for one in found["origins"]["inputs"])
    assert any("line" in one["source"] for one in found["origins"]["inputs"])


@pytest.mark.parametrize("command", ["stress", "switch"])
def test_words_in_chinese_and_a_folder(command: str, tmp_path: Path) -> None:
    """In Chinese the answer is in Chinese; `--out` writes the object, the words and a picture."""
    folder = tmp_path / "out"
    answer = junshi(command, small_scenario(tmp_path), *ARGUMENTS[command], "--lang", "zh", "--out", folder)
    assert answer.code == 0, answer.err
    assert any("\u4e00" <= letter <= "\u9fff" for letter in answer.out)
    assert json.loads((folder / f"{command}.json").read_text(encoding="utf-8"))
    assert list(folder.glob("*.png"))


def test_plan_of_a_run_folder_is_used(tmp_path: Path) -> None:
    """`--run` takes the policy of `junshi plan --out`; a folder without one is refused."""
    file, run = small_scenario(tmp_path), tmp_path / "run"
    assert junshi("plan", file, "--quiet", "--out", run).code == 0
    assert junshi("stress", file, *QUICK, "--run", run).code == 0
    assert_refused(junshi("stress", file, *QUICK, "--run", tmp_path / "none"))


def test_unknown_ecosystem_is_refused(tmp_path: Path) -> None:
    """`junshi switch --from` names what there is."""
    assert_refused(junshi("switch", small_scenario(tmp_path), *QUICK, "--from", "cudda"), "cuda")


def test_quarter_outside_history_is_refused(tmp_path: Path) -> None:
    """`junshi backtest --last` wants a quarter of history."""
    assert_refused(junshi("backtest", small_scenario(tmp_path), "--last", "2031-Q1"), "2031-Q1")
    assert_refused(junshi("backtest", small_scenario(tmp_path), "--last", "soon"), "soon")


def test_backtest_as_json(tmp_path: Path) -> None:
    """The object has the strategies by name with cost, unmet and regret, foresight among them."""
    answer = junshi(
        "backtest",
        small_scenario(tmp_path),
        "--last",
        "2022-Q4",
        "--iterations",
        "2",
        "--lookahead",
        "3",
        "--json",
        "--quiet",
    )
    assert answer.code == 0, answer.err
    strategies = {row["name"]: row for row in json.loads(answer.out)["strategies"]}
    assert set(strategies) >= {"junshi", "foresight", "all_cuda", "all_domestic", "half"}
    assert strategies["foresight"]["regret"] == 0
    assert all(row["regret"] >= -1e-3 * abs(row["cost"]) for row in strategies.values())
