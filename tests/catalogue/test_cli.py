"""`junshi catalogue` as a user types it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from junshi.cli import catalogue as command
from junshi.cli.app import run
from junshi.errors import InputError, InputErrors
from junshi.text import set_language

RUNNER = CliRunner(env={"COLUMNS": "160"})


def typed(*words: str) -> str:
    """Run `junshi catalogue …`, which must succeed, and give its standard output."""
    app = typer.Typer()
    command.register(app)
    result = RUNNER.invoke(app, ["catalogue", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def as_json(*words: str) -> dict[str, Any]:
    """Run with `--json` and give the one object on standard output."""
    document = json.loads(typed(*words, "--json"))
    assert isinstance(document, dict)
    return document


def test_list_shows_accelerators_with_filters() -> None:
    """Only domestic parts of one stack are listed."""
    out = typed("list", "--origin", "domestic", "--ecosystem", "cann")
    assert "ascend-910c" in out
    assert "h20-96g" not in out
    assert "kunlun-p800" not in out


@pytest.mark.parametrize("kind", ["accelerators", "models", "ecosystems", "prices"])
def test_every_kind_is_listed_as_table_and_json(kind: str) -> None:
    """Both outputs of each kind name the same rows."""
    rows = as_json("list", "--kind", kind)[kind]
    assert rows
    name = rows[0].get("id", rows[0].get("accelerator"))
    assert name in typed("list", "--kind", kind)


def test_list_as_of_a_day_hides_what_came_later() -> None:
    """In 2023 nobody knew the H200's successor or a Chinese price of 2026."""
    names = {row["id"] for row in as_json("list", "--as-of", "2023-06-30")["accelerators"]}
    assert "h800-sxm" in names
    assert "b200-sxm" not in names


def test_show_prints_every_figure_with_unit_day_confidence_and_source() -> None:
    """Figures, prices and events of an accelerator come with their sources."""
    out = typed("show", "h20-96g")
    for part in (
        "148 TFLOP/s",
        "4,000 GB/s",
        "96 GB",
        "2026-11-24",
        "high",
        "175,000 CNY",
        "Reuters 2024-02-01",
    ):
        assert part in out
    assert "H20 and all parts of like memory or link bandwidth need a licence" in out


def test_show_as_json_has_facts_prices_and_events() -> None:
    """Each fact of the JSON output has value, unit, source, day and confidence."""
    document = as_json("show", "ascend-910c")
    assert document["kind"] == "accelerators"
    assert document["facts"]["memory_gb"] == {
        "value": 128.0,
        "unit": "GB",
        "source": document["facts"]["memory_gb"]["source"],
        "day": "2026-11-24",
        "confidence": "medium",
    }
    assert {price["kind"] for price in document["prices"]} == {"purchase", "rent_per_hour", "server_share"}
    assert document["events"]


@pytest.mark.parametrize(("name", "figure"), [("cann", "0.76"), ("deepseek-v3", "671 1e9")])
def test_show_knows_ecosystems_and_models(name: str, figure: str) -> None:
    """Stacks and models are shown too."""
    assert figure in typed("show", name)


def test_show_refuses_an_unknown_id_with_the_nearest() -> None:
    """A misspelt id is refused."""
    with pytest.raises(
        InputError, match='unknown accelerator, ecosystem or model "h2o-96"; nearest known: h20-96g'
    ):
        typed("show", "h2o-96")


def test_events_of_a_period_and_regime() -> None:
    """Filters combine."""
    rows = as_json("events", "--since", "2025-04-01", "--until", "2025-12-31", "--regime", "cut_off")[
        "events"
    ]
    assert rows
    assert {row["supply_regime_after"] for row in rows} == {"cut_off"}
    assert all("2025-04-01" <= row["date"] <= "2025-12-31" for row in rows)
    assert "2025-09-17" in typed("events", "--since", "2025-09-01", "--until", "2025-09-30")
    assert "Supply events: none" in typed("events", "--since", "2030-01-01")


def test_check_counts_what_it_read() -> None:
    """A valid catalogue is told with its counts."""
    assert "The catalogue is valid: 73 accelerators" in typed("check")
    assert as_json("check")["valid"] is True


def test_check_of_a_faulty_overlay_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All faults stand on standard error and the exit code is 2."""
    path = tmp_path / "my.toml"
    path.write_text('[[accelerator]]\nid = "h20-96g"\ntdp_w = -4\nmemory_gib = 3\n', encoding="utf-8")
    with pytest.raises(InputErrors):
        typed("check", "--catalogue", str(path))
    assert run(["catalogue", "check", "--catalogue", str(path), "--lang", "en"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 2
    assert "column tdp_w: -4 is not valid: expected a number above 0" in told.err


def test_an_overlay_is_seen_by_show(tmp_path: Path) -> None:
    """A figure of one's own is shown with its file as source."""
    path = tmp_path / "my.toml"
    path.write_text('[[accelerator]]\nid = "h20-96g"\ntdp_w = 550\n', encoding="utf-8")
    facts = as_json("show", "h20-96g", "--catalogue", str(path))["facts"]
    assert facts["tdp_w"]["value"] == 550
    assert "my.toml (tdp_w)" in facts["tdp_w"]["source"]


def test_chinese_output() -> None:
    """Tables, meanings and events are Chinese when the language is."""
    set_language("zh")
    out = typed("show", "h20-96g")
    assert "显存带宽" in out
    assert "H20 及同等带宽产品须出口许可" in out
    assert "目录有效" in typed("check")
