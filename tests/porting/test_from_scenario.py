"""Porting effort as the scenario states it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.catalogue.load import load_catalogue
from junshi.errors import InputError
from junshi.porting.from_scenario import build_effort, unused_efforts
from junshi.porting.table import EffortTable
from junshi.scenario.schema import Scenario
from tests.small_scenario import small_scenario

CATALOGUE = load_catalogue()
CUDA, CANN = 0, 1


def _build(scenario: Scenario) -> EffortTable:
    """Table with the catalogue of the package."""
    return build_effort(scenario, CATALOGUE)


def test_ecosystems_are_those_of_the_accelerators() -> None:
    """Each ecosystem stands once, in the order of the accelerators."""
    assert _build(small_scenario()).ecosystems == ("cuda", "cann")


def test_what_runs_whole_costs_nothing() -> None:
    """A workload that runs whole on an ecosystem today needs no days there, and no upkeep."""
    table = _build(small_scenario())
    for days in (table.days, table.days_low, table.days_high, table.upkeep_days_per_year):
        assert days[0, CUDA] == 0
        assert np.isnan(days[0, CANN])


def test_a_row_gives_its_days() -> None:
    """Days, range and upkeep are those of the row."""
    port = {
        "ecosystem": "cann",
        "days": 100.0,
        "days_low": 60.0,
        "days_high": 200.0,
        "upkeep_days_per_year": 30.0,
    }
    table = _build(small_scenario(work=[{"porting": [port]}]))
    row = (table.days, table.days_low, table.days_high, table.upkeep_days_per_year)
    assert [days[0, CANN] for days in row] == [100, 60, 200, 30]


@given(st.floats(0, 1e5))
def test_what_a_row_leaves_out(days: float) -> None:
    """Without a range it is the days; without upkeep it is half of the days a year."""
    table = _build(small_scenario(work=[{"porting": [{"ecosystem": "cann", "days": days}]}]))
    assert table.days_low[0, CANN] == table.days_high[0, CANN] == days
    assert table.upkeep_days_per_year[0, CANN] == pytest.approx(days / 2)


def test_a_part_that_runs_leaves_the_port_to_do() -> None:
    """A workload that runs in part on an ecosystem has the days of its row, or cannot be ported further."""
    part = {"runs_on": {"cuda": 1.0, "cann": 0.3}}
    port = {"porting": [{"ecosystem": "cann", "days": 10.0}]}
    table = _build(small_scenario(work=[part | {"id": "a"}, part | port | {"id": "b"}]))
    assert np.isnan(table.days[0, CANN])
    assert table.days[1, CANN] == 10


@pytest.mark.parametrize(
    "sections",
    [
        {"work": [{"allowed": ["cuda"], "porting": [{"ecosystem": "cann", "days": 1.0}]}]},
        {
            "work": [{"porting": [{"ecosystem": "cann", "days": 1.0}]}],
            "strategy": {"forbidden_ecosystems": ["cann"]},
        },
    ],
)
def test_what_may_not_be_is_nan(sections: dict[str, object]) -> None:
    """An ecosystem that is not allowed, or forbidden, cannot be ported to."""
    assert np.isnan(_build(small_scenario(**sections)).days[0, CANN])  # type: ignore[arg-type]


def test_effort_without_an_accelerator_is_noted() -> None:
    """A row for an ecosystem that no accelerator belongs to is not used, and is listed."""
    scenario = small_scenario(work=[{"porting": [{"ecosystem": "rocm", "days": 5.0}]}])
    assert _build(scenario).ecosystems == ("cuda", "cann")
    assert unused_efforts(scenario, CATALOGUE) == (("chat", "rocm"),)


@pytest.mark.parametrize(
    ("work", "place"),
    [
        ({"porting": [{"ecosystem": "canm", "days": 5.0}]}, "workload[0].porting[0]"),
        ({"allowed": ["canm"]}, "workload[0].allowed[0]"),
        ({"runs_on": {"canm": 1.0}}, "workload[0].runs_on.canm"),
    ],
)
def test_unknown_ecosystems_are_refused(work: dict[str, object], place: str) -> None:
    """An ecosystem that is not known is named with its place and the nearest one."""
    with pytest.raises(InputError) as caught:
        _build(small_scenario(work=[work]))
    sentence = caught.value.sentence("en")
    assert place in sentence
    assert "cann" in sentence
