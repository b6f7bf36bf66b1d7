"""`junshi plan` through the real command: words, JSON, run folder, resume, interruption, refusals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from junshi.scenario.archetypes import template
from junshi.terms import Archetype
from tests.cli.command import Answer, assert_refused, junshi
from tests.cli.small_scenario import small_scenario
from tests.show.test_plan_shown import KEYS_OF_THE_ISSUE


def _object(answer: Answer) -> dict[str, Any]:
    """The one JSON object on standard output."""
    assert answer.code == 0, answer.err
    found = json.loads(answer.out)
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def exact(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Object of the whole tree of the small scenario."""
    file = small_scenario(tmp_path_factory.mktemp("exact"))
    return _object(junshi("plan", file, "--extensive", "--json"))


def test_plan_in_words(tmp_path: Path) -> None:
    """Without options the plan is told in words and tables, progress stays on standard error."""
    answer = junshi("plan", small_scenario(tmp_path))
    assert answer.code == 0, answer.err
    for part in (
        "What runs where",
        "Next quarter (2027-Q2)",
        "Expected cost of the 3 quarters",
        "that is proven",
    ):
        assert part in answer.out
    assert "Traceback" not in answer.err


def test_plan_in_chinese(tmp_path: Path) -> None:
    """The same in Chinese."""
    answer = junshi("plan", small_scenario(tmp_path), "--lang", "zh", "--quiet")
    assert answer.code == 0
    assert "下一季度（2027-Q2）" in answer.out
    assert answer.err == ""


def test_plan_as_json(tmp_path: Path, exact: dict[str, Any]) -> None:
    """`--json` prints one object with every key promised; its bound and gap agree with the whole tree."""
    found = _object(junshi("plan", small_scenario(tmp_path), "--json", "--gap", "0.001", "--quiet"))
    assert set(found) >= KEYS_OF_THE_ISSUE
    assert found["lower_bound"] <= exact["objective"] * (1 + 1e-6)
    assert found["lower_bound"] >= exact["objective"] * 0.99
    assert found["gap"] <= 0.01
    assert [row["quarter"] for row in found["survivability"]][-1] == "2027-Q3"


def test_whole_tree_has_an_exact_objective(exact: dict[str, Any]) -> None:
    """`--extensive` adds `objective`, and its gap is zero."""
    assert exact["method"] == "extensive"
    assert exact["objective"] == pytest.approx(exact["lower_bound"], rel=1e-6)
    assert exact["gap"] == pytest.approx(0, abs=1e-6)


def test_workers_do_not_change_the_plan(tmp_path: Path) -> None:
    """One process and two give the same plan to the last digit."""
    file = small_scenario(tmp_path)
    plans = []
    for workers in ("1", "2"):
        found = _object(junshi("plan", file, "--json", "--quiet", "--seed", "3", "--workers", workers))
        plans.append({key: value for key, value in found.items() if key != "seconds"})
    assert plans[0] == plans[1]


def test_run_folder_and_resume(tmp_path: Path) -> None:
    """`--out` writes the folder; `--resume` goes on from its policy, in which nothing is forgotten."""
    file, run = small_scenario(tmp_path), tmp_path / "runs" / "one"
    first = junshi("plan", file, "--out", run, "--quiet")
    assert first.code == 0, first.err
    kept = json.loads((run / "plan.json").read_text(encoding="utf-8"))
    record = json.loads((run / "run.json").read_text(encoding="utf-8"))
    assert {"version", "inputs_hash", "seed", "solver_status"} <= set(record)
    assert (run / "scenario.toml").read_text(encoding="utf-8") == file.read_text(encoding="utf-8")
    assert (run / "tables" / "placement.parquet").exists()
    again = _object(junshi("plan", file, "--resume", run, "--json", "--quiet", "--gap", "0"
                           , "--seconds", "3"))  # fmt: skip
    assert again["iterations"] > kept["iterations"]
    assert again["lower_bound"] >= kept["lower_bound"]


def test_resume_from_another_scenario_is_refused(tmp_path: Path) -> None:
    """A policy of other inputs is not gone on from."""
    run = tmp_path / "run"
    assert junshi("plan", small_scenario(tmp_path), "--out", run, "--quiet").code == 0
    other = small_scenario(tmp_path, "units = 60", "units = 61")
    assert_refused(junshi("plan", other, "--resume", run, "--quiet"))


def test_resume_from_nothing_is_refused(tmp_path: Path) -> None:
    """A run folder that is not there is told, and so is resuming a whole tree."""
    file = small_scenario(tmp_path)
    assert_refused(junshi("plan", file, "--resume", tmp_path / "none", "--quiet"))
    assert_refused(
        junshi("plan", file, "--resume", tmp_path, "--extensive"), "leave out --extensive or --resume"
    )


def test_file_in_place_of_the_folder_is_told_before_planning(tmp_path: Path) -> None:
    """`--out` on a file is refused at once."""
    (tmp_path / "run").write_text("mine", encoding="utf-8")
    assert_refused(junshi("plan", small_scenario(tmp_path), "--out", tmp_path / "run"), "not a folder")


def test_mps_is_written(tmp_path: Path) -> None:
    """`--write-mps` writes a file that begins and ends as MPS does, and still plans."""
    mps = tmp_path / "new" / "tree.mps"
    _object(junshi("plan", small_scenario(tmp_path), "--write-mps", mps, "--extensive", "--json"))
    text = mps.read_text(encoding="utf-8")
    assert text.startswith("NAME")
    assert "ROWS" in text
    assert text.rstrip().endswith("ENDATA")


def test_workload_that_nothing_can_run(tmp_path: Path) -> None:
    """An impossible latency is an answer with reasons, exit code 3, not a traceback."""
    file = small_scenario(tmp_path, "peak_to_mean = 1.5", "latency = { tpot_ms = 0.001 }")
    answer = junshi("plan", file)
    assert answer.code == 3
    assert '"chat"' in answer.err
    assert "Traceback" not in answer.err


def test_tree_that_is_too_large(tmp_path: Path) -> None:
    """The whole tree of twelve quarters is refused with what to do instead, exit code 3."""
    answer = junshi("plan", small_scenario(tmp_path, "quarters = 3", "quarters = 12"), "--extensive")
    assert answer.code == 3
    assert "without --extensive" in answer.err


@pytest.mark.slow
def test_interrupt_keeps_the_plan_so_far(tmp_path: Path) -> None:
    """Ctrl-C ends with the plan so far, its gap and the run folder, exit code 130."""
    file, run = tmp_path / "giant.toml", tmp_path / "run"
    file.write_text(template(Archetype.GIANT, "en"), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "junshi", "plan", file, "--out", run, "--seconds", "100", "--gap", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "JUNSHI_LANG": "en"},
        start_new_session=True,
    )
    assert process.stderr is not None
    first = process.stderr.readline()
    assert "iteration" in first
    time.sleep(1)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "you asked for it" in out
    assert "--resume" in err
    assert "Traceback" not in err
    assert json.loads((run / "plan.json").read_text(encoding="utf-8"))["stop_reason"] == "asked"
