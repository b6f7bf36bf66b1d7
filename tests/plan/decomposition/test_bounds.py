"""Upper estimates: the gap's arithmetic, and the nested bound against the exact nested value of a policy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from junshi.plan.decomposition.bounds import Gap, _accumulate, _levels, estimate_gap, nested_residual
from junshi.plan.decomposition.train import TrainSettings, load_cuts, train
from junshi.plan.extensive import solve_extensive
from junshi.plan.instance import PlanInstance
from junshi.plan.nodes.crew import Crew
from junshi.plan.planner import RiskAttitude, prepare
from junshi.plan.policy import Policy
from junshi.plan.risk import MeanCVaR, RiskMeasure, risk_of
from junshi.plan.simulate import Simulation, simulate
from junshi.terms import RiskReading
from tests.plan.instances import NEUTRAL, evenly, instances, tiny
from tests.theory.paths import all_paths

FloatArray = NDArray[np.float64]


def test_gap_is_relative_to_the_bound() -> None:
    """Objective 105 with standard error 1 over a bound of 100 is a gap of 5 %, 3.04 to 6.96 %."""
    gap = Gap(105.0, 1.0, 100.0)
    assert gap.gap == pytest.approx(0.05)
    assert gap.interval == pytest.approx((103.040036, 106.959964))
    assert gap.gap_interval == pytest.approx((0.03040036, 0.06959964))


def test_gap_of_a_negative_bound_is_positive() -> None:
    """A plan that earns 95 where at most 100 can be earned has a gap of 5 %."""
    assert Gap(-95.0, 0.0, -100.0).gap == pytest.approx(0.05)


def followed_everywhere(policy: Policy) -> tuple[Simulation, FloatArray]:
    """Simulation along every path, each twice in turn so that both halves hold all of them; path odds."""
    states, odds = all_paths(policy.problem)
    with Crew(policy.problem, 1) as crew:
        load_cuts(crew, policy)
        return simulate(crew, policy, np.repeat(states, 2, axis=0), integer=False), np.repeat(odds, 2) / 2


def nested_value(policy: Policy, risk: RiskMeasure, run: Simulation) -> float:
    """Exact nested risk of the policy's cost, by recursion over the tree."""
    states = run.states

    def value(members: NDArray[np.int64], stage: int) -> float:
        cost = float(run.stage_cost[members[0], stage])
        if stage == states.shape[1] - 1:
            return cost
        following = np.unique(states[members, stage + 1])
        costs = np.array([value(members[states[members, stage + 1] == s], stage + 1) for s in following])
        return cost + risk_of(
            risk, costs, policy.problem.transition[stage][states[members[0], stage]][following]
        )

    return value(np.arange(len(states)), 0)


@settings(max_examples=20)
@given(
    instances(stages=(2, 4)),
    st.integers(1, 8),
    st.sampled_from([0.3, 1.0]),
    st.sampled_from([0.2, 0.6]),
)
def test_nested_bound_is_above_the_exact_nested_value(
    instance: PlanInstance, iterations: int, weight: float, tail: float
) -> None:
    """The bound <= optimum <= exact nested value of the policy <= bound + mean residual, at any training."""
    setting = prepare(evenly(instance), RiskAttitude(weight, tail, RiskReading.NESTED))
    measure = setting.measure
    assert isinstance(measure, MeanCVaR)
    policy, _ = train(setting.problem, measure, TrainSettings(iterations=iterations))
    run, _ = followed_everywhere(policy)
    optimum = solve_extensive(setting.problem, measure).objective
    exact = nested_value(policy, measure, run)
    estimate = policy.lower_bound + nested_residual(policy, measure, run).mean()
    slack = 1e-6 * (1 + abs(exact))
    assert policy.lower_bound <= optimum + slack
    assert optimum <= exact + slack
    assert exact <= estimate + slack


@settings(max_examples=10)
@given(instances(stages=(3, 3)))
def test_nested_bound_closes_with_the_training(instance: PlanInstance) -> None:
    """After enough iterations the upper estimate is near the optimum: it does not pile up over the stages."""
    setting = prepare(evenly(instance), RiskAttitude(0.5, 0.3, RiskReading.NESTED))
    policy, _ = train(setting.problem, setting.measure, TrainSettings(iterations=60, exploration=0.4))
    run, _ = followed_everywhere(policy)
    assert abs(estimate_gap(policy, run).gap) < 0.05


def test_sampled_mean_agrees_with_the_exact_mean() -> None:
    """Risk-neutral: the interval of the estimate from sampled paths holds the mean over all paths."""
    setting = prepare(tiny(3), NEUTRAL)
    policy, _ = train(setting.problem, setting.measure, TrainSettings(iterations=3))
    run, odds = followed_everywhere(policy)
    exact = float(odds @ run.total)
    rng = np.random.default_rng(5)
    drawn = rng.choice(len(odds), size=400, p=odds)
    sample = Simulation(
        run.states[drawn],
        run.stage_cost[drawn],
        tuple(columns[drawn] for columns in run.columns),
        tuple(left[drawn] for left in run.outgoing),
        tuple(ahead[drawn] for ahead in run.ahead),
        run.luck[drawn],
        np.full(400, 1 / 400),
    )
    gap = estimate_gap(policy, sample)
    assert abs(gap.objective - exact) <= 4 * gap.error + 1e-9
    assert gap.error <= sample.total.std() / np.sqrt(400) + 1e-12


def residual_tree(values: list[int]) -> FloatArray:
    """Residuals of a binary tree of four stages along its eight paths, shape [path, stage]."""
    paths = np.arange(8)
    first = [0, 1, 3, 7]
    return np.array([[values[first[t] + (path >> (3 - t))] for t in range(4)] for path in paths], dtype=float)


def nested_risk(risk: MeanCVaR, residuals: FloatArray, stage: int = 0) -> float:
    """Exact nested risk of the sum along a binary tree, halves of the paths being its branches."""
    here = float(residuals[0, stage])
    if stage == residuals.shape[1] - 1:
        return here
    halves = np.split(residuals, 2)
    ahead = np.array([nested_risk(risk, half, stage + 1) for half in halves])
    return here + risk_of(risk, ahead, np.array([0.5, 0.5]))


@given(
    st.lists(st.integers(0, 20), min_size=15, max_size=15),
    st.sampled_from([0.2, 1.0]),
    st.sampled_from([0.1, 0.4, 0.8]),
    st.floats(-5, 60),
)
def test_accumulated_residuals_bound_their_nested_risk(
    values: list[int], weight: float, tail: float, level: float
) -> None:
    """The mean over all paths is at least the exact nested risk, with fitted levels and with any other."""
    risk = MeanCVaR(weight, tail)
    residuals = residual_tree(values)
    exact = nested_risk(risk, residuals)
    fitted = _levels(risk, residuals)
    for levels in (fitted, np.full(5, level)):
        assert _accumulate(risk, residuals, levels)[:, 0].mean() >= exact - 1e-9


def test_accumulated_residuals_without_uncertainty_are_their_sum() -> None:
    """With the same residuals on every path, the fitted bound is their sum and not a multiple of it."""
    risk = MeanCVaR(0.7, 0.1)
    residuals = np.tile([1.0, 2.0, 0.0, 4.0], (6, 1))
    assert _accumulate(risk, residuals, _levels(risk, residuals))[:, 0] == pytest.approx([7.0] * 6)
