"""The decomposition agrees with the whole tree on random planning instances, in all readings of risk."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from junshi.plan.decomposition.train import TrainSettings, train
from junshi.plan.extensive import solve_extensive
from junshi.plan.instance import PlanInstance
from junshi.plan.planner import PlanSettings, RiskAttitude, plan_setting, prepare
from junshi.plan.whole_tree import write_mps
from tests.agreement.test_mps import glpk_optimum
from tests.plan.instances import AT_THE_END, ATTITUDES, NESTED, NEUTRAL, instances, tiny, with_work
from tests.theory.paths import path_costs, trained

NAMES = ("neutral", "nested", "end")


@pytest.mark.parametrize("attitude", ATTITUDES, ids=NAMES)
@settings(max_examples=8)
@given(instances(stages=(3, 3), states=(2, 3)))
def test_bound_reaches_the_optimum_of_the_tree(attitude: RiskAttitude, instance: PlanInstance) -> None:
    """Trained long enough, the lower bound is the optimum of the extensive form within 1e-5."""
    setting = prepare(instance, attitude)
    expected = solve_extensive(setting.problem, setting.measure).objective
    bound = trained(setting.problem, setting.measure, iterations=60).lower_bound
    assert bound == pytest.approx(expected, rel=1e-5, abs=1e-7)


@settings(max_examples=12)
@given(instances(stages=(3, 4), atomic=True))
def test_bound_is_below_the_optimum_in_whole_ports(instance: PlanInstance) -> None:
    """With atomic work: bound <= optimum in whole ports <= mean cost of the policy in whole ports."""
    setting = prepare(instance, NEUTRAL)
    expected = solve_extensive(setting.problem, setting.measure).objective
    policy = trained(setting.problem, iterations=15)
    costs, odds = path_costs(policy)
    slack = 1e-4 * (1 + abs(expected))
    assert policy.lower_bound <= expected + slack
    assert expected <= odds @ costs + slack


@settings(max_examples=12)
@given(instances(stages=(3, 4), atomic=True))
def test_cuts_that_know_whole_ports_stay_below_the_optimum(instance: PlanInstance) -> None:
    """Lagrangian cuts included, the bound is not above the optimum in whole ports."""
    setting = prepare(instance, NEUTRAL)
    expected = solve_extensive(setting.problem, setting.measure).objective
    training = TrainSettings(iterations=18, integer_forward=True, switch_cuts=True)
    policy, _ = train(setting.problem, setting.measure, training)
    assert policy.lower_bound <= expected + 1e-4 * (1 + abs(expected))


@pytest.mark.parametrize("attitude", [NEUTRAL, NESTED, AT_THE_END], ids=NAMES)
def test_planner_closes_its_gap_on_a_small_plan(attitude: RiskAttitude) -> None:
    """The planner's own settings bring the bound to the optimum, and its objective is not below it."""
    setting = prepare(with_work(tiny(4), atomic=False), attitude)
    expected = solve_extensive(setting.problem, setting.measure).objective * setting.layout.cost_scale
    result, _ = plan_setting(setting, PlanSettings(gap=-1.0, iterations=120, workers=1))
    assert result.cost.lower_bound == pytest.approx(expected, rel=1e-4)
    assert result.cost.objective_ci95[1] >= expected - 1e-6 * abs(expected)
    assert abs(result.cost.gap) < 0.02


@pytest.mark.parametrize("attitude", ATTITUDES, ids=NAMES)
@settings(max_examples=8)
@given(instances(stages=(2, 3), atomic=True))
def test_other_solver_agrees_on_the_written_tree(attitude: RiskAttitude, instance: PlanInstance) -> None:
    """GLPK finds the same optimum in the written MPS file, whole ports included."""
    setting = prepare(instance, attitude)
    expected = solve_extensive(setting.problem, setting.measure).objective * setting.layout.cost_scale
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tree.mps"
        write_mps(setting, path)
        assert glpk_optimum(path) == pytest.approx(expected, rel=1e-5, abs=1e-6)
