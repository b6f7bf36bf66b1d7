"""Scenario to demand table: numbers, lists, files, peaks, levels, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.catalogue.load import load_catalogue
from junshi.demand.build import build_demand
from junshi.demand.table import DemandTable
from junshi.errors import InputErrors
from junshi.scenario.schema import Scenario
from tests.small_scenario import small_scenario

CATALOGUE = load_catalogue()
HERE = Path()


def _build(scenario: Scenario, base: Path = HERE) -> DemandTable:
    """Table with the catalogue of the package."""
    return build_demand(scenario, CATALOGUE, base)


def _file(tmp_path: Path, text: str, **work: Any) -> DemandTable:
    """Table of one workload that takes its demand from series `s` of a demand file."""
    name = "demand.csv" if text.startswith("series") else "demand.toml"
    (tmp_path / name).write_text(text, encoding="utf-8")
    link = {"demand": {"file": name, "series": "s"}} | work
    return _build(small_scenario(work=[link]), tmp_path)


def _toml(**figures: object) -> str:
    """Demand file of one series."""
    lines = ["version = 1", "[[series]]", 'name = "s"', 'kind = "serve"', 'unit = "output token"']
    return "\n".join([*lines, *(f"{key} = {value}" for key, value in figures.items())])


@given(st.floats(0, 1e9), st.floats(-0.9, 5), st.integers(1, 40))
def test_a_number_grows_from_the_first_quarter(rate: float, growth: float, quarters: int) -> None:
    """The number is the first quarter's, and a year later it has grown by the yearly growth."""
    table = _build(small_scenario(quarters=quarters, work=[{"demand": rate, "growth_per_year": growth}]))
    assert table.units_per_s.shape == (1, quarters)
    assert table.units_per_s[0, 0] == pytest.approx(rate)
    if quarters > 4:
        assert table.units_per_s[0, 4] == pytest.approx(rate * (1 + growth))


def test_a_list_is_taken_as_it_is() -> None:
    """A list is not grown, and the peak multiplies it."""
    work = {"demand": [1.0, 2.0, 4.0, 3.0], "growth_per_year": 0.5, "peak_to_mean": 1.5}
    table = _build(small_scenario(work=[work]))
    np.testing.assert_allclose(table.units_per_s[0], [1.5, 3.0, 6.0, 4.5])


def test_a_list_of_another_length_is_refused() -> None:
    """A list needs one value a quarter."""
    with pytest.raises(InputErrors, match=r"workload\[0\].demand: a list of 2 is not valid.*4 numbers"):
        _build(small_scenario(work=[{"demand": [1.0, 2.0]}]))


def test_one_level_without_spread() -> None:
    """Demand has levels only where growth is uncertain and the scenario wants them."""
    assert _build(small_scenario()).level_names == ("base",)
    uncertain = [{"growth_sd_per_year": 0.3}]
    assert _build(small_scenario(work=uncertain)).level_names == ("low", "base", "high")
    assert _build(small_scenario(work=uncertain, supply={"demand_levels": 1})).level_names == ("base",)
    assert _build(small_scenario(work=uncertain, quarters=1)).level_names == ("base",)


def test_workloads_keep_their_order_and_spread() -> None:
    """Rows follow the scenario; a workload without spread has factor 1 beside one that has some."""
    table = _build(small_scenario(work=[{"id": "b", "growth_sd_per_year": 0.3}, {"id": "a"}]))
    assert table.workloads == ("b", "a")
    assert np.all(table.level_factor[:, 1, :] == 1)
    assert table.level_factor[2, 0, 3] > 1


