"""Ports that a scenario states, in the table of its workloads."""

from __future__ import annotations

import pytest

from junshi.show.scenario_sheets import workloads_sheet
from junshi.text import in_language
from tests.small_scenario import small_scenario


@pytest.mark.parametrize(
    ("language", "cell"),
    [("en", "cann (21 days, 12 to 40), rocm (5 days)"), ("zh", "cann（21 天，12 至 40）, rocm（5 天）")],
)
def test_stated_days_have_their_range(language: str, cell: str) -> None:
    """A row with low and high days is shown with them, one without is shown alone."""
    ports = [
        {"ecosystem": "cann", "days": 21.0, "days_low": 12.0, "days_high": 40.0},
        {"ecosystem": "rocm", "days": 5.0},
    ]
    with in_language(language):
        assert workloads_sheet(small_scenario(work=[{"porting": ports}])).rows[0][-1] == cell
