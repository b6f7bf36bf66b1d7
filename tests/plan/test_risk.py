"""Risk measures are coherent, and both ends of their parameters are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from junshi.plan.risk import Expectation, MeanCVaR, RiskMeasure, WorstCase, risk_of, weighted_cvar

FloatArray = NDArray[np.float64]
Outcomes = tuple[FloatArray, FloatArray, FloatArray]

measures = st.one_of(
    st.just(Expectation()),
    st.builds(MeanCVaR, st.sampled_from([0.0, 0.3, 1.0]), st.sampled_from([0.05, 0.3, 1.0])),
    st.builds(WorstCase, st.sampled_from([0.0, 0.5, 1.0])),
)


@st.composite
def outcomes(draw: st.DrawFn) -> Outcomes:
    """Two costs of the same outcomes and their odds."""
    count = draw(st.integers(1, 6))

    def costs() -> FloatArray:
        return np.array(draw(st.lists(st.integers(-50, 50), min_size=count, max_size=count)), dtype=float)

    odds = np.array(draw(st.lists(st.integers(1, 9), min_size=count, max_size=count)), dtype=float)
    return costs(), costs(), odds / odds.sum()


@given(outcomes(), measures)
def test_weights_are_odds_of_another_law(case: Outcomes, measure: RiskMeasure) -> None:
    """The weights are non-negative and add up to one."""
    costs, _, odds = case
    weights = measure.weights(costs, odds)
    assert np.all(weights >= 0)
    assert weights.sum() == pytest.approx(1)


@given(outcomes(), measures)
def test_dearer_outcomes_are_not_less_risky(case: Outcomes, measure: RiskMeasure) -> None:
    """The risk of a cost that is nowhere lower is not lower."""
    costs, other, odds = case
    assert risk_of(measure, costs, odds) <= risk_of(measure, np.maximum(costs, other), odds) + 1e-9


@given(outcomes(), measures, st.integers(-20, 20), st.integers(0, 5))
def test_risk_moves_and_scales_with_the_cost(
    case: Outcomes, measure: RiskMeasure, shift: int, factor: int
) -> None:
    """A sure cost adds itself, and a multiple of a cost has the multiple of its risk."""
    costs, _, odds = case
    base = risk_of(measure, costs, odds)
    assert risk_of(measure, factor * costs + shift, odds) == pytest.approx(factor * base + shift, abs=1e-9)


@given(outcomes(), measures)
def test_two_costs_together_are_not_riskier_than_apart(case: Outcomes, measure: RiskMeasure) -> None:
    """Risk is subadditive."""
    costs, other, odds = case
    apart = risk_of(measure, costs, odds) + risk_of(measure, other, odds)
    assert risk_of(measure, costs + other, odds) <= apart + 1e-9


@given(outcomes(), measures)
def test_risk_lies_between_mean_and_worst(case: Outcomes, measure: RiskMeasure) -> None:
    """No measure is below the mean or above the worst outcome."""
    costs, _, odds = case
    assert odds @ costs - 1e-9 <= risk_of(measure, costs, odds) <= costs.max() + 1e-9


@given(outcomes(), st.sampled_from([0.1, 0.4, 0.9]))
def test_cvar_is_the_least_level_plus_excess(case: Outcomes, tail: float) -> None:
    """CVaR is the minimum over levels u of u + E (z - u)^+ / tail, reached at an outcome."""
    costs, _, odds = case
    best = min(level + odds @ np.maximum(costs - level, 0) / tail for level in costs)
    assert weighted_cvar(costs, odds, tail) == pytest.approx(best, abs=1e-9)


@given(outcomes())
def test_limits_of_the_tail(case: Outcomes) -> None:
    """The whole tail is the mean; a tail thinner than any outcome is the worst case."""
    costs, _, odds = case
    assert weighted_cvar(costs, odds, 1.0) == pytest.approx(odds @ costs, abs=1e-9)
    assert weighted_cvar(costs, odds, float(odds.min()) / 2) == pytest.approx(costs.max())


def test_outcomes_of_no_odds_do_not_count() -> None:
    """An impossible outcome, however bad, has no weight in any measure."""
    costs, odds = np.array([1.0, 99.0]), np.array([1.0, 0.0])
    for measure in (Expectation(), MeanCVaR(0.5, 0.1), WorstCase(0.5)):
        assert risk_of(measure, costs, odds) == pytest.approx(1.0)


def test_largest_ratio_bounds_the_weights() -> None:
    """No weight exceeds its probability by more than the stated ratio, and the bound is reached."""
    measure = MeanCVaR(0.5, 0.2)
    odds = np.full(10, 0.1)
    ratios = measure.weights(np.arange(10.0), odds) / odds
    assert ratios.max() == pytest.approx(measure.largest_ratio)


@pytest.mark.parametrize(("weight", "tail"), [(-0.1, 0.5), (1.1, 0.5), (0.5, 0.0), (0.5, 1.1)])
def test_weight_and_tail_out_of_range_are_refused(weight: float, tail: float) -> None:
    """A weight outside 0 to 1 or a tail outside 0 (excluded) to 1 is refused."""
    with pytest.raises(ValueError, match="must lie in"):
        MeanCVaR(weight, tail)
