"""All stage problems of an instance, and the floor under their values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junshi.plan.extensive import solve_extensive
from junshi.plan.formulation.build import multistage_problem
from junshi.plan.instance import PlanInstance
from junshi.plan.risk import Expectation
from junshi.plan.stage_problem import MultistageProblem
from tests.plan.instances import instances, tiny, with_fleet, without_limits
from tests.theory.paths import trained


def test_first_stage_has_the_present_state_only() -> None:
    """One problem now, one a state later; the odds out of now are the row of the present state."""
    problem, _ = multistage_problem(replace(tiny(3), initial=1))
    assert [len(nodes) for nodes in problem.nodes] == [1, 2, 2]
    assert problem.transition[0].tolist() == [[0.4, 0.6]]
    assert problem.transition[1].tolist() == [[0.8, 0.2], [0.4, 0.6]]


def test_columns_are_the_same_in_every_node() -> None:
    """Names of columns and rows do not depend on the node, so that states can be handed on."""
    problem, _ = multistage_problem(tiny(3))
    nodes = [node for stage in problem.nodes for node in stage]
    assert len({node.col_names for node in nodes}) == 1
    assert len({node.row_names for node in nodes}) == 1


def test_one_quarter_can_be_planned() -> None:
    """A single stage has no transition."""
    problem, _ = multistage_problem(tiny(1))
    assert problem.transition == ()
    assert np.isfinite(solve_extensive(problem, Expectation()).objective)


def from_stage(problem: MultistageProblem, stage: int, state: int, start: np.ndarray) -> MultistageProblem:
    """The rest of a problem from one node on."""
    nodes = ((problem.nodes[stage][state],), *problem.nodes[stage + 1 :])
    later = problem.transition[stage:]
    first = (later[0][[state]], *later[1:]) if later else ()
    return MultistageProblem(start, np.ones(1), first, nodes, problem.floor[stage:])


@settings(max_examples=20)
@given(instances(stages=(3, 4)), st.integers(0, 3))
def test_floor_is_below_every_value(instance: PlanInstance, stage: int) -> None:
    """From a state that a plan of random purchases leaves, no plan costs less than the floor."""
    stage = min(stage, instance.stages - 1)
    problem, index = multistage_problem(instance)
    fleet = instance.fleet
    largest = dict.fromkeys(index.state_names, 1.0) | {"cash": 1e4}
    for k, name in enumerate(fleet.ids):
        ordered = fleet.available[:, :, k].max(axis=1)
        largest[f"stock[{name}]"] = float(fleet.installed[k] + ordered[:stage].sum()) / index.unit_scale[k]
        largest[f"pipeline[{name},1]"] = float(ordered[max(stage - 1, 0)]) / index.unit_scale[k]
    start = np.array([largest[name] for name in index.state_names])
    start = start if stage > 0 else problem.initial_state
    for state in range(len(problem.nodes[stage])):
        rest = from_stage(problem, stage, state, start)
        assert problem.floor[stage] <= solve_extensive(rest, Expectation()).objective + 1e-9


def test_floor_holds_when_a_levy_raises_refunds() -> None:
    """Prices thirty times as high in a cut-off that loses all orders lift no bound above the optimum."""
    case = with_fleet(
        without_limits(tiny(8)),
        price=[[1.0, 8.0], [30.0, 8.0]],
        resale_price=0.0,
        delivered=[[1.0, 1.0], [0.0, 1.0]],
        available=[50.0, 0.0],
    )
    case = replace(case, transition=np.array([[0.0, 1.0], [1.0, 0.0]]))
    case = replace(case, work=replace(case.work, atomic=np.zeros(2, dtype=bool)))
    problem, _ = multistage_problem(case)
    expected = solve_extensive(problem, Expectation()).objective
    assert trained(problem, iterations=20).lower_bound <= expected + 1e-6 * abs(expected)
    assert expected == pytest.approx(trained(problem, iterations=60).lower_bound, rel=1e-5)
