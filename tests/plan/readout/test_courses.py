"""Courses, playbook and survivability."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from junshi.plan.instance import PlanInstance
from junshi.plan.planner import prepare
from junshi.plan.readout.courses import cut_off_course, holding_paths, served_after_cut_off
from junshi.plan.result import PlanResult
from junshi.plan.whole_tree import plan_whole_tree
from junshi.terms import Regime
from tests.plan.instances import NEUTRAL, tiny, with_fleet


def result(instance: PlanInstance) -> PlanResult:
    """Exact plan."""
    return plan_whole_tree(prepare(instance, NEUTRAL))


def test_holding_paths_start_from_now() -> None:
    """One path a state, which holds from the second quarter on."""
    assert holding_paths(tiny(3)).tolist() == [[0, 0, 0], [0, 1, 1]]


def test_course_is_what_the_decisions_make_of_it() -> None:
    """The next fleet is what wear leaves of this one and what arrives; work served and unmet make one."""
    instance = with_fleet(tiny(4), lead_time_quarters=1)
    plan = result(instance)
    for course in plan.courses:
        state = instance.states.index(course.state)
        for stage in range(1, instance.stages):
            before = instance.initial if stage == 1 else state
            resold = {trade.accelerator: trade.units for trade in course.actions[stage].resales}
            if resold:
                continue
            expected = instance.fleet.survival[before] * course.owned[stage - 1] + course.ordered[stage - 1]
            assert course.owned[stage] == pytest.approx(expected, abs=0.51)
        for stage, placed in enumerate(course.placement):
            for w, name in enumerate(instance.work.ids):
                share = sum(part.share for part in placed if part.workload == name)
                assert share + course.unmet[stage, w] == pytest.approx(1.0, abs=1e-3)


def test_playbook_is_the_second_quarter() -> None:
    """One entry a state, likeliest first, with the odds of finding it and what the course does then."""
    instance = replace(tiny(3), initial=1)
    plan = result(instance)
    assert [row.odds for row in plan.playbook] == [0.6, 0.4]
    assert [row.state.regime for row in plan.playbook] == [Regime.CUT_OFF, Regime.OPEN]
    assert plan.playbook[0].actions == plan.course("cut_off").actions[1]


def test_one_quarter_has_no_playbook() -> None:
    """A plan of a single quarter has no next one."""
    assert result(tiny(1)).playbook == ()


def test_survivability_weighs_by_the_loss() -> None:
    """`chat` (60, critical) half served and `train` (30) unserved: 0.5 of critical, 1/3 of all work."""
    plan = result(tiny(2))
    course = replace(plan.course("cut_off"), unmet=np.array([[0.0, 0.0], [0.5, 1.0]]))
    now, cut = served_after_cut_off(plan.instance, course)
    assert (now.critical, now.all_work) == (1.0, 1.0)
    assert cut.quarter == "2027-Q2"
    assert cut.critical == pytest.approx(0.5)
    assert cut.all_work == pytest.approx(1 / 3)


def test_nothing_to_serve_is_served() -> None:
    """Without critical work all critical work survives."""
    instance = tiny(2)
    idle = replace(instance, work=replace(instance.work, critical=np.zeros(2, dtype=bool)))
    assert [row.critical for row in result(idle).survivability] == [1.0, 1.0]


def test_without_a_cut_off_there_is_no_survivability() -> None:
    """An instance that knows no cut-off cannot tell what survives one."""
    instance = tiny(2)
    calm = replace(instance, states=(instance.states[0], replace(instance.states[1], regime=Regime.LICENSED)))
    plan = result(calm)
    assert plan.survivability == ()
    assert cut_off_course(calm, plan.courses) is None
