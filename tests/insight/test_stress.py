"""Shocks on instances small enough to know what must come of them."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from junshi.insight.follow import as_path, follow
from junshi.insight.shock import Shock, calm_path, changed_problems, path_of
from junshi.insight.solve import Solved, solve
from junshi.insight.stress import stress
from junshi.insight.walk import Walker
from junshi.plan.instance import PlanInstance
from junshi.plan.planner import RiskAttitude, prepare
from junshi.terms import Regime
from tests.insight.instances import QUICK, two_legs


def with_one_level(instance: PlanInstance) -> PlanInstance:
    """The same with states that carry no demand level."""
    return replace(instance, states=tuple(replace(state, level="") for state in instance.states))


@pytest.fixture(scope="module", params=[0.0, 0.6], ids=["neutral", "careful"])
def solved(request: pytest.FixtureRequest) -> Solved:
    """Policy of the two-legs instance, without and with risk at the end."""
    return solve(prepare(with_one_level(two_legs()), RiskAttitude(request.param, 0.2)), QUICK)


def test_walk_agrees_with_the_simulation(solved: Solved) -> None:
    """Walking a path gives the costs and the unmet work that the simulation gives on it."""
    instance = solved.setting.instance
    for path in ((0, 0, 0, 0), (0, 1, 1, 1), (0, 1, 0, 1)):
        walk = Walker(solved.setting, solved.policy).walk(path)
        followed = follow(solved.setting, solved.policy, as_path(list(path)))
        assert walk.cost == pytest.approx(followed.cost[0], rel=1e-6, abs=1e-6)
        assert walk.served(critical=True) == pytest.approx(followed.served(critical=True)[0], abs=1e-6)
        assert len(walk.states) == instance.stages


def test_path_of_a_shock() -> None:
    """The shock's state holds for its length, today's before and after; without such a state none."""
    instance = with_one_level(two_legs())
    assert path_of(instance, Shock("x", 1, 2, Regime.CUT_OFF)) == (0, 1, 1, 0)
    assert calm_path(instance) == (0, 0, 0, 0)
    assert path_of(instance, Shock("x", 1, 2, Regime.RESTRICTED)) is None


def test_shock_without_size_changes_nothing(solved: Solved) -> None:
    """A price factor of nearly one costs nearly what the calm path costs, a flaw of an ecosystem more."""
    walker = Walker(solved.setting, solved.policy)
    calm = calm_path(solved.setting.instance)
    usual = walker.walk(calm)
    same = walker.walk(calm, changed_problems(walker, Shock("p", 1, 2, price=1.0 + 1e-12)))
    assert same.cost.sum() == pytest.approx(usual.cost.sum(), rel=1e-6)
    flawed = walker.walk(calm, changed_problems(walker, Shock("f", 1, 1, flaw="cuda")))
    assert flawed.unmet[1].max() > usual.unmet[1].max()
    assert flawed.unmet[2].max() == pytest.approx(usual.unmet[2].max(), abs=0.3)


def test_beam_finds_the_worst_of_all_paths(solved: Solved) -> None:
    """On a tree small enough to list, the search finds the costliest path."""
    instance = solved.setting.instance
    found = stress(solved).worst_path
    walker = Walker(solved.setting, solved.policy)
    costs = [
        float(walker.walk((0, *rest)).cost.sum())
        for rest in product(range(len(instance.states)), repeat=instance.stages - 1)
    ]
    assert found.cost == pytest.approx(max(costs), rel=1e-6)
    assert 0 < found.odds < 1


def test_longer_cut_off_never_serves_more(solved: Solved) -> None:
    """In the grid the least critical share falls with the length of the cut-off."""
    least = stress(solved).least
    for row in least:
        known = row[~np.isnan(row)]
        assert np.all(np.diff(known) <= 1e-6)


def test_worst_shock_is_no_better_than_any_named_one(solved: Solved) -> None:
    """The search ends with at least as much critical work unserved as every named shock."""
    found = stress(solved)
    worst = float((1 - found.worst_shock.served_critical).sum())
    for outcome in found.named:
        assert worst >= float((1 - outcome.served_critical).sum()) - 1e-6


def test_domestic_fleet_keeps_turning() -> None:
    """A fleet that no cut touches serves everything in a cut-off; one on imports alone fails."""
    base = with_one_level(two_legs(loss=60.0))
    fleet, work = base.fleet, base.work
    home = replace(
        base,
        fleet=replace(fleet, installed=np.array([0.0, 12.0])),
        work=replace(work, ported=np.array([[1.0, 1.0]]), seasoned=np.array([[1.0, 1.0]])),
    )
    foreign = replace(
        base,
        fleet=replace(fleet, available=fleet.available * np.array([1.0, 0.0])),
    )
    first, second = (stress(solve(prepare(one, RiskAttitude()), QUICK)).lasting for one in (home, foreign))
    assert first is not None
    assert second is not None
    assert first.fails_after is None
    assert second.fails_after is not None
    assert second.recovery_cost > first.recovery_cost
