"""Leaving an ecosystem on an instance where one can count the days."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from junshi.errors import InputError
from junshi.insight.solve import Solved, solve
from junshi.insight.switch import assess_switch, barred_from, without_ports
from junshi.plan.extensive import solve_extensive
from junshi.plan.planner import RiskAttitude, prepare
from junshi.plan.risk import Expectation
from junshi.show.insight_switch import readiness_sheet
from junshi.show.numbers import short
from junshi.text import in_language
from tests.insight.instances import QUICK, two_legs


@pytest.fixture(scope="module")
def solved() -> Solved:
    """Policy of the two-legs instance in which the port takes ten days."""
    base = two_legs(loss=60.0)
    states = tuple(replace(state, level="") for state in base.states)
    return solve(prepare(replace(base, states=states), RiskAttitude()), QUICK)


def test_days_fall_as_ports_are_made(solved: Solved) -> None:
    """The days missing never rise along the plan, and never exceed the whole port."""
    found = assess_switch(solved, "cuda", QUICK, deadlines=[1])
    days = [row.days for row in found.readiness]
    assert all(after <= before + 1e-6 for before, after in pairwise(days))
    assert all(0 <= value <= 10 + 1e-6 for value in days)
    assert all(row.blocked == () for row in found.readiness)
    assert all(0 <= row.served_critical <= 1 for row in found.readiness)


def test_earlier_exit_is_dearer(solved: Solved) -> None:
    """An earlier deadline only takes choices away: the exact optimum is no lower, the list agrees."""
    optima = [
        solve_extensive(barred_from(solved.setting, 0, stage).problem, Expectation()).objective
        for stage in (1, 2, 3)
    ]
    assert optima == sorted(optima, reverse=True)
    found = assess_switch(solved, "cuda", QUICK, deadlines=[1, 3])
    assert found.exits[0].cost >= found.exits[1].cost - 1e-6 * abs(found.exits[0].cost)


def test_option_to_port_is_worth_something(solved: Solved) -> None:
    """Without ports the exact optimum is higher here, and the option's estimate is positive."""
    best = solve_extensive(solved.setting.problem, Expectation()).objective
    stuck = solve_extensive(without_ports(solved.setting).problem, Expectation()).objective
    assert stuck > best
    assert assess_switch(solved, "cuda", QUICK, deadlines=[2]).option.value > 0


def test_work_with_nowhere_to_go() -> None:
    """When the import's ecosystem is the only one that can run the work, leaving blocks it."""
    base = two_legs()
    efforts = base.work.effort_days.copy()
    efforts[0, 1] = float("nan")
    alone = replace(base, work=replace(base.work, effort_days=efforts))
    found = assess_switch(solve(prepare(alone, RiskAttitude()), QUICK), "cuda", QUICK, deadlines=[1])
    assert found.readiness[0].blocked == ("serve",)
    assert found.readiness[0].served_critical == pytest.approx(0.0, abs=1e-6)


def test_unknown_ecosystem(solved: Solved) -> None:
    """An ecosystem that the scenario does not have is refused with the nearest name."""
    with pytest.raises(InputError) as fault:
        assess_switch(solved, "cudda", QUICK)
    assert "cuda" in fault.value.sentence()


@pytest.mark.parametrize(
    ("language", "opened"), [("en", "{days} ({low} to {high})"), ("zh", "{days}（{low} 至 {high}）")]
)
def test_days_missing_have_their_range(solved: Solved, language: str, opened: str) -> None:
    """Half to threefold the days of the port are half to threefold the days missing, told as such."""
    instance = solved.setting.instance
    days = instance.work.effort_days
    work = replace(instance.work, effort_days_low=days / 2, effort_days_high=days * 3)
    ranged = replace(solved, setting=replace(solved.setting, instance=replace(instance, work=work)))
    found = assess_switch(ranged, "cuda", QUICK, deadlines=[1])
    first = next(row for row in found.readiness if row.days > 1)
    assert (first.days_low, first.days_high) == pytest.approx((first.days / 2, first.days * 3))
    with in_language(language):
        row = readiness_sheet(found).rows[found.readiness.index(first)]
        assert row[1] == opened.format(
            days=short(first.days), low=short(first.days_low), high=short(first.days_high)
        )
