"""Upper estimates: the gap's arithmetic, and the nested bound against the exact nested value of a policy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from junshi.plan.decomposition.bounds import Gap, estimate_gap, nested_residual
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
