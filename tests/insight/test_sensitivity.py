"""Effects and break-evens where one knows their sign or their place."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junshi.insight.factors import FACTORS, LEAST_RATIO, cut_odds, factors_of, porting_range, varied
from junshi.insight.sensitivity import Experiment, domestic_share, find_break_even, measure_sensitivity
from junshi.insight.solve import Solved, solve
from junshi.plan.instance import PlanInstance
from junshi.plan.planner import RiskAttitude, prepare
from junshi.show.insight_sensitivity import effects_sheet, sensitivity_record
from junshi.text import in_language
from tests.insight.instances import QUICK, two_legs


@pytest.fixture(scope="module", params=[0.0, 0.5], ids=["neutral", "careful"])
def solved(request: pytest.FixtureRequest) -> Solved:
    """Policy of the two-legs instance."""
    return solve(prepare(two_legs(), RiskAttitude(request.param, 0.2)), QUICK)


def test_factors_of_one_change_nothing(solved: Solved) -> None:
    """With all factors at 1 the experiment gives what walking the policy gives, run after run."""
    experiment = Experiment(solved, FACTORS, paths=4, seed=0)
    assert experiment.outputs(np.ones(len(FACTORS))) == pytest.approx(experiment.base)


@settings(max_examples=10)
@given(st.floats(0.1, 5.0))
def test_odds_stay_odds(factor: float) -> None:
    """Odds of a cut-off move with the factor and every row still sums to one."""
    instance = two_legs(cut=0.3)
    changed = cut_odds(instance, factor)
    assert changed.transition.sum(axis=1) == pytest.approx(1.0)
    assert changed.transition[0, 1] == pytest.approx(min(0.3 * factor, 0.95))


def test_dearer_inputs_cost_more(solved: Solved) -> None:
    """Prices raise the cost of the policy, demand too; the screened effects say so."""
    chosen = [factor for factor in FACTORS if factor.name in {"import_price", "domestic_price", "demand"}]
    found = measure_sensitivity(solved, QUICK, factors=chosen, runs=4, paths=6, break_even=())
    effects = {one.factor: one for one in found.ranked("cost")}
    assert effects["demand"].direction > 0
    assert effects["import_price"].direction > 0
    assert found.ranked("cost")[0].size >= found.ranked("cost")[-1].size


def test_sobol_indices_find_the_only_mover() -> None:
    """Where only one input moves the cost, its total index is near one."""
    base = two_legs(cut=0.0, back=0.0)
    only = replace(base, fleet=replace(base.fleet, available=base.fleet.available * np.array([1.0, 0.0])))
    solved = solve(prepare(only, RiskAttitude()), QUICK)
    chosen = [factor for factor in FACTORS if factor.name in {"import_price", "domestic_price"}]
    found = measure_sensitivity(
        solved, QUICK, factors=chosen, method="sobol", runs=16, paths=2, break_even=()
    )
    ranked = found.ranked("cost")
    assert ranked[0].factor == "import_price"
    assert ranked[0].size == pytest.approx(1.0, abs=0.25)
    assert ranked[1].size == pytest.approx(0.0, abs=0.05)


def test_break_even_is_where_the_money_turns() -> None:
    """Below the factor found less, above it more than half of the money goes to domestic parts."""
    instance = two_legs(loss=40.0)
    settings = replace(QUICK, seconds=None)
    found = find_break_even(instance, "import_price", settings)
    assert found.value is not None
    shares = [
        domestic_share(varied(instance, {"import_price": found.value * f}), RiskAttitude(), settings)
        for f in (0.8, 1.25)
    ]
    assert shares[0] <= 0.5 <= shares[1]


def ranged(low: float, high: float) -> PlanInstance:
    """Instance of `two_legs`, whose one port of 10 days may take from low to high."""
    base = two_legs()
    spans = {"effort_days_low": np.array([[0.0, low]]), "effort_days_high": np.array([[0.0, high]])}
    return replace(base, work=replace(base.work, **spans))


def several(days: list[float], low: list[float], high: list[float], ported: list[float]) -> PlanInstance:
    """Instance that `porting_range` reads only the ports of, one an ecosystem."""
    base = two_legs()
    arrays = {
        "effort_days": np.array([days]),
        "effort_days_low": np.array([low]),
        "effort_days_high": np.array([high]),
        "ported": np.array([ported]),
    }
    return replace(base, work=replace(base.work, **arrays))


def test_porting_effort_has_the_range_of_its_ports() -> None:
    """One port of 10 days, 5 to 30, is a factor of 0.5 to 3; without a range the assumed one stays."""
    factor = next(one for one in factors_of(ranged(5.0, 30.0)) if one.name == "porting_effort")
    assert (factor.low, factor.high) == pytest.approx((0.5, 3.0))
    assert not factor.assumed
    assert factors_of(two_legs()) == factors_of(ranged(10.0, 10.0)) == FACTORS


def test_range_of_ports_is_weighted_by_days() -> None:
    """30 days at a quarter to fourfold and 10 known for sure: logs weigh 3 to 1, so 4 to the power of 3/4."""
    unported = several([30.0, 10.0], [7.5, 10.0], [120.0, 10.0], [0.0, 0.0])
    assert porting_range(unported) == pytest.approx((4**-0.75, 4**0.75))


def test_ports_that_do_not_count() -> None:
    """No days, no port possible, or ported already: none of these has a say; a low of nothing is floored."""
    nan = float("nan")
    kept = several([0.0, nan, 8.0, 10.0], [0.0, nan, 1.0, 0.0], [5.0, nan, 80.0, 20.0], [0.0, 0.0, 1.0, 0.5])
    assert porting_range(kept) == pytest.approx((LEAST_RATIO, 2.0))


def test_varied_effort_moves_its_range_too() -> None:
    """Twice the days are twice the low and the high days."""
    work = varied(ranged(5.0, 30.0), {"porting_effort": 2.0}).work
    assert work.effort_days.tolist() == [[0.0, 20.0]]
    assert [span.tolist() for span in work.effort_range] == [[[0.0, 10.0]], [[0.0, 60.0]]]


@pytest.mark.parametrize(
    ("language", "assumed", "measured"),
    [("en", "All ranges are assumed.", "is that of the ports"), ("zh", "所有范围均为假定。", "取自各项移植")],
)
def test_table_says_where_ranges_come_from(language: str, assumed: str, measured: str) -> None:
    """The range used stands in the table and the object, and the note tells the assumed from the known."""
    for instance, shown, note in (
        (two_legs(), "0.5 … 2", assumed),
        (ranged(4.0, 30.0), "0.4 … 3", measured),
    ):
        solved = solve(prepare(instance, RiskAttitude()), QUICK)
        found = measure_sensitivity(solved, QUICK, runs=2, paths=1, break_even=())
        with in_language(language):
            sheet = effects_sheet(found)
        assert note in sheet.note
        assert shown in {row[1] for row in sheet.rows}
        span = json.loads(json.dumps(sensitivity_record(found)["ranges"]))["porting_effort"]
        assert f"{span['low']:g} … {span['high']:g}" == shown
        assert span["assumed"] == (instance.work.effort_days_low is None)
