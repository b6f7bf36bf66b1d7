"""Range of the engineer-days of ports in what the page compares and gives away."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from junshi.page.compare import PlanSide, decision_sheets
from junshi.page.exports import purchase_list
from junshi.show.plan_json import plan_object
from junshi.text import in_language
from tests.show.results import result

DAYS = ("engineer_days", "days_low", "days_high")


def plan(likely: float, *span: float) -> dict[str, Any]:
    """Object of a plan with one port of so many days; without a range as older versions wrote it."""
    found = plan_object(result(), 7.1)
    port = {key: value for key, value in found["ports_now"][0].items() if key not in DAYS}
    found["ports_now"] = [port | dict(zip(DAYS, (likely, *span), strict=False))]
    return found


@pytest.mark.parametrize(("language", "cell"), [("en", "21 (12 to 40)"), ("zh", "21（12 至 40）")])
def test_compared_ports_have_their_range(language: str, cell: str) -> None:
    """Days with a range stand beside those of an older run, which has none."""
    with in_language(language):
        sides = PlanSide("one", plan(21.0, 12.0, 40.0)), PlanSide("other", plan(30.0))
        ports = decision_sheets(*sides)[-1]
    assert ports.rows[0][1:] == (cell, "30", "+9")


def test_purchase_list_has_low_and_high() -> None:
    """The list for a spreadsheet has both in columns of their own, empty for trades and older runs."""
    with in_language("en"):
        rows = list(csv.reader(io.StringIO(purchase_list(plan(21.0, 12.0, 40.0)))))
        older = list(csv.reader(io.StringIO(purchase_list(plan(21.0)))))
    place = rows[0].index("Engineer-days")
    assert rows[0][place : place + 3] == ["Engineer-days", "Engineer-days, low", "Engineer-days, high"]
    of_ports = [table[4][place : place + 3] for table in (rows, older)]
    assert of_ports == [["21.0", "12.0", "40.0"], ["21.0", "", ""]]
    assert {len(row) for row in rows} == {len(rows[0])}
    assert rows[1][place : place + 3] == ["", "", ""]
