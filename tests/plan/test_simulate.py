"""Following a policy: costs add up, the control variate has mean zero, states are handed on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junshi.plan.decomposition.train import TrainSettings, load_cuts, train
from junshi.plan.instance import PlanInstance
from junshi.plan.nodes.crew import Crew
from junshi.plan.planner import prepare
from junshi.plan.policy import Policy
from junshi.plan.simulate import Simulation, sample_mean, simulate
from tests.plan.instances import NEUTRAL, instances, tiny
from tests.theory.paths import all_paths


def everywhere(policy: Policy, *, integer: bool = True) -> tuple[Simulation, np.ndarray]:
    """Simulation along every path, and the odds of each."""
    states, odds = all_paths(policy.problem)
    with Crew(policy.problem, 1) as crew:
        load_cuts(crew, policy)
        return simulate(crew, policy, states, integer=integer), odds


@settings(max_examples=10)
@given(instances(), st.integers(1, 6))
def test_luck_has_mean_zero(instance: PlanInstance, iterations: int) -> None:
    """Over the whole tree the control variate has mean zero, whatever the cuts."""
    setting = prepare(instance, NEUTRAL)
    policy, _ = train(setting.problem, setting.measure, TrainSettings(iterations=iterations))
    run, odds = everywhere(policy)
    assert odds @ run.luck == pytest.approx(0, abs=1e-8 * (1 + np.abs(run.luck).max()))
    assert odds @ run.total >= policy.lower_bound - 1e-6 * (1 + abs(policy.lower_bound))


def test_stage_costs_are_those_of_the_decisions() -> None:
    """Each stage's cost is the cost of its columns, and the state left is among them."""
    setting = prepare(tiny(3), NEUTRAL)
    policy, _ = train(setting.problem, setting.measure, TrainSettings(iterations=5))
    run, _ = everywhere(policy)
    for stage, nodes in enumerate(setting.problem.nodes):
        for path, state in enumerate(run.states[:, stage]):
            node = nodes[state]
            cost = node.cost @ run.columns[stage][path] + node.constant
            assert run.stage_cost[path, stage] == pytest.approx(cost, abs=1e-9)
            left = run.columns[stage][path][node.outgoing]
            assert run.outgoing[stage][path] == pytest.approx(left, abs=1e-7)


def test_ports_of_atomic_work_are_whole() -> None:
    """Followed with integers, the port of `train` is 0 or 1 on every path; relaxed it need not be."""
    setting = prepare(tiny(3), NEUTRAL)
    policy, _ = train(setting.problem, setting.measure, TrainSettings(iterations=10))
    run, _ = everywhere(policy)
    for stage, nodes in enumerate(setting.problem.nodes):
        ported = run.columns[stage][:, nodes[0].integers]
        assert ported == pytest.approx(np.round(ported), abs=1e-6)


def test_mean_of_one_value_has_no_error_to_speak_of() -> None:
    """One path gives a mean whose standard error is unknown, hence infinite."""
    assert sample_mean(np.array([3.0])) == (3.0, float("inf"))


def test_standard_error() -> None:
    """Values 1, 2, 3, 4 have mean 2.5 and standard error sqrt(5/3)/2."""
    mean, error = sample_mean(np.array([1.0, 2.0, 3.0, 4.0]))
    assert mean == 2.5
    assert error == pytest.approx(np.sqrt(5 / 3) / 2)
