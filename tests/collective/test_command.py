"""The command: JSON, tables in both languages, pictures."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from junshi.cli.app import run
from junshi.text import set_language

SMALL = ["collective", "-n", "500", "-t", "4", "-s", "4", "--starts", "1"]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Each test begins and ends in English whatever was asked for."""
    set_language("en")
    yield
    set_language(None)


def test_json_holds_what_is_promised(capsys: pytest.CaptureFixture[str]) -> None:
    """Shares by quarter with quantiles, equilibria with ε, speed, tipping and history are in one object."""
    assert run([*SMALL, "--tipping", "--history", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert [row["quarter"] for row in record["shares"]] == record["quarters"]
    first = record["shares"][0]["cann"]
    assert first["q10"] <= first["q50"] <= first["q90"]
    assert sum(record["shares"][0][name]["mean"] for name in record["ecosystems"]) == pytest.approx(1.0)
    for one in record["equilibria"]:
        assert {"shares", "maturity", "stable", "epsilon"} <= set(one)
        assert one["epsilon"] <= 0.01
    assert record["organisation_quarters_per_second"] > 0
    assert {curve["push"] for curve in record["tipping"]} == {"vanguard", "mandate", "cut_off"}
    assert record["history"]["beats_logistic_trend"] is True


@pytest.mark.parametrize(("language", "word"), [("en", "new balance"), ("zh", "新均势")])
def test_tables_speak_both_languages(language: str, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The answer names the outcome in the reader's language."""
    assert run([*SMALL, "--lang", language]) == 0
    assert word in capsys.readouterr().out


def test_pictures_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every picture and the animation appear in the folder; the page needs no network."""
    pytest.importorskip("matplotlib")
    assert run([*SMALL, "--figures", str(tmp_path)]) == 0
    names = {path.name for path in tmp_path.iterdir()}
    for name in ("shares", "maturity", "burden", "phase", "basins", "tipping"):
        assert f"collective-{name}.png" in names
    page = (tmp_path / "collective.html").read_text(encoding="utf-8")
    assert "http" not in page.replace("http-equiv", "")
    capsys.readouterr()


def test_sweep_without_a_grid_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Asking for a sweep that the file does not describe ends with exit code 2."""
    assert run([*SMALL, "--sweep"]) == 2
    assert "[sweep]" in capsys.readouterr().err


def test_without_the_extra_one_sentence_says_what_to_install() -> None:
    """Without numba, joblib and emcee the command still has help, and a run ends with exit code 2."""
    script = (
        "import sys\n"
        "for name in ('numba', 'joblib', 'emcee'): sys.modules[name] = None\n"
        "from junshi.cli.app import run\n"
        "assert run(['collective', '--help']) == 0\n"
        "sys.exit(run(['collective', '--json']))\n"
    )
    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert finished.returncode == 2
    assert "junshi[collective]" in finished.stderr
