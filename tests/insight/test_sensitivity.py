"""Effects and break-evens where one knows their sign or their place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junshi.insight.factors import FACTORS, cut_odds, varied
from junshi.insight.sensitivity import Experiment, domestic_share, find_break_even, measure_sensitivity
from junshi.insight.solve import Solved, solve
from junshi.plan.planner import RiskAttitude, prepare
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
