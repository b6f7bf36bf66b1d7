"""One warm node: value, slope and duals are right, cuts come and go."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from junshi.errors import SolverTrouble
from junshi.plan.formulation.build import multistage_problem
from junshi.plan.instance import PlanInstance
from junshi.plan.nodes.model import NodeModel
from junshi.plan.stage_problem import StageProblem
from tests.plan.instances import instances, tiny


def problem() -> StageProblem:
    """The first quarter of the tiny instance."""
    return multistage_problem(tiny())[0].nodes[0][0]


def start() -> np.ndarray:
    """State before the first quarter."""
    return multistage_problem(tiny())[0].initial_state


@settings(max_examples=15)
@given(instances())
def test_slope_supports_the_value(instance: PlanInstance) -> None:
    """From any state the value is at least the tangent at the start: the slope makes a valid cut."""
    stages, index = multistage_problem(instance)
    model = NodeModel(stages.nodes[1][1], None, "node")
    point = index.initial_state
    here = model.solve(point)
    rng = np.random.default_rng(0)
    for _ in range(5):
        other = np.clip(point + rng.uniform(-0.5, 1.0, point.size), 0.0, None)
        there = model.solve(other).value
        assert there >= here.value + here.slope @ (other - point) - 1e-7 * (1 + abs(there))


def test_row_duals_are_derivatives() -> None:
    """One more unit of racks or budget changes the value by its dual."""
    node = problem()
    base = NodeModel(node, None, "node").solve(start())
    step = 1e-4
    for name in ("power", "budget", "demand[chat]"):
        row = node.row_names.index(name)
        upper, lower = node.row_upper.copy(), node.row_lower.copy()
        upper[row] += step
        if np.isfinite(lower[row]):
            lower[row] += step
        moved = StageProblem(
            node.cost, node.col_lower, node.col_upper, node.matrix, lower, upper, node.incoming, node.outgoing
        )
        change = NodeModel(moved, None, "node").solve(start()).value + node.constant - base.value
        assert change / step == pytest.approx(base.row_duals[row], abs=1e-5)


def test_cut_adds_the_future() -> None:
    """A flat cut of height 5 adds 5 to the value and nothing to the stage's cost; the floor is below it."""
    bare = NodeModel(problem(), -3.0, "node")
    floor = bare.solve(start())
    bare.add_cut(5.0, np.zeros(start().size))
    raised = bare.solve(start())
    assert floor.value - floor.stage_cost == pytest.approx(-3.0)
    assert raised.value - raised.stage_cost == pytest.approx(5.0)
    assert raised.stage_cost == pytest.approx(floor.stage_cost)


def test_cuts_are_replaced() -> None:
    """After a replacement only the new cuts hold."""
    model = NodeModel(problem(), -3.0, "node")
    for height in (1.0, 9.0):
        model.add_cut(height, np.zeros(start().size))
    model.replace_cuts(np.array([2.0]), np.zeros((1, start().size)))
    assert model.active_cuts == 1
    answer = model.solve(start())
    assert answer.value - answer.stage_cost == pytest.approx(2.0)


def test_integer_solve_leaves_the_model_relaxed() -> None:
    """A solve in whole ports does not change a later relaxed one."""
    model = NodeModel(problem(), -3.0, "node")
    # the future pays for half of the port of `train`, and no more
    slope = np.zeros(start().size)
    slope[4] = -20.0
    model.add_cut(0.0, slope)
    before = model.solve(start())
    whole = model.solve(start(), integer=True)
    after = model.solve(start())
    column = problem().integers[0]
    assert whole.columns[column] == pytest.approx(round(whole.columns[column]), abs=1e-6)
    assert whole.value >= before.value - 1e-9
    assert after.value == pytest.approx(before.value)


def test_node_without_an_optimum_is_named() -> None:
    """The trouble names the node and the status."""
    with pytest.raises(SolverTrouble, match=r"3/7 .*infeasible"):
        NodeModel(problem(), None, "3/7").solve(np.full(start().size, -1.0))


def test_state_left_keeps_its_bounds() -> None:
    """Rounding errors are cut off: no share above one, no stock below zero."""
    answer = NodeModel(problem(), -3.0, "node").solve(start())
    assert np.all(answer.outgoing >= 0)
    assert np.all(answer.outgoing[3:7] <= 1)
