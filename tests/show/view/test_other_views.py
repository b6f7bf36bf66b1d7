"""Views of insights, scans, demand and the collective: the numbers drawn are those found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from junshi.collective.compiled import HAS_NUMBA
from junshi.demand.from_log import demand_from_log
from junshi.insight.frontier import Frontier, FrontierSettings, solve_frontier
from junshi.insight.strategies import ALL_CUDA
from junshi.plan.planner import PlanSettings
from junshi.porting.effort.estimate import estimate
from junshi.porting.scan import scan
from junshi.porting.targets.target import parse_targets
from junshi.show.insight_frontier import frontier_report
from junshi.show.view import both_languages
from junshi.show.view.demand import demand_view
from junshi.show.view.insight import report_view
from junshi.show.view.scan import scan_view
from junshi.study import Inputs, attitude_of, read_inputs
from junshi.text import in_language
from tests.cli.small_scenario import small_scenario

ROOT = Path(__file__).parents[3]


def figures_of(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Figures of a view's object by name."""
    return {figure["name"]: figure for section in view["sections"] for figure in section["figures"]}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    """Inputs of the small scenario."""
    return read_inputs(small_scenario(tmp_path_factory.mktemp("scenario")))


@pytest.fixture(scope="module")
def frontier(inputs: Inputs) -> Frontier:
    """Its frontier of three points, roughly."""
    plan = PlanSettings(gap=0.2, iterations=20, check_paths=5, report_paths=5, workers=1)
    settings = FrontierSettings(3, plan, paths=10)
    return solve_frontier(inputs.instance, attitude_of(inputs.scenario), settings, (ALL_CUDA,))


def test_frontier_can_be_dragged(frontier: Frontier, inputs: Inputs) -> None:
    """One frame a point, each at its mean and tail cost; the knee is shown first."""
    with in_language("en"):
        figure = figures_of(report_view(frontier_report(frontier), inputs).to_object())["frontier"]
    at = [frame["at"] for frame in figure["frames"]]
    assert at == [[point.mean, point.cvar] for point in frontier.points]
    ids = [value["id"] for value in figure["controls"][0]["values"]]
    assert figure["controls"][0]["shown"] == ids[frontier.knee]
    assert figure["option"]["junshi"]["drag"] is True


def test_answer_of_an_insight_comes_first(frontier: Frontier, inputs: Inputs) -> None:
    """The first line is the advice, the others explain it; each view is strict JSON in both languages."""
    views = both_languages(lambda: report_view(frontier_report(frontier), inputs))
    for language, view in views.items():
        with in_language(language):
            lines = frontier_report(frontier).lines
        assert (*view.advice, *view.sections[0].lines) == lines
        json.dumps(view.to_object(), allow_nan=False)


def test_scan_tiles_have_all_lines_and_days(tmp_path: Path) -> None:
    """Areas sum to the lines read, shades to the days of the files."""
    (tmp_path / "kernel.cu").write_text("__global__ void f(float *x) { x[0] = __shfl_sync(1, 2, 3); }\n" * 5)
    (tmp_path / "train.py").write_text("import torch\nx = torch.zeros(3).cuda()\n")
    (tmp_path / "plain.py").write_text("a = 1\n" * 7)
    report = scan(tmp_path, parse_targets(["cann"], [], None), processes=1)
    found = estimate(report, report.labels[0], None)
    with in_language("en"):
        view = scan_view(report, [found])
        figure = figures_of(view.to_object())["tiles-cann"]
    leaves = [leaf for folder in figure["option"]["series"][0]["data"] for leaf in folder["children"]]
    assert sum(leaf["value"][0] for leaf in leaves) == report.lines
    assert sum(leaf["value"][1] for leaf in leaves) == pytest.approx(sum(found.by_file.values()), rel=1e-6)
    assert {one.id for one in view.origins} >= set(figure["origins"])


def test_scan_without_ties_has_no_figures(tmp_path: Path) -> None:
    """A code base that nothing ties is told in words."""
    (tmp_path / "plain.py").write_text("a = 1\n")
    report = scan(tmp_path, parse_targets(["cann"], [], None), processes=1)
    view = scan_view(report, [estimate(report, label, None) for label in report.labels])
    assert view.advice
    assert view.sections == ()


def test_demand_shows_measure_and_forecast() -> None:
    """The mean runs through what was measured and on through the forecast, inside its band."""
    document, findings = demand_from_log(ROOT / "examples" / "logs" / "jobs.csv.gz", horizon=8)
    with in_language("en"):
        view = demand_view(document, findings).to_object()
    figure = figures_of(view)[f"demand-{document.series[0].name}"]
    band, mean = figure["option"]["series"]
    series = document.series[0]
    assert mean["data"] == pytest.approx([*series.values, *series.forecast], rel=1e-6)
    assert all(
        low <= middle <= high for (_, low, high), middle in zip(band["data"], mean["data"], strict=True)
    )


@pytest.mark.skipif(not HAS_NUMBA, reason="numba is not installed")
@pytest.mark.slow
def test_collective_moves_by_quarter() -> None:
    """Bars of every quarter are the means of the run, the fans its bands; every origin has its source."""
    from junshi.catalogue.load import load_catalogue
    from junshi.collective.build import build_setup
    from junshi.collective.read import fitted, load_prior
    from junshi.collective.result import solve
    from junshi.show.view.collective import collective_view

    facts = load_catalogue()
    prior = load_prior(None, facts)
    size = prior.size.model_copy(update={"organisations": 200, "paths": 4, "quarters": 4})
    result = solve(build_setup(fitted(prior.model_copy(update={"size": size})), facts), 1)
    with in_language("zh"):
        view = collective_view(result).to_object()
    figures = figures_of(view)
    frames = figures["collective-moving-shares"]["frames"]
    assert [frame["keys"]["quarter"] for frame in frames] == list(result.quarters)
    last = figures["collective-shares"]["option"]["series"][1]["data"]
    assert last == pytest.approx(result.shares.mean[:, 0], rel=1e-6)
    assert all(one["source"] for one in view["origins"])  # type: ignore[attr-defined]
