"""Frontier and the cuts that its warm starts are made of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junshi.insight.frontier import FrontierSettings, knee_of, luck_of, solve_frontier, weights_in_order
from junshi.insight.solve import solve
from junshi.insight.strategies import ALL_CUDA, ALL_DOMESTIC, HALF
from junshi.plan.decomposition.train import load_cuts
from junshi.plan.extensive import solve_extensive
from junshi.plan.instance import PlanInstance
from junshi.plan.nodes.crew import Crew
from junshi.plan.planner import RiskAttitude, prepare
from junshi.plan.policy import Policy
from junshi.plan.risk_cuts import Jensen, Plain, Trained, between, copied
from junshi.terms import RiskReading
from tests.insight.instances import QUICK, instances, two_legs


def root_value(policy: Policy) -> float:
    """Bound that the cuts alone prove at the root."""
    with Crew(policy.problem, 1) as crew:
        load_cuts(crew, policy)
        first = crew.decide(0, np.zeros(1, dtype=np.int64), policy.problem.initial_state[None], integer=False)
    return first[0].value


@settings(max_examples=8)
@given(instances(), st.sampled_from([0.1, 0.5, 0.9, 1.0]), st.sampled_from([0.1, 0.4]))
def test_converted_cuts_never_exceed_the_optimum(instance: PlanInstance, weight: float, tail: float) -> None:
    """Cuts from plain ones, and from two other weights, stay below the extensive optimum of the weight."""
    plain = solve(prepare(instance, RiskAttitude(0.0, tail)), QUICK)
    setting = prepare(instance, RiskAttitude(weight, tail))
    optimum = solve_extensive(setting.problem, setting.measure).objective
    slack = 1e-6 * (1 + abs(optimum))
    low = between(setting.problem, weight, Plain(plain.policy), Jensen(plain.policy, tail))
    assert root_value(low) <= optimum + slack
    half = solve(prepare(instance, RiskAttitude(weight / 2, tail)), QUICK)
    higher = between(setting.problem, weight, Trained(half.policy, weight / 2), Jensen(plain.policy, tail))
    assert root_value(higher) <= optimum + slack


def test_warm_cuts_are_tight_between_close_weights() -> None:
    """Cuts from both neighbours prove nearly the optimum before any training."""
    instance = two_legs()
    known = {w: solve(prepare(instance, RiskAttitude(w, 0.2)), QUICK) for w in (0.4, 0.6)}
    setting = prepare(instance, RiskAttitude(0.5, 0.2))
    optimum = solve_extensive(setting.problem, setting.measure).objective
    warm = between(setting.problem, 0.5, *(Trained(one.policy, w) for w, one in known.items()))
    assert root_value(warm) == pytest.approx(optimum, rel=0.02)
    assert root_value(warm) <= optimum * (1 + 1e-6)


@settings(max_examples=5)
@given(instances(), st.sampled_from([0.3, 0.8]))
def test_nested_cuts_carry_to_a_higher_weight(instance: PlanInstance, weight: float) -> None:
    """Value cuts of a lower nested weight stay below the optimum of a higher one."""
    low = solve(prepare(instance, RiskAttitude(weight / 2, 0.3, RiskReading.NESTED)), QUICK)
    setting = prepare(instance, RiskAttitude(weight, 0.3, RiskReading.NESTED))
    optimum = solve_extensive(setting.problem, setting.measure).objective
    assert root_value(copied(low.policy, setting.problem, setting.measure)) <= optimum + 1e-6 * abs(optimum)


def test_weights_must_enclose() -> None:
    """A weight outside both sources is refused."""
    instance = two_legs(stages=2)
    plain = solve(prepare(instance, RiskAttitude(0.0, 0.2)), QUICK)
    setting = prepare(instance, RiskAttitude(0.5, 0.2))
    with pytest.raises(ValueError, match="not between"):
        between(setting.problem, 0.5, Plain(plain.policy), Plain(plain.policy))


@pytest.mark.parametrize("reading", list(RiskReading))
def test_frontier_is_monotone_and_convex(reading: RiskReading) -> None:
    """More weight never lowers the mean nor raises the worst, the slope flattens, no pure rule is cheaper."""
    found = solve_frontier(
        two_legs(),
        RiskAttitude(0.0, 0.2, reading),
        FrontierSettings(points=5, plan=QUICK, further=6.0, most=200.0, paths=80),
        (ALL_CUDA, ALL_DOMESTIC, HALF),
    )
    mean = np.array([point.mean for point in found.points])
    cvar = np.array([point.cvar for point in found.points])
    assert np.all(np.diff(mean) >= -1e-9)
    assert np.all(np.diff(cvar) <= 1e-9)
    moves = np.flatnonzero(np.diff(mean) > 1e-9)
    slopes = np.diff(cvar)[moves] / np.diff(mean)[moves]
    assert np.all(np.diff(slopes) >= -1e-6)
    assert all(one.mean >= mean[0] - 1e-6 * abs(mean[0]) for one in found.strategies[:2])
    assert 0 <= found.knee < len(found.points)


def test_frontier_points_reach_their_bounds() -> None:
    """On a small instance every point is within a per cent of the extensive optimum of its weight."""
    instance = two_legs(stages=3)
    attitude = RiskAttitude(0.0, 0.2)
    found = solve_frontier(
        instance, attitude, FrontierSettings(points=4, plan=QUICK, further=6.0, most=200.0, paths=50)
    )
    for point in found.points:
        setting = prepare(instance, RiskAttitude(point.weight, 0.2))
        optimum = solve_extensive(setting.problem, setting.measure).objective * setting.layout.cost_scale
        assert point.lower_bound == pytest.approx(optimum, rel=0.01)
        assert point.lower_bound <= optimum + 1e-6 * abs(optimum)


def test_little_time_leaves_weights_to_the_pool() -> None:
    """Weights that there is no time for have a policy of the others and a bound that these prove."""
    settings_ = FrontierSettings(points=6, plan=QUICK, further=1.0, most=0.1, paths=50)
    found = solve_frontier(two_legs(stages=3), RiskAttitude(0.0, 0.2), settings_)
    assert len(found.points) == 6
    assert len({point.trained_for for point in found.points}) <= 3
    for point in found.points:
        setting = prepare(two_legs(stages=3), RiskAttitude(point.weight, 0.2))
        optimum = solve_extensive(setting.problem, setting.measure).objective * setting.layout.cost_scale
        assert point.lower_bound <= optimum + 1e-6 * abs(optimum)


def test_luck_moves_mean_and_cvar() -> None:
    """Costs that are all luck have their own mean as luck; without any luck nothing moves."""
    luck = np.array([3.0, -1.0, 2.0, 0.0])
    assert luck_of(luck, np.zeros(4), 0.5) == (0.0, 0.0)
    mean, _ = luck_of(10.0 + luck, luck - luck.mean() + 1.0, 0.5)
    assert mean > 0


def test_order_of_weights() -> None:
    """The ends come first, every weight once."""
    weights = weights_in_order(12)
    assert weights[0] == 0.0
    assert weights[2] == 0.95
    assert len(set(weights)) == 12


def test_no_knee_without_a_bend() -> None:
    """A frontier of one point has its knee there."""
    assert knee_of(np.array([1.0, 1.0]), np.array([2.0, 2.0])) == 0
