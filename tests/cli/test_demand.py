"""`junshi demand` as a user starts it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from junshi.demand.document import read_document
from tests.cli.command import assert_refused, junshi

LOGS = Path(__file__).resolve().parents[2] / "examples" / "logs"


def test_tables_and_findings() -> None:
    """Streams, their course and growth are shown, and what was found is said."""
    answer = junshi("demand", LOGS / "jobs.csv.gz")
    assert answer.code == 0
    for part in ("read as openb", "never started", "critical", "80 % interval", "Growth"):
        assert part in answer.out


@pytest.mark.parametrize("ending", ["toml", "csv"])
def test_out_is_read_back(tmp_path: Path, ending: str) -> None:
    """The file that is written can be read, and the line for a scenario is shown."""
    out = tmp_path / f"demand.{ending}"
    answer = junshi("demand", LOGS / "serving.csv.gz", "--out", out, "--horizon", "12")
    assert answer.code == 0
    assert f'demand = {{ file = "demand.{ending}", series = "all.output" }}' in answer.out
    assert len(read_document(out).series[0].forecast) == 12


def test_json_is_one_object() -> None:
    """Machines get the demand file as one object."""
    record = json.loads(junshi("demand", LOGS / "serving.csv.gz", "--json", "--period", "week").out)
    assert [series["name"] for series in record["series"]] == ["all.output", "all.input"]
    assert len(record["series"][0]["values"]) > 100


def test_chinese() -> None:
    """Findings and tables speak Chinese."""
    answer = junshi("--lang", "zh", "demand", LOGS / "jobs.csv.gz")
    assert "从未启动" in answer.out


def test_an_existing_file_is_kept(tmp_path: Path) -> None:
    """A file that exists is replaced only with --force."""
    out = tmp_path / "demand.toml"
    out.write_text("mine", encoding="utf-8")
    assert_refused(junshi("demand", LOGS / "jobs.csv.gz", "--out", out), "exists already")
    assert out.read_text(encoding="utf-8") == "mine"
    assert junshi("demand", LOGS / "jobs.csv.gz", "--out", out, "--force").code == 0


def test_refusals(tmp_path: Path) -> None:
    """Missing, foreign and huge files, and another ending, are one sentence with exit code 2."""
    assert_refused(junshi("demand", tmp_path / "none.csv"), "no such file")
    assert_refused(junshi("demand", __file__), "not a log of a known format")
    assert_refused(junshi("demand", tmp_path), "not a readable file")
    assert_refused(junshi("demand", LOGS / "jobs.csv.gz", "--out", tmp_path / "a.json"), ".toml or .csv")
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as stream:
        stream.truncate(5_000_000_000)
    assert_refused(junshi("demand", huge), "5000 MB is larger than the limit of 1000 MB")
