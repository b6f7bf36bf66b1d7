"""A plan in tables, sentences, JSON and figures says what the plan says."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from pathlib import Path

import polars as pl
import pytest

from junshi.plan.result import Actions, PlanResult
from junshi.show.figure import HeatMap, Lines, Panel, Series, StackedAreas
from junshi.show.figures import plan_figures
from junshi.show.plan_json import plan_object, plan_text
from junshi.show.plan_lines import advice_lines, cost_lines, gap_lines, reason_lines
from junshi.show.plan_sheets import orders_sheet, placement_sheet, plan_sheets, playbook_sheet, ports_sheet
from junshi.show.sheet import Column, Sheet
from junshi.show.tables import SCHEMAS, plan_tables
from junshi.text import in_language
from tests.show.results import QUARTERS, STATES, course, result

NOTHING = Actions((), (), (), ())
KEYS_OF_THE_ISSUE = {
    "lower_bound", "stages", "states", "cost_mean", "cost_mean_ci95", "cost_cvar", "gap", "gap_ci95",
    "seconds", "iterations", "orders_now", "ports_now", "playbook", "placement", "survivability", "seed",
    "version",
}  # fmt: skip


def test_orders_say_when_they_arrive() -> None:
    """An order arrives after the lead time; rent and resale have no arrival; money has no sign."""
    rows = orders_sheet(result()).rows
    assert rows[0] == ("order", "ascend-910c", "300", "46.2 M CNY", "2027-Q3")
    assert rows[2] == ("resell", "h200-sxm", "4", "400 k CNY", "")


def test_placement_shows_now_later_and_cut_off() -> None:
    """Both modes of an accelerator are one share, a star marks what is not tuned, unmet work is named."""
    sheet = placement_sheet(result(), course(STATES[3]))
    batch = dict(zip([column.name for column in sheet.columns], sheet.rows[1], strict=True))
    assert sheet.rows[0][2] == "ascend-910c* 70 %, h20-96g 30 %"
    assert batch["2027-Q3, if cut off holds"] == "h20-96g 50 %, unmet 50 %"


def test_playbook_has_one_row_a_regime() -> None:
    """Each regime is shown once, with the odds of all its states."""
    rows = playbook_sheet(result()).rows
    assert [row[0] for row in rows] == ["open", "licensed", "restricted", "cut off"]
    assert rows[0][1] == "39 %"
    assert rows[0][2] == "nothing"
    assert rows[3][2] == "300 ascend-910c"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("method", ["sddp", "extensive"])
def test_everything_can_be_said(language: str, method: str) -> None:
    """Every table and sentence of a plan exists in both languages, and no field is left open."""
    with in_language(language):
        plan = result(method=method)
        lines = [*advice_lines(plan), *reason_lines(plan), *cost_lines(plan)]
        text = "\n".join(lines) + "\n".join(
            cell for sheet in plan_sheets(plan) for row in sheet.rows for cell in row
        )
    assert "{" not in text
    assert "nan" not in text


def test_advice_when_there_is_nothing_to_do() -> None:
    """A quarter without actions says so."""
    lines = advice_lines(dataclasses.replace(result(), now=NOTHING))
    assert lines[-1] == "Nothing to buy, rent, sell or port this quarter."


def test_reasons_name_ecosystems_survival_and_limits() -> None:
    """The reasons: on what the work stands, what a cut-off leaves, which limits bind, dearest first."""
    lines = reason_lines(result())
    assert lines[0].startswith("In 2027-Q1 the work runs on cuda 100 %")
    assert "cann 52 %, cuda 48 %" in lines[1]
    assert "to 90 % in 2027-Q3" in lines[2]
    assert ["power" in lines[3], "engineers" in lines[4]] == [True, True]


def test_gap_is_told_with_its_interval_and_warned_of() -> None:
    """The gap comes with its interval; a wide one with advice; an exact plan says that it is."""
    assert "is 1.0 % above it (95 % interval 0.8 % to 1.2 %)" in gap_lines(result())[0]
    assert any("--seconds" in line for line in gap_lines(result(high=0.2)))
    assert "reaches it" in gap_lines(result(method="extensive"))[0]


def test_json_has_the_promised_keys() -> None:
    """The object has every key promised, on one line, as valid JSON."""
    text = plan_text(plan_object(result(), 7.1))
    found = json.loads(text)
    assert "\n" not in text
    assert set(found) >= KEYS_OF_THE_ISSUE
    assert (found["stages"], found["states"]) == (3, len(STATES))
    assert found["orders_now"] == [{"accelerator": "ascend-910c", "units": 300.0, "cost_cny": 4.62e7}]
    assert set(found["ports_now"][0]) >= {"workload", "ecosystem", "share"}
    assert set(found["playbook"][0]) >= {"regime", "ramp", "orders", "ports"}
    assert set(found["placement"][0]) >= {"stage", "state", "workload", "accelerator", "mode", "share"}
    assert found["survivability"][1] == {"quarter": "2027-Q3", "share": 0.9, "share_of_all_work": 0.8}


def test_json_objective_only_when_exact() -> None:
    """`objective` is exact and stands with the whole tree alone; a simulated one is called an estimate."""
    assert "objective" not in plan_object(result(), 7.1)
    assert plan_object(result(method="extensive"), 7.1)["objective"] == 1e9


def test_json_converts_to_cny() -> None:
    """Keys that end in `_cny` are CNY whatever the currency of the plan."""
    found = plan_object(result(currency="USD"), 7.0)
    assert found["orders_now"][0]["cost_cny"] == pytest.approx(7 * 4.62e7)
    assert found["currency"] == "USD"


def test_json_has_no_infinities() -> None:
    """What is not a finite number is null, since JSON has no such numbers."""
    plan = result()
    endless = dataclasses.replace(plan.cost, gap=math.inf, gap_ci95=(math.nan, math.inf))
    found = json.loads(plan_text(plan_object(dataclasses.replace(plan, cost=endless), 7.1)))
    assert found["gap"] is None
    assert found["gap_ci95"] == [None, None]


def test_tables_have_their_schema_even_when_empty() -> None:
    """A plan without actions has the same columns as one with."""
    empty = dataclasses.replace(result(), now=NOTHING, playbook=(), survivability=(), limits=())
    for plan in (result(), empty):
        tables = plan_tables(plan)
        assert {name: dict(table.schema) for name, table in tables.items()} == SCHEMAS


def test_tables_hold_the_numbers_of_the_plan() -> None:
    """Long tables keep every course, and shares sum to what is served."""
    tables = plan_tables(result())
    assert tables["fleet"].height == len(STATES) * 3 * 3
    served = tables["placement"].group_by("state", "stage", "workload").agg(pl.col("share").sum())
    both = served.join(tables["unmet"], on=["state", "stage", "workload"], suffix="_unmet")
    assert both.height == served.height
    assert both.select((pl.col("share") + pl.col("share_unmet") - 1).abs().max()).item() < 1e-12


def test_figures_describe_the_plan() -> None:
    """Fleet and placement have a panel for each regime, with the quarters as labels."""
    figures = {figure.name: figure for figure in plan_figures(result())}
    assert set(figures) == {"fleet", "placement", "survivability", "bound"}
    fleet, placement = figures["fleet"], figures["placement"]
    assert isinstance(fleet, StackedAreas)
    assert isinstance(placement, HeatMap)
    assert [panel.title for panel in fleet.panels] == ["open", "licensed", "restricted", "cut off"]
    assert fleet.labels == QUARTERS
    assert len(placement.panels) == 5


def test_figure_with_a_missing_value_is_refused() -> None:
    """A series that is shorter than its labels is a bug of ours and is told."""
    with pytest.raises(ValueError, match="1 values for 2 labels"):
        Lines("x", "x", "", ("a", "b"), (Panel("", (Series("s", (1.0,), "#000000"),)),))


def test_sheet_with_a_short_row_is_refused() -> None:
    """A row with fewer cells than columns is a bug of ours and is told."""
    with pytest.raises(ValueError, match="1 cells, expected 2"):
        Sheet("t", (Column("a"), Column("b")), (("x",),))


def test_every_key_and_table_is_documented() -> None:
    """docs/json.md names every key of the object, every table, and no key that there is not."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    rows = [
        line.split("|")[1]
        for line in page.split("## The run folder")[0].splitlines()
        if line.startswith("| `")
    ]
    documented = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    present = set(plan_object(result(), 7.1)) | set(plan_object(result(method="extensive"), 7.1))
    assert documented == present
    assert [name for name in SCHEMAS if f"`{name}`" not in page] == []


