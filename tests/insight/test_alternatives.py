"""Near-optimal alternatives: within the tolerance, different, and with true ranges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from junshi.insight.alternatives import barred, find_alternatives, groups_of
from junshi.insight.follow import follow
from junshi.insight.frontier import common_paths
from junshi.insight.horizon import leaning, money_spent
from junshi.insight.solve import Solved, solve
from junshi.plan.extensive import solve_extensive
from junshi.plan.planner import RiskAttitude, prepare
from junshi.plan.risk import Expectation
from junshi.show.insight_alternatives import alternatives_sheet
from junshi.show.numbers import units
from junshi.text import in_language
from tests.insight.instances import QUICK, two_legs

VENDORS = ("N", "H")


@pytest.fixture(scope="module")
def solved() -> Solved:
    """Policy of the two-legs instance with prices close to each other."""
    return solve(prepare(two_legs(domestic_price=4.5), RiskAttitude()), QUICK)


def test_alternatives_are_within_the_tolerance(solved: Solved) -> None:
    """Each alternative, followed on paths, costs at most the tolerance more, and differs from the rest."""
    found = find_alternatives(solved, VENDORS, QUICK, tolerance=0.05, paths=100)
    assert found.found
    courses = [found.best.course, *(one.course for one in found.found)]
    for one in found.found:
        assert one.excess <= 0.05
        assert one.difference >= 0.02
        same = [np.allclose(one.course.features, other.features) for other in courses]
        assert sum(same) == 1


def test_courses_add_up(solved: Solved) -> None:
    """Work that runs somewhere is at most all work, and what is shared is bought by every plan."""
    found = find_alternatives(solved, VENDORS, QUICK, tolerance=0.05, paths=50, without=False)
    ids = solved.setting.instance.fleet.ids
    for one in (found.best, *found.found):
        assert one.course.placed.sum() <= 1 + 1e-6
        assert all(one.course.money[ids.index(name)] > 0 for name in found.shared)


def test_leaning_changes_no_price(solved: Solved) -> None:
    """A plan that leans towards imports has more of them, and is charged the true prices."""
    setting = leaning(solved.setting, (0,), 0.9)
    states = common_paths(setting, 60, 0)
    plan, leant = (follow(one, solved.policy, states) for one in (solved.setting, setting))
    assert money_spent(leant)[0] >= money_spent(plan)[0] - 1e-6
    assert leant.setting.plain is solved.setting.plain
    assert leant.total.mean() >= plan.total.mean() - 0.01 * abs(plan.total.mean())


def test_wider_tolerance_widens_the_ranges(solved: Solved) -> None:
    """The range of each accelerator at a wide tolerance encloses the one at a narrow tolerance."""
    narrow, wide = (
        find_alternatives(solved, VENDORS, QUICK, tolerance=t, paths=30, without=False) for t in (0.01, 0.05)
    )
    for one, other in zip(narrow.ranges, wide.ranges, strict=True):
        assert other.least <= one.least + 1e-6
        assert other.most >= one.most - 1e-6


def test_doing_without_never_saves(solved: Solved) -> None:
    """Without a vendor the exact optimum is no lower, and the list says the same."""
    best = solve_extensive(solved.setting.problem, Expectation()).objective
    for member in (0, 1):
        setting = barred(solved.setting, (member,))
        assert solve_extensive(setting.problem, Expectation()).objective >= best - 1e-9
    found = find_alternatives(solved, VENDORS, QUICK, paths=80)
    assert all(one.excess >= -0.01 for one in found.without)


def test_groups_of_the_same_members_stand_once(solved: Solved) -> None:
    """Each ecosystem here is one accelerator of one vendor: two groups in all."""
    groups = groups_of(solved.setting.instance, VENDORS)
    assert [group.members for group in groups] == [(0,), (1,)]


@pytest.mark.parametrize(("language", "text"), [("en", "{} ({} to {})"), ("zh", "{}（{} 至 {}）")])
def test_ports_have_their_range(solved: Solved, language: str, text: str) -> None:
    """Half to threefold the days of a whole port are that of each plan's ports, told in the table."""
    instance = solved.setting.instance
    days = instance.work.effort_days
    work = replace(instance.work, effort_days_low=days / 2, effort_days_high=days * 3)
    ranged = replace(solved, setting=replace(solved.setting, instance=replace(instance, work=work)))
    found = find_alternatives(ranged, VENDORS, QUICK, tolerance=0.05, paths=20, without=False)
    shown = (found.best, *found.found)
    most, place = max((float(one.port_days[1]), place) for place, one in enumerate(shown))
    assert most > 1
    for one in shown:
        assert one.port_days_low == pytest.approx(one.port_days / 2)
        assert one.port_days_high == pytest.approx(one.port_days * 3)
    with in_language(language):
        row = next(row for row in alternatives_sheet(found).rows if "cann" in row[0])
    assert row[1 + place] == text.format(units(most), units(most / 2), units(3 * most))
