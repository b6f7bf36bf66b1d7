"""The decomposition agrees with the whole tree on random problems, and its bounds are bounds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junshi.plan.decomposition.train import TrainSettings, train
from junshi.plan.end_of_horizon import with_end_of_horizon_risk
from junshi.plan.extensive import solve_extensive
from junshi.plan.risk import Expectation, MeanCVaR, RiskMeasure, WorstCase
from tests.theory.paths import path_costs, trained
from tests.theory.world import World, problem, worlds

risks = st.sampled_from(
    [Expectation(), MeanCVaR(0.5, 0.3), MeanCVaR(1.0, 0.2), WorstCase(0.5)],
)


@settings(max_examples=12)
@given(worlds(stages=(3, 4)), risks)
def test_bound_reaches_the_optimum_of_the_tree(world: World, risk: RiskMeasure) -> None:
    """The lower bound of the decomposition reaches the optimum of the extensive form within 1e-5."""
    instance = problem(world)
    expected = solve_extensive(instance, risk).objective
    assert trained(instance, risk, iterations=60).lower_bound == pytest.approx(expected, rel=1e-5, abs=1e-6)


@settings(max_examples=8)
@given(worlds(stages=(3, 3)))
def test_end_of_horizon_bound_reaches_the_optimum_of_the_tree(world: World) -> None:
    """The same for the risk of the total at the end of the horizon."""
    instance = with_end_of_horizon_risk(problem(world), MeanCVaR(0.5, 0.3), (0.0, 2_000.0))
    expected = solve_extensive(instance, Expectation()).objective
    assert trained(instance, iterations=100).lower_bound == pytest.approx(expected, rel=1e-5, abs=1e-6)


@settings(max_examples=12)
@given(worlds(stages=(3, 4)), st.integers(1, 8))
def test_optimum_lies_between_bound_and_policy(world: World, iterations: int) -> None:
    """After few iterations: lower bound <= optimum of the tree <= mean cost of the policy over all paths."""
    instance = problem(world)
    expected = solve_extensive(instance, Expectation()).objective
    policy = trained(instance, iterations=iterations, paths=1)
    costs, odds = path_costs(policy)
    slack = 1e-6 * (1 + abs(expected))
    assert policy.lower_bound <= expected + slack
    assert expected <= odds @ costs + slack


@settings(max_examples=8)
@given(worlds(stages=(3, 4)), risks)
def test_lower_bound_never_falls(world: World, risk: RiskMeasure) -> None:
    """Each iteration's lower bound is at least the one before."""
    _, log = train(problem(world), risk, TrainSettings(iterations=15, select_every=4))
    assert np.all(np.diff(log.bounds) >= 0)
