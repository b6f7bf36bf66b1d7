"""A policy: its cuts bound from below, its selection loses nothing where it was made."""

from __future__ import annotations

import numpy as np
import pytest

from junshi.plan.decomposition.train import TrainSettings, train
from junshi.plan.extensive import solve_extensive
from junshi.plan.planner import Setting, prepare
from junshi.plan.policy import Policy
from junshi.plan.risk import risk_of
from tests.plan.instances import NESTED, tiny

ITERATIONS = 15


@pytest.fixture(scope="module")
def setting() -> Setting:
    """Small problem under nested risk."""
    return prepare(tiny(3), NESTED)


@pytest.fixture(scope="module")
def policy(setting: Setting) -> Policy:
    """Policy after some iterations."""
    return train(setting.problem, setting.measure, TrainSettings(iterations=ITERATIONS))[0]


def test_empty_policy_knows_the_floor_only(setting: Setting) -> None:
    """Before any cut the values ahead are the floor of the next stage."""
    policy = Policy.empty(setting.problem, setting.measure)
    points = np.zeros((2, setting.problem.nodes[0][0].outgoing.size))
    assert np.all(policy.values_ahead(0, points) == setting.problem.floor[1])


def test_future_cut_is_the_risk_of_the_value_cuts(setting: Setting) -> None:
    """At its trial point a future cut is the risk of the values, and its slope their weighted slope."""
    policy = Policy.empty(setting.problem, setting.measure)
    point = setting.problem.initial_state
    values = np.array([4.0, 9.0])
    slopes = np.random.default_rng(0).normal(size=(2, point.size))
    policy.add_cuts(1, point, values, slopes)
    odds = setting.problem.odds_from(0, 0)
    future = policy.future[0]
    height = future.alpha[0, 0] + future.beta[0, 0] @ point
    assert height == pytest.approx(risk_of(setting.measure, values, odds))
    assert future.beta[0, 0] == pytest.approx(setting.measure.weights(values, odds) @ slopes)
    assert policy.values_ahead(0, point[None])[0] == pytest.approx(values)


def test_value_cuts_are_below_the_value(setting: Setting, policy: Policy) -> None:
    """The bound at the root is at most the optimum of the whole tree, in whole ports and relaxed."""
    assert policy.lower_bound <= solve_extensive(setting.problem, setting.measure).objective + 1e-9


def test_dominating_cuts_keep_the_height_at_every_trial_point(policy: Policy) -> None:
    """Dropping the cuts that are nowhere highest leaves the cuts' height at all trial points."""
    for stage, family in enumerate(policy.future):
        points = np.asarray(policy.trial[stage])
        for state in range(family.alpha.shape[1]):
            kept = policy.dominating(stage, state)
            heights = points @ family.beta[:, state].T + family.alpha[:, state]
            assert heights[:, kept].max(axis=1) == pytest.approx(heights.max(axis=1))
            assert 0 < len(kept) <= family.count
            assert np.all(np.diff(kept) > 0)


def test_selection_drops_something(policy: Policy) -> None:
    """After some iterations there are cuts that are nowhere highest."""
    sizes = [len(policy.dominating(stage, 0)) for stage in range(len(policy.future))]
    assert sum(sizes) < sum(policy.cut_counts)


def test_truncated_policy_has_the_first_cuts_and_the_proven_bound(policy: Policy) -> None:
    """A truncation keeps the first cuts of every stage, their trial points and the lower bound."""
    counts = [4, 6]
    short = policy.truncated(counts)
    assert short.cut_counts == counts
    assert [len(points) for points in short.trial] == counts
    assert [family.count for family in short.value[1:]] == counts
    assert short.lower_bound == policy.lower_bound
    assert np.array_equal(short.future[1].alpha, policy.future[1].alpha[:6])


def test_truncation_leaves_the_policy_alone(policy: Policy) -> None:
    """The longer policy keeps its cuts, and its values are nowhere below those of the truncation."""
    before = policy.cut_counts
    short = policy.truncated([3, 3])
    points = np.asarray(policy.trial[0])
    assert np.all(short.values_ahead(0, points) <= policy.values_ahead(0, points) + 1e-12)
    assert policy.cut_counts == before


def test_training_goes_on_from_a_truncation(setting: Setting) -> None:
    """A truncated policy can be trained on without touching the one that it came from."""
    policy, _ = train(setting.problem, setting.measure, TrainSettings(iterations=6))
    alphas = policy.future[0].alpha.copy()
    train(setting.problem, setting.measure, TrainSettings(iterations=4), policy=policy.truncated([5, 5]))
    assert np.array_equal(policy.future[0].alpha, alphas)
