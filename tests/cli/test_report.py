"""`junshi plan --out` then `junshi report`: from a run folder to one file, without solving again."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import junshi
from tests.cli.small_scenario import small_scenario


def test_report_of_a_plan(tmp_path: Path) -> None:
    """The folder that `--out` wrote becomes a page in the language asked for; an old file is kept."""
    run, page = tmp_path / "run", tmp_path / "report.html"
    planned = junshi("plan", str(small_scenario(tmp_path)), "--seconds", "2", "--quiet", "--out", str(run))
    assert planned.code == 0, planned.err
    made = junshi("report", str(run), "-o", str(page), "--lang", "zh")
    assert made.code == 0, made.err
    assert "决策报告" in page.read_text(encoding="utf-8")
    again = junshi("report", str(run), "-o", str(page))
    assert again.code == 2


def test_folder_without_view(tmp_path: Path) -> None:
    """A folder that no run wrote is refused with what was expected."""
    refused = junshi("report", str(tmp_path), "-o", str(tmp_path / "report.html"))
    assert refused.code == 2
    assert "view/en.json" in refused.err
