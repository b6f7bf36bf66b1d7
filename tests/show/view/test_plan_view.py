"""The view of a plan: its numbers are the plan's, its origins exist, both languages have the same form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from junshi.errors import InputError
from junshi.plan.planner import PlanSettings
from junshi.show.echarts import option_of
from junshi.show.figures import regime_courses
from junshi.show.moving_plan import moving_placement
from junshi.show.view import View, both_languages, read_view, read_views, write_view
from junshi.show.view.plan import plan_view
from junshi.study import Study, plan_study, read_inputs
from tests.cli.small_scenario import small_scenario
from tests.show.results import result


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Small scenario, planned roughly."""
    inputs = read_inputs(small_scenario(tmp_path_factory.mktemp("scenario")))
    return plan_study(
        inputs, PlanSettings(gap=0.1, iterations=50, check_paths=10, report_paths=10, workers=1)
    )


@pytest.fixture(scope="module")
def views(study: Study) -> dict[str, View]:
    """Its view in both languages."""
    return both_languages(lambda: plan_view(study))


def figures_of(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Figures of a view's object by name."""
    return {figure["name"]: figure for section in view["sections"] for figure in section["figures"]}


def test_written_views_are_read_back(views: dict[str, View], tmp_path: Path) -> None:
    """Files hold strict JSON of the same object."""
    write_view(tmp_path, views)
    back = read_views(tmp_path)
    assert back["zh"]["language"] == "zh"
    assert back["en"]["title"] == views["en"].title
    json.dumps(back, allow_nan=False)


def test_both_languages_have_one_form(views: dict[str, View]) -> None:
    """Same sections, figures, origins and rows; other words."""
    english, chinese = (views[language].to_object() for language in ("en", "zh"))
    assert [one["id"] for one in english["sections"]] == [one["id"] for one in chinese["sections"]]  # type: ignore[attr-defined]
    assert figures_of(english).keys() == figures_of(chinese).keys()
    assert [one["id"] for one in english["origins"]] == [one["id"] for one in chinese["origins"]]  # type: ignore[attr-defined]
    assert english["words"].keys() == chinese["words"].keys()  # type: ignore[attr-defined]
    assert english["title"] != chinese["title"]


def test_origins_of_figures_exist_and_are_unique(views: dict[str, View]) -> None:
    """Every id that a figure names is an origin of the view with a source."""
    view = views["en"].to_object()
    ids = [one["id"] for one in view["origins"]]  # type: ignore[attr-defined]
    assert len(set(ids)) == len(ids)
    assert all(one["source"] for one in view["origins"])  # type: ignore[attr-defined]
    named = {id_ for figure in figures_of(view).values() for id_ in figure["origins"]}
    assert named
    assert named <= set(ids)


def test_fleet_has_the_numbers_of_the_courses(study: Study, views: dict[str, View]) -> None:
    """Each area is owned and rented units of its regime's course."""
    option = figures_of(views["en"].to_object())["fleet"]["option"]
    courses = regime_courses(study.result)
    ids = study.result.instance.fleet.ids
    for series in option["series"]:
        course = courses[series["xAxisIndex"]]
        place = ids.index(series["name"])
        assert series["data"] == pytest.approx((course.owned + course.rented)[:, place], rel=1e-6, abs=1e-6)


def test_placement_moves_with_regime_and_quarter(study: Study, views: dict[str, View]) -> None:
    """One frame a regime and quarter; the one shown is today's regime in the first quarter."""
    figure = figures_of(views["en"].to_object())["placement"]
    instance = study.result.instance
    assert len(figure["frames"]) == len(regime_courses(study.result)) * instance.stages
    shown = {control["key"]: control["shown"] for control in figure["controls"]}
    assert shown == {
        "regime": instance.states[instance.initial].regime.value,
        "quarter": instance.quarters[0],
    }
    assert {frame["keys"]["quarter"] for frame in figure["frames"]} == set(instance.quarters)


def test_placement_shares_sum_to_one() -> None:
    """Shares of a workload and what is unmet make a whole at every stop."""
    for stop in moving_placement(result()).stops:
        cells = option_of(stop.figure)["series"][0]["data"]
        for row in {cell[1] for cell in cells}:
            assert sum(cell[2] for cell in cells if cell[1] == row) == pytest.approx(1.0)


def test_folder_without_view_is_refused(tmp_path: Path) -> None:
    """A sentence says what was expected."""
    with pytest.raises(InputError, match=r"view/en\.json"):
        read_view(tmp_path, "en")


def test_spoilt_view_is_refused(tmp_path: Path) -> None:
    """Text that is no view."""
    (tmp_path / "view").mkdir()
    (tmp_path / "view" / "en.json").write_text("[1]")
    with pytest.raises(InputError, match=r"en\.json"):
        read_view(tmp_path, "en")
