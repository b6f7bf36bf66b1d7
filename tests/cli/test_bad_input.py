"""Bad input through the real command: exit code 2 and one sentence, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from junshi.scenario.archetypes import template
from junshi.terms import Archetype
from tests.cli import small_scenario
from tests.cli.command import assert_refused, junshi

GOOD = template(Archetype.LAB, "en")
COMMANDS = ["check", "plan"]


def _file(folder: Path, old: str, new: str) -> Path:
    """Template of the lab with its first `old` replaced."""
    assert old in GOOD
    file = folder / "bad.toml"
    file.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    return file


@pytest.mark.parametrize("command", COMMANDS)
def test_unknown_accelerator(command: str, tmp_path: Path) -> None:
    """An unknown accelerator is named with its nearest neighbour."""
    file = _file(tmp_path, '"a800-80g-sxm", "h800-sxm"', '"a800-80g-sxm", "h800-sxn", "h800-sxm"')
    assert_refused(junshi(command, file), 'unknown accelerator "h800-sxn"', "nearest known: h800-sxm")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("value", ["-5", "nan", "-inf"])
def test_impossible_demand(command: str, value: str, tmp_path: Path) -> None:
    """Negative demand and NaN are refused with their place."""
    file = _file(tmp_path, "demand = 220", f"demand = {value}")
    assert_refused(junshi(command, file), "workload[0].demand", value)


@pytest.mark.parametrize("command", COMMANDS)
def test_odds_that_do_not_sum_to_one(command: str, tmp_path: Path) -> None:
    """A row of odds is refused with its sum."""
    odds = "[supply.regime_odds]\nlicensed = { licensed = 0.7, cut_off = 0.2 }\n\n[[market]]"
    file = _file(tmp_path, "[[market]]", odds)
    assert_refused(junshi(command, file), "supply.regime_odds.licensed", "sums to 0.9", "odds that sum to 1")


@pytest.mark.parametrize("command", COMMANDS)
def test_missing_figure(command: str, tmp_path: Path) -> None:
    """A figure that neither the catalogue nor the file has is asked for by the check already."""
    file = tmp_path / "bad.toml"
    file.write_text(small_scenario.TEXT.replace("tdp_w = 700\n", ""), encoding="utf-8")
    assert_refused(junshi(command, file), 'bad.toml: market: accelerator "ascend-910c": tdp_w is neither')


@pytest.mark.parametrize("command", COMMANDS)
def test_missing_file(command: str, tmp_path: Path) -> None:
    """A file that is not there is named."""
    assert_refused(junshi(command, tmp_path / "none.toml"), "none.toml: no such file")


@pytest.mark.parametrize("command", COMMANDS)
def test_folder(command: str, tmp_path: Path) -> None:
    """A folder is no scenario."""
    assert_refused(junshi(command, tmp_path), "not a readable file")


@pytest.mark.parametrize("command", COMMANDS)
def test_quarter_outside_the_horizon(command: str, tmp_path: Path) -> None:
    """An accelerator that would come after the last quarter is refused."""
    late = 'accelerator = "h20-96g"\navailable_from = "2031-Q1"'
    file = _file(tmp_path, 'accelerator = "h20-96g"', late)
    assert_refused(junshi(command, file), "available_from", "2031-Q1", "not after 2029-Q4")


@pytest.mark.parametrize("command", COMMANDS)
def test_large_file(command: str, tmp_path: Path) -> None:
    """A file of 100 MB is refused by its size."""
    file = tmp_path / "large.toml"
    with file.open("wb") as stream:
        stream.truncate(100_000_000)
    assert_refused(junshi(command, file), "100 MB", "limit of 5 MB")


@pytest.mark.parametrize("command", COMMANDS)
def test_syntax_error(command: str, tmp_path: Path) -> None:
    """What is not TOML is told with line and column."""
    file = tmp_path / "bad.toml"
    file.write_text("[organisation]\nname = = 1\n", encoding="utf-8")
    assert_refused(junshi(command, file), "line 2, column 8", "not valid TOML")


@pytest.mark.parametrize("command", COMMANDS)
def test_binary_file(command: str, tmp_path: Path) -> None:
    """Bytes that are no text are refused."""
    file = tmp_path / "bad.toml"
    file.write_bytes(b"\x89PNG\xff\xfe\x00")
    assert_refused(junshi(command, file), "not UTF-8")


def test_missing_catalogue_overlay(tmp_path: Path) -> None:
    """An overlay that is not there is named too."""
    file = _file(tmp_path, "demand = 220", "demand = 221")
    answer = junshi("check", file, "--catalogue", tmp_path / "none.toml")
    assert_refused(answer, "none.toml: no such file")


def test_sentence_in_chinese(tmp_path: Path) -> None:
    """With `--lang zh` the sentence is Chinese, wherever the option stands."""
    for words in (["--lang", "zh", "check"], ["check", "--lang=zh"]):
        assert_refused(junshi(*words, tmp_path / "none.toml"), "没有这个文件")
