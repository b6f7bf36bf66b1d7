"""Identities of perfect information, the mean-value plan and measures on random instances."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from junshi.insight.certainty import price_certainty
from junshi.insight.foresight import solve_path
from junshi.insight.mean_value import first_decisions, marginal_odds, mean_instance, with_first_decisions
from junshi.insight.measures import MEASURES, early_warning
from junshi.plan.extensive import build_tree, solve_extensive
from junshi.plan.instance import PlanInstance
from junshi.plan.planner import RiskAttitude, prepare
from junshi.plan.risk import Expectation
from tests.insight.instances import QUICK, instances, two_legs


def optimum(instance: PlanInstance) -> float:
    """Exact least expected cost, currency."""
    setting = prepare(instance, RiskAttitude())
    return solve_extensive(setting.problem, Expectation()).objective * setting.layout.cost_scale


def wait_and_see(instance: PlanInstance) -> float:
    """Exact expected cost when every path is known from the start, currency."""
    setting = prepare(instance, RiskAttitude())
    tree = build_tree(setting.problem)
    total = 0.0
    for leaf in np.flatnonzero(tree.stage == tree.stage.max()):
        node, path = int(leaf), []
        while node >= 0:
            path.insert(0, int(tree.state[node]))
            node = int(tree.parent[node])
        total += float(tree.reach[leaf]) * solve_path(setting.plain, np.array(path)).objective
    return total * setting.layout.cost_scale


def expected_of_mean_plan(instance: PlanInstance) -> float:
    """Exact expected cost of the mean-value plan's first quarter and the best afterwards, currency."""
    setting = prepare(instance, RiskAttitude())
    fixed = with_first_decisions(setting, first_decisions(setting))
    return solve_extensive(fixed.problem, Expectation()).objective * setting.layout.cost_scale


@settings(max_examples=10)
@given(instances())
def test_values_of_information_and_of_odds_are_not_negative(instance: PlanInstance) -> None:
    """WS <= RP <= EEV, so EVPI >= 0 and VSS >= 0; and the mean-value problem costs no more than EEV."""
    best = optimum(instance)
    slack = 1e-4 * (1 + abs(best))
    assert wait_and_see(instance) <= best + slack
    assert best <= expected_of_mean_plan(instance) + slack


def test_certain_future_has_no_value_of_information() -> None:
    """When the chain cannot move, knowing the future and planning with odds are worth nothing."""
    instance = two_legs(stages=3, cut=0.0, back=0.0)
    best = optimum(instance)
    assert wait_and_see(instance) == pytest.approx(best, rel=1e-6)
    assert expected_of_mean_plan(instance) == pytest.approx(best, rel=1e-4)


def test_odds_of_each_quarter() -> None:
    """The first quarter is certain; each quarter's odds sum to one and follow the chain."""
    odds = marginal_odds(two_legs(stages=3, cut=0.25, back=0.5))
    assert odds[0].tolist() == [1.0, 0.0]
    assert odds[1].tolist() == [0.75, 0.25]
    assert odds.sum(axis=1) == pytest.approx(1.0)


def test_mean_of_one_state_is_itself() -> None:
    """An instance whose states are alike has itself as its mean."""
    instance = two_legs(cut=0.0, back=0.0)
    means = mean_instance(instance)
    assert means.fleet.price[:, 0] == pytest.approx(instance.fleet.price[:, 0])
    assert means.fleet.available[:, 0] == pytest.approx(instance.fleet.available[:, 0])


@settings(max_examples=6)
@given(instances())
def test_no_measure_costs(instance: PlanInstance) -> None:
    """Every measure only widens what can be done or known: the optimum never rises."""
    best = optimum(instance)
    for measure in MEASURES:
        changed = measure.change(instance)
        if changed is not None:
            assert optimum(changed) <= best + 1e-6 * (1 + abs(best)), measure.name


def test_warning_keeps_the_odds_of_the_states() -> None:
    """Split by what is known, the states of each quarter have the odds that they had."""
    instance = two_legs(stages=4)
    warned = early_warning(instance)
    assert warned is not None
    before, after = marginal_odds(instance), marginal_odds(warned)
    for stage in range(instance.stages):
        together = after[stage, :-1].reshape(2, 2).sum(axis=1)
        if stage > 0:
            assert together == pytest.approx(before[stage])


def test_warning_is_worth_no_more_than_foresight() -> None:
    """Knowing one quarter ahead saves something here, and less than knowing everything."""
    instance = two_legs(stages=4, cut=0.4, back=0.3, loss=60.0)
    warned = early_warning(instance)
    assert warned is not None
    best, known = optimum(instance), optimum(warned)
    assert wait_and_see(instance) <= known + 1e-6
    assert known < best


def test_price_of_certainty() -> None:
    """The careful plan is no cheaper on average and no worse in the worst outcomes."""
    found = price_certainty(two_legs(), RiskAttitude(0.8, 0.2), QUICK, paths=120, foresight_paths=30)
    assert found.premium.value >= -1e-6 * abs(found.neutral_mean)
    assert found.averted >= -1e-6 * abs(found.neutral_cvar)
    assert found.evpi.value >= -1e-6
    assert found.vss.value >= -0.01 * abs(found.neutral_mean)
    worths = [one.worth for one in found.measures if one.worth is not None]
    assert worths == sorted(worths, reverse=True)