def with_range(plan: PlanResult, low: float, high: float) -> PlanResult:
    """Plan whose port of 400 days may take as many as these."""
    (port,) = plan.now.ports
    ranged = dataclasses.replace(port, days_low=low, days_high=high)
    return dataclasses.replace(plan, now=dataclasses.replace(plan.now, ports=(ranged,)))


@pytest.mark.parametrize(
    ("language", "advice", "cell"),
    [
        ("en", "Port chat → cann 80 %: 400 engineer-days (250 to 1,200).", "400 (250 to 1,200)"),
        ("zh", "移植 chat → cann 80 %：400 工程师人日（250 至 1,200）。", "400（250 至 1,200）"),
    ],
)
def test_ports_are_told_with_their_range(language: str, advice: str, cell: str) -> None:
    """The advice and the table of ports say low and high days after the likely ones."""
    plan = with_range(result(), 250.0, 1200.0)
    with in_language(language):
        assert advice_lines(plan)[-1] == advice
        assert ports_sheet(plan).rows[0][3] == cell


def test_ports_without_range_are_told_as_before() -> None:
    """Days that are alone, also after rounding, have no brackets."""
    for plan in (result(), with_range(result(), 399.9, 400.1)):
        assert advice_lines(plan)[-1] == "Port chat → cann 80 %: 400 engineer-days."
        assert ports_sheet(plan).rows[0][3] == "400"


def test_range_survives_json_and_tables() -> None:
    """The object, written and read again, and the table have likely, low and high days, not rounded."""
    plan = with_range(result(), 250.25, 1200.5)
    keys = ("engineer_days", "days_low", "days_high")
    found = json.loads(plan_text(plan_object(plan, 7.1)))
    assert [found["ports_now"][0][key] for key in keys] == [400.0, 250.25, 1200.5]
    (row,) = plan_tables(plan)["actions_now"].filter(pl.col("action") == "port").select(keys).rows()
    assert row == (400.0, 250.25, 1200.5)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            (
                "If these ports take their high days, chat → cann 80 % would not be finished in 2027-Q1: "
                "200 engineer-days would be missing."
            ),
        ),
        ("zh", "若这些移植都用到高估的人日，chat → cann 80 % 在 2027-Q1 内无法完成：还缺 200 工程师人日。"),
    ],
)
def test_ports_that_may_not_be_finished_are_told(language: str, sentence: str) -> None:
    """All 400 days are used at the likely days; 600 at the high ones are told first among the reasons."""
    with in_language(language):
        assert reason_lines(with_range(result(), 300.0, 600.0))[0] == sentence
        assert sentence not in reason_lines(result())
