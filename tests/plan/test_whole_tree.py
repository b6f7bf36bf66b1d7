"""Plans of the whole tree: exact, and the same object as a trained plan."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from junshi.errors import NoPlan
from junshi.plan import extensive
from junshi.plan.extensive import solve_extensive
from junshi.plan.instance import PlanInstance
from junshi.plan.planner import RiskAttitude, prepare
from junshi.plan.whole_tree import plan_whole_tree, tree_paths, write_mps
from tests.plan.instances import ATTITUDES, NEUTRAL, instances, tiny, with_impossible_state


@pytest.mark.parametrize("attitude", ATTITUDES)
def test_objective_is_exact(attitude: RiskAttitude) -> None:
    """Bound and objective are the optimum in currency, without an interval."""
    setting = prepare(tiny(3), attitude)
    result = plan_whole_tree(setting)
    expected = solve_extensive(setting.problem, setting.measure).objective * setting.layout.cost_scale
    assert result.cost.objective == pytest.approx(expected)
    assert result.cost.lower_bound <= result.cost.objective + 1e-9
    assert result.cost.objective_ci95 == (result.cost.objective, result.cost.objective)
    assert result.cost.cost_standard_error == 0.0
    assert result.effort.method == "extensive"
    assert result.effort.stop_reason == "exact"


@settings(max_examples=15)
@given(instances(atomic=True))
def test_parts_add_up_to_the_mean_cost(instance: PlanInstance) -> None:
    """The mean cost by kind adds up to the mean cost; risk-neutral, that is the objective."""
    cost = plan_whole_tree(prepare(instance, NEUTRAL)).cost
    assert sum(cost.parts.values()) == pytest.approx(cost.cost_mean, abs=1e-6 * (1 + abs(cost.cost_mean)))
    assert cost.cost_mean == pytest.approx(cost.objective, abs=1e-6 * (1 + abs(cost.objective)))
    assert cost.cost_cvar >= cost.cost_mean - 1e-9 * (1 + abs(cost.cost_mean))


@settings(max_examples=15)
@given(instances(stages=(2, 3)))
def test_parts_have_their_signs(instance: PlanInstance) -> None:
    """What is paid is not negative, what is returned not positive; nothing returned exceeds what was paid."""
    parts = plan_whole_tree(prepare(instance, NEUTRAL)).cost.parts
    for kind in ("purchase", "rent", "operation", "energy", "unmet", "ports", "upkeep", "opening"):
        assert parts[kind] >= -1e-7
    for kind in ("resale", "refund"):
        assert parts[kind] <= 1e-7
    assert parts["purchase"] + parts["refund"] >= -1e-7


def test_course_of_an_impossible_state_is_left_out() -> None:
    """Only states that can hold have a course."""
    result = plan_whole_tree(prepare(with_impossible_state(tiny(3)), NEUTRAL))
    assert [course.state.label for course in result.courses] == ["open/base", "cut_off/base"]


def test_paths_lead_from_the_root_to_the_leaves() -> None:
    """Each path's nodes are parents of one another, and there is one path a leaf."""
    setting = prepare(tiny(4), NEUTRAL)
    solution = solve_extensive(setting.problem, setting.measure)
    paths, tree = tree_paths(solution), solution.form.tree
    assert paths.shape == (8, 4)
    assert np.array_equal(tree.parent[paths[:, 1:]], paths[:, :-1])


def test_mps_appears_whole(tmp_path: Path) -> None:
    """Only the finished file is left in the folder."""
    write_mps(prepare(tiny(2), NEUTRAL), tmp_path / "plan.mps")
    assert [path.name for path in tmp_path.iterdir()] == ["plan.mps"]


def test_too_large_a_tree_is_no_plan(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A tree above the limit says so, and leaves no file."""
    monkeypatch.setattr(extensive, "LARGEST_COLUMNS", 100)
    with pytest.raises(NoPlan, match="more than 100 columns"):
        plan_whole_tree(prepare(tiny(5), NEUTRAL))
    with pytest.raises(NoPlan, match="more than 100 columns"):
        write_mps(prepare(tiny(5), NEUTRAL), tmp_path / "plan.mps")
    assert not list(tmp_path.iterdir())
