"""Training: what stops it, what steadies it, what selection keeps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junshi.plan.decomposition.train import TrainSettings, refresh_odds, steady_trial, train
from junshi.plan.extensive import solve_extensive
from junshi.plan.instance import PlanInstance
from junshi.plan.planner import Setting, prepare
from junshi.plan.policy import Policy
from tests.plan.instances import NESTED, NEUTRAL, instances, tiny


@pytest.fixture(scope="module")
def setting() -> Setting:
    """Small problem."""
    return prepare(tiny(4), NEUTRAL)


def test_stop_reasons(setting: Setting) -> None:
    """Iterations, time and the caller each stop the training and are told."""
    problem, measure = setting.problem, setting.measure
    assert train(problem, measure, TrainSettings(iterations=2))[1].stop_reason == "iterations"
    assert train(problem, measure, TrainSettings(iterations=9, seconds=0.0))[1].stop_reason == "time"
    policy, log = train(
        problem, measure, TrainSettings(iterations=9), on_progress=lambda seen: seen.iteration == 2
    )
    assert log.stop_reason == "asked"
    assert policy.iterations == len(log.bounds) == 2


@settings(max_examples=10)
@given(instances(stages=(3, 4)), st.sampled_from([1, 3, 100]), st.sampled_from([0.0, 0.6]))
def test_every_setting_keeps_the_bound_a_bound(
    instance: PlanInstance, select_every: int, steadiness: float
) -> None:
    """Selection, steadied points and exploration change the speed, never the validity."""
    setting = prepare(instance, NESTED)
    expected = solve_extensive(setting.problem, setting.measure).objective
    policy, log = train(
        setting.problem,
        setting.measure,
        TrainSettings(iterations=12, select_every=select_every, steadiness=steadiness, exploration=0.3),
    )
    assert policy.lower_bound <= expected + 1e-6 * (1 + abs(expected))
    assert np.all(np.diff(log.bounds) >= 0)


def test_more_paths_make_more_cuts(setting: Setting) -> None:
    """Each path of an iteration leaves one cut a stage."""
    policy, _ = train(setting.problem, setting.measure, TrainSettings(iterations=3, paths=4))
    assert policy.cut_counts == [12, 12, 12]


def test_resumed_training_is_the_training_without_a_stop(setting: Setting) -> None:
    """Paths depend on the seed and the iteration alone: stopped and gone on, the same paths are followed."""
    policy, _ = train(setting.problem, setting.measure, TrainSettings(iterations=4, select_every=2))
    policy, _ = train(
        setting.problem, setting.measure, TrainSettings(iterations=4, select_every=2), policy=policy
    )
    whole, _ = train(setting.problem, setting.measure, TrainSettings(iterations=8, select_every=2))
    assert policy.iterations == whole.iterations
    assert policy.lower_bound == pytest.approx(whole.lower_bound, rel=0.05)


def test_steadied_points_lie_between_now_and_before(setting: Setting) -> None:
    """A trial state moves towards the mean of its node; at steadiness zero nothing moves."""
    policy = Policy.empty(setting.problem, setting.measure)
    states = np.zeros((1, 4), dtype=np.int64)
    first, second = np.full((1, 3), 1.0), np.full((1, 3), 3.0)
    steady_trial(policy, states, [first], 0.25)
    assert first[0].tolist() == [1.0] * 3
    steady_trial(policy, states, [second], 0.25)
    assert second[0].tolist() == [0.75 * 3 + 0.25 * 1] * 3
    assert policy.steady[0, 0] == pytest.approx([0.7 * 1 + 0.3 * 3] * 3)
    third = np.full((1, 3), 9.0)
    steady_trial(policy, states, [third], 0.0)
    assert third[0].tolist() == [9.0] * 3


def test_likely_states_are_always_refreshed(setting: Setting) -> None:
    """The odds of a fresh value are one for a likely state and never zero."""
    odds = refresh_odds(setting.problem)
    assert odds[0].tolist() == [1.0]
    assert all(np.all((row > 0) & (row <= 1)) for row in odds)
    assert odds[1][0] == 1.0
