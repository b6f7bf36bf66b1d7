"""Owners in one or several processes: one result, trouble told, nothing left behind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from junshi.errors import SolverTrouble
from junshi.plan.decomposition.train import TrainSettings, load_cuts, train_with
from junshi.plan.instance import PlanInstance
from junshi.plan.nodes.crew import Crew
from junshi.plan.planner import prepare
from junshi.plan.policy import Policy
from junshi.plan.simulate import Simulation, simulate
from junshi.plan.stage_problem import MultistageProblem
from tests.plan.instances import NESTED, tiny, with_impossible_state


def three_states() -> PlanInstance:
    """The tiny instance with a third state that can be reached."""
    odds = np.array([[0.6, 0.2, 0.2], [0.3, 0.4, 0.3], [0.5, 0.25, 0.25]])
    return replace(with_impossible_state(tiny(3)), transition=odds)


def run(workers: int) -> tuple[Policy, Simulation]:
    """Train a little and follow some paths, ports whole."""
    setting = prepare(three_states(), NESTED)
    policy = Policy.empty(setting.problem, setting.measure)
    with Crew(setting.problem, workers) as crew:
        train_with(crew, policy, TrainSettings(iterations=12, select_every=5, integer_forward=True))
        load_cuts(crew, policy)
        paths = np.array([[0, 0, 1], [0, 2, 2], [0, 1, 0]])
        return policy, simulate(crew, policy, paths)


def test_number_of_workers_changes_no_bit() -> None:
    """One, two and three processes give the same cuts, bound and decisions to the last bit."""
    (policy, simulation), *others = (run(workers) for workers in (1, 2, 3))
    for other_policy, other_simulation in others:
        assert other_policy.lower_bound == policy.lower_bound
        for one, two in zip(
            (*policy.future, *policy.value), (*other_policy.future, *other_policy.value), strict=True
        ):
            assert np.array_equal(one.alpha, two.alpha)
            assert np.array_equal(one.beta, two.beta)
        assert np.array_equal(simulation.stage_cost, other_simulation.stage_cost)
        for one_stage, two_stage in zip(simulation.columns, other_simulation.columns, strict=True):
            assert np.array_equal(one_stage, two_stage)


def problem() -> MultistageProblem:
    """Stage problems of three states."""
    return prepare(three_states(), NESTED).problem


def test_no_more_workers_than_states() -> None:
    """A worker without a state would be idle."""
    with Crew(problem(), 9) as crew:
        assert crew.size == 3


def impossible(problem: MultistageProblem) -> np.ndarray:
    """Incoming state that no decision can follow: a negative stock."""
    return np.full((1, problem.nodes[0][0].outgoing.size), -5.0)


@pytest.mark.parametrize("workers", [1, 2])
def test_trouble_of_a_node_is_told_and_the_crew_goes_on(workers: int) -> None:
    """A node without an optimum is named; afterwards the same crew answers as before."""
    stages = problem()
    state, start = np.array([1]), np.tile(stages.initial_state, (1, 1))
    with Crew(stages, workers) as crew:
        (before,) = crew.decide(1, state, start, integer=True)
        with pytest.raises(SolverTrouble, match=r"stage/state 1/1 .*infeasible"):
            crew.decide(1, state, impossible(stages), integer=True)
        (after,) = crew.decide(1, state, start, integer=True)
    assert after.value == pytest.approx(before.value)


def test_lost_worker_is_told() -> None:
    """When a process dies the caller hears it instead of waiting for ever."""
    stages = problem()
    with Crew(stages, 2) as crew:
        crew._processes[1].kill()
        crew._processes[1].wait()
        with pytest.raises(SolverTrouble, match="ended unexpectedly"):
            crew.decide(1, np.array([1]), np.tile(stages.initial_state, (1, 1)), integer=False)


def test_closed_crew_leaves_no_process() -> None:
    """All workers have ended when the crew is left."""
    with Crew(problem(), 3) as crew:
        processes = list(crew._processes)
    assert [process.poll() is not None for process in processes] == [True] * 3