def test_forecast_of_the_calendar(tmp_path: Path) -> None:
    """The forecast of the planned quarters is used, wherever it begins."""
    text = _toml(mean_per_s=1.0, forecast_start='"2026-Q3"', forecast=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    np.testing.assert_allclose(_file(tmp_path, text).units_per_s[0], [3, 4, 5, 6])


def test_forecast_without_calendar_begins_with_the_plan(tmp_path: Path) -> None:
    """Relative logs forecast from the first quarter planned."""
    text = _toml(mean_per_s=1.0, forecast=[1.0, 2.0, 3.0, 4.0, 5.0])
    np.testing.assert_allclose(_file(tmp_path, text).units_per_s[0], [1, 2, 3, 4])


def test_no_forecast_grows_by_the_scenario(tmp_path: Path) -> None:
    """Without a forecast the latest rate grows as a number would, and `scale` multiplies it."""
    table = _file(
        tmp_path,
        _toml(mean_per_s=1.0, latest_per_s=2.0),
        growth_per_year=1.0,
        demand={"file": "demand.toml", "series": "s", "scale": 10.0},
    )
    np.testing.assert_allclose(table.units_per_s[0], 20 * 2 ** (np.arange(4) / 4))


def test_figures_of_the_file_fill_what_the_scenario_leaves_out(tmp_path: Path) -> None:
    """Peak and spread come from the file unless the scenario says them."""
    text = _toml(mean_per_s=1.0, peak_to_mean=1.5, growth_sd_per_year=0.4)
    plain = _file(tmp_path, text)
    assert plain.units_per_s[0, 0] == pytest.approx(1.5)
    assert len(plain.level_names) == 3
    said = _file(tmp_path, text, peak_to_mean=1.0, growth_sd_per_year=0.0)
    assert said.units_per_s[0, 0] == pytest.approx(1.0)
    assert len(said.level_names) == 1


def test_a_spreadsheet_table_works(tmp_path: Path) -> None:
    """A CSV with one row a quarter is a demand file too."""
    rows = "\n".join(f"s,2027-Q{n},{n}" for n in range(1, 5))
    np.testing.assert_allclose(
        _file(tmp_path, f"series,quarter,units_per_s\n{rows}\n").units_per_s[0], [1, 2, 3, 4]
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_toml(mean_per_s=-1.0), "mean_per_s"),
        (_toml(mean_per_s="nan"), "mean_per_s"),
        (_toml(mean_per_s=1.0, forecast=[1.0, 2.0]), "covers 2027-Q1 to 2027-Q2"),
        (_toml(mean_per_s=1.0, forecast_start='"2030-Q1"', forecast=[1.0] * 9), "covers 2030-Q1"),
        (_toml(mean_per_s=1.0, surprise=1), "surprise"),
        (_toml(mean_per_s=1.0).replace('"s"', '"t"'), 'unknown series "s"; nearest known: t'),
        (_toml(mean_per_s=1.0).replace("output token", "input token"), "output token"),
        (_toml(mean_per_s=1.0) + "\n" + _toml(mean_per_s=2.0).split("\n", 1)[1], "stands 2 times"),
        ("version = ", "not valid TOML"),
        ("series,quarter\ns,2027-Q1\n", "column missing: units_per_s"),
        ("series,quarter,units_per_s\ns,2027-Q1,nan\n", "line 2"),
        ("series,quarter,units_per_s\ns,2027-Q1,-3\n", "line 2"),
        ("series,quarter,units_per_s\ns,27Q1,3\n", "2027-Q1"),
        ("series,quarter,units_per_s\ns,2027-Q1,3\ns,2027-Q3,3\n", "expected 2027-Q2"),
        ("series,quarter,units_per_s,unit\ns,2027-Q1,3,tokens out\n", "output token"),
    ],
)
def test_bad_demand_files_are_refused(tmp_path: Path, text: str, expected: str) -> None:
    """Each fault of a demand file is one sentence with its place, and exit code 2."""
    with pytest.raises(InputErrors) as caught:
        _file(tmp_path, text)
    assert expected in caught.value.sentence("en")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("name", ["../demand.toml", "/etc/passwd", "sub/../../demand.toml"])
def test_files_outside_the_folder_are_refused(tmp_path: Path, name: str) -> None:
    """A scenario reads nothing outside its own folder."""
    (tmp_path / "demand.toml").write_text(_toml(mean_per_s=1.0), encoding="utf-8")
    inner = tmp_path / "inner"
    inner.mkdir()
    scenario = small_scenario(work=[{"demand": {"file": name, "series": "s"}}])
    with pytest.raises(InputErrors, match="a path inside the folder"):
        _build(scenario, inner)


def test_a_link_that_leads_outside_is_refused(tmp_path: Path) -> None:
    """A symbolic link inside the folder does not open a way out of it."""
    (tmp_path / "secret.toml").write_text(_toml(mean_per_s=1.0), encoding="utf-8")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "demand.toml").symlink_to(tmp_path / "secret.toml")
    scenario = small_scenario(work=[{"demand": {"file": "demand.toml", "series": "s"}}])
    with pytest.raises(InputErrors, match="a path inside the folder"):
        _build(scenario, inner)


def test_all_faults_are_told_together(tmp_path: Path) -> None:
    """Faults of two workloads come in one error."""
    work = [{"id": "a", "demand": [1.0]}, {"id": "b", "demand": {"file": "no.toml", "series": "s"}}]
    with pytest.raises(InputErrors) as caught:
        _build(small_scenario(work=work), tmp_path)
    assert len(caught.value.faults) == 2


def test_hours_of_another_accelerator_are_refused(tmp_path: Path) -> None:
    """A series that counts hours of one accelerator is not demand for hours of another."""
    text = _toml(mean_per_s=1.0, accelerator='"h200-sxm"')
    text = text.replace("output token", "accelerator-second of the reference accelerator")
    work = {"kind": "research", "model": None, "reference_accelerator": "h20-96g"}
    with pytest.raises(InputErrors, match="h20-96g"):
        _file(tmp_path, text.replace('"serve"', '"research"'), **work)
