"""The planner: what stops it, what it reports, and that it repeats itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from junshi.plan.planner import (
    PlanProgress,
    PlanSettings,
    RiskAttitude,
    Setting,
    plan_instance,
    plan_setting,
    prepare,
)
from junshi.plan.risk import Expectation, MeanCVaR
from junshi.plan.whole_tree import plan_whole_tree
from junshi.terms import RiskReading
from tests.plan.instances import AT_THE_END, ATTITUDES, NESTED, NEUTRAL, tiny

FEW = PlanSettings(gap=-1.0, iterations=20, check_every=10, check_paths=40, report_paths=60, workers=1)


@pytest.fixture(scope="module")
def setting() -> Setting:
    """Small problem, risk-neutral."""
    return prepare(tiny(3), NEUTRAL)


def test_attitude_chooses_problem_and_measure() -> None:
    """Neutral and nested keep the stage problems; the end-of-horizon reading widens them instead."""
    neutral, nested, end = (prepare(tiny(3), attitude) for attitude in ATTITUDES)
    assert neutral.problem is neutral.plain
    assert isinstance(neutral.measure, Expectation)
    assert nested.problem is nested.plain
    assert nested.measure == MeanCVaR(0.5, 0.3)
    assert isinstance(end.measure, Expectation)
    assert end.problem.initial_state.size == end.plain.initial_state.size + 1


def test_iterations_stop(setting: Setting) -> None:
    """A gap that cannot be reached leaves the number of iterations as limit; the bounds never fall."""
    result, policy = plan_setting(setting, FEW)
    assert result.effort.stop_reason == "iterations"
    assert result.effort.iterations == policy.iterations == 20
    assert len(result.effort.bounds) == 20
    assert np.all(np.diff(result.effort.bounds) >= 0)
    assert result.effort.bounds[-1] == pytest.approx(result.cost.lower_bound)


def test_gap_stops(setting: Setting) -> None:
    """A generous gap is met at the first check."""
    result, _ = plan_setting(setting, replace(FEW, gap=10.0))
    assert result.effort.stop_reason == "gap"
    assert result.effort.iterations == FEW.check_every


def test_time_stops(setting: Setting) -> None:
    """Without time one iteration is made, and there is a plan."""
    result, _ = plan_setting(setting, replace(FEW, seconds=0.0))
    assert result.effort.stop_reason == "time"
    assert result.effort.iterations == 1
    assert np.isfinite(result.cost.objective)


def test_user_stops(setting: Setting) -> None:
    """Asked to stop, the planner returns the policy so far with its gap."""
    seen: list[PlanProgress] = []

    def stop_at_third(progress: PlanProgress) -> bool:
        seen.append(progress)
        return progress.iteration == 3

    result, policy = plan_setting(setting, FEW, on_progress=stop_at_third)
    assert result.effort.stop_reason == "asked"
    assert policy.iterations == 3
    assert [progress.iteration for progress in seen] == [1, 2, 3]
    assert result.cost.gap_ci95[0] <= result.cost.gap <= result.cost.gap_ci95[1]


def test_progress_is_in_currency(setting: Setting) -> None:
    """The last progress shows the bound of the result, and the gap after the first check."""
    seen: list[PlanProgress] = []
    result, _ = plan_setting(setting, FEW, on_progress=lambda progress: bool(seen.append(progress)))
    assert seen[-1].lower_bound == pytest.approx(result.cost.lower_bound)
    assert seen[0].gap is None
    assert seen[-1].gap is not None


def test_resumed_plan_goes_on(setting: Setting) -> None:
    """A plan that goes on from a policy has its iterations and at least its bound."""
    first, policy = plan_setting(setting, FEW)
    more, policy = plan_setting(setting, replace(FEW, iterations=30), policy=policy)
    assert policy.iterations == 30
    assert len(more.effort.bounds) == 10
    assert more.cost.lower_bound >= first.cost.lower_bound


def test_finished_plan_can_be_read_again(setting: Setting) -> None:
    """Resumed with no iteration left, the policy is only simulated."""
    first, policy = plan_setting(setting, FEW)
    again, _ = plan_setting(setting, FEW, policy=policy)
    assert again.effort.stop_reason == "iterations"
    assert again.cost.lower_bound == first.cost.lower_bound


@pytest.mark.parametrize("workers", [1, 2])
def test_same_seed_same_plan(workers: int) -> None:
    """The result depends on the seed, not on the run or the number of processes."""
    one, _ = plan_instance(tiny(3), NESTED, FEW)
    two, _ = plan_instance(tiny(3), NESTED, replace(FEW, workers=workers))
    assert one.cost == two.cost
    assert one.now == two.now
    assert one.playbook == two.playbook
    assert np.array_equal(one.unmet, two.unmet)


@pytest.mark.parametrize("attitude", ATTITUDES)
def test_reported_costs_belong_together(attitude: RiskAttitude) -> None:
    """Bound <= objective (within its interval); the parts add up; CVaR is not below the mean."""
    result, _ = plan_instance(tiny(3), attitude, FEW)
    cost = result.cost
    assert cost.lower_bound <= cost.objective_ci95[1] + 1e-9
    assert cost.objective_ci95[0] <= cost.objective <= cost.objective_ci95[1]
    assert cost.gap == pytest.approx((cost.objective - cost.lower_bound) / abs(cost.lower_bound))
    assert cost.cost_cvar >= cost.cost_mean - 4 * cost.cost_standard_error
    assert sum(cost.parts.values()) == pytest.approx(
        cost.cost_mean, rel=0.3, abs=8 * cost.cost_standard_error
    )


@pytest.mark.parametrize("attitude", ATTITUDES)
def test_estimates_agree_with_the_whole_tree(attitude: RiskAttitude) -> None:
    """Trained to the end, mean and CVaR of the simulated plan are those of the exact plan."""
    case = prepare(replace(tiny(3), work=replace(tiny(3).work, atomic=np.zeros(2, dtype=bool))), attitude)
    exact = plan_whole_tree(case)
    result, _ = plan_setting(case, replace(FEW, iterations=80, check_every=40, report_paths=400))
    assert result.cost.lower_bound == pytest.approx(exact.cost.objective, rel=1e-3)
    if attitude is not NESTED:
        low, high = result.cost.objective_ci95
        assert low - 0.02 * abs(low) <= exact.cost.objective <= high + 1e-6 * abs(high)


def test_zero_weight_is_neutral_in_any_reading() -> None:
    """Without weight the tail and its reading change nothing."""
    results = [plan_instance(tiny(2), RiskAttitude(0.0, 0.2, reading), FEW)[0] for reading in RiskReading]
    assert results[0].cost.lower_bound == results[1].cost.lower_bound


def test_risk_readings_are_told() -> None:
    """The result says what its objective is."""
    cost = plan_instance(tiny(2), AT_THE_END, FEW)[0].cost
    assert (cost.risk_weight, cost.tail, cost.reading) == (0.5, 0.3, RiskReading.END)
