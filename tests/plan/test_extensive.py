"""The whole tree: its nodes, its size limit, and its optimum against a solution by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from junshi.errors import NoPlan, SolverTrouble
from junshi.plan import extensive
from junshi.plan.extensive import build_tree, extensive_form, solve_extensive
from junshi.plan.instance import PlanInstance
from junshi.plan.planner import prepare
from junshi.plan.risk import Expectation, MeanCVaR, RiskMeasure, WorstCase, risk_of
from junshi.plan.stage_problem import MultistageProblem
from tests.plan.instances import NEUTRAL, instances, tiny, with_impossible_state
from tests.theory.model import Node, chain


def two_bets() -> MultistageProblem:
    """Pay 3 now for one unit, or 10 later if it is then needed (odds 0.4)."""
    first, idle, needed = Node(["unit"]), Node(["unit"]), Node(["unit"])
    first.variable("unit", upper=1.0, cost=3.0)
    for node in (idle, needed):
        node.variable("unit")
        node.variable("late", cost=10.0)
        node.equal({"unit": 1.0, "late": -1.0}, {"unit": -1.0})
    idle.row({"unit": 1.0})
    needed.row({"unit": 1.0}, lower=1.0)
    return chain([[first], [idle, needed]], [[[0.6, 0.4]]], initial=[0.0], floor=0.0)


@pytest.mark.parametrize(
    ("risk", "expected"),
    [(Expectation(), 3.0), (WorstCase(1.0), 3.0), (MeanCVaR(1.0, 0.5), 3.0), (MeanCVaR(0.0, 0.1), 3.0)],
)
def test_optimum_by_hand(risk: RiskMeasure, expected: float) -> None:
    """Waiting costs 4 on average and more under risk: one buys now, for 3."""
    solution = solve_extensive(two_bets(), risk)
    assert solution.objective == pytest.approx(expected)
    assert solution.decisions(0) == pytest.approx([1.0])


def test_tree_holds_every_path_of_positive_odds() -> None:
    """Three stages of two states make 1 + 2 + 4 nodes, whose reach adds up to one in each stage."""
    problem = prepare(tiny(3), NEUTRAL).problem
    tree = build_tree(problem)
    assert np.bincount(tree.stage).tolist() == [1, 2, 4]
    assert np.bincount(tree.stage, weights=tree.reach) == pytest.approx(np.ones(3))
    below = tree.parent >= 0
    assert tree.reach[below] == pytest.approx(tree.reach[tree.parent[below]] * tree.odds[below])


def test_tree_leaves_out_what_cannot_happen() -> None:
    """A state that is never reached adds no node."""
    one, two = (
        build_tree(prepare(case, NEUTRAL).problem) for case in (tiny(4), with_impossible_state(tiny(4)))
    )
    assert one.stage.size == two.stage.size


def test_too_large_a_tree_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tree above the limit is refused with the limit and the stage, before it is built."""
    monkeypatch.setattr(extensive, "LARGEST_COLUMNS", 100)
    with pytest.raises(NoPlan, match="more than 100 columns by stage 3 of 5"):
        build_tree(prepare(tiny(5), NEUTRAL).problem)


def test_unsolved_tree_is_trouble() -> None:
    """A tree that no decision satisfies is told by its status."""
    node = Node(["x"])
    node.variable("x", upper=1.0)
    node.row({"x": 1.0}, lower=2.0)
    with pytest.raises(SolverTrouble, match="infeasible"):
        solve_extensive(chain([[node]], [], initial=[0.0], floor=0.0), Expectation())


def test_unknown_measure_has_no_extensive_form() -> None:
    """A risk measure without a linear program is refused, not approximated."""

    class Median:
        def weights(self, costs: np.ndarray, odds: np.ndarray) -> np.ndarray:
            del costs
            return odds

    with pytest.raises(TypeError, match="Median"):
        extensive_form(two_bets(), Median())


@settings(max_examples=10)
@given(instances(stages=(2, 2)))
def test_objective_is_the_risk_of_the_leaf_costs(instance: PlanInstance) -> None:
    """On two stages the optimum is the first stage's cost plus the risk of the second stage's costs."""
    problem = prepare(instance, NEUTRAL).problem
    measure = MeanCVaR(0.5, 0.3)
    solution = solve_extensive(problem, measure)
    tree = solution.form.tree
    costs = []
    for node, (stage, state) in enumerate(zip(tree.stage, tree.state, strict=True)):
        stage_problem = problem.nodes[stage][state]
        costs.append(stage_problem.cost @ solution.decisions(node) + stage_problem.constant)
    expected = costs[0] + risk_of(measure, np.array(costs[1:]), tree.odds[1:])
    assert solution.objective == pytest.approx(expected, rel=1e-7, abs=1e-7)
