"""Cuts that know a switch: valid at every incoming state, and above the relaxed cut where it matters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from junshi.plan.instance import PlanInstance
from junshi.plan.nodes.model import NodeModel
from junshi.plan.nodes.owner import incoming_box
from junshi.plan.nodes.switches import find_switches
from junshi.plan.planner import Setting, prepare
from tests.plan.instances import NEUTRAL, instances, tiny, with_work


def last_node(setting: Setting) -> NodeModel:
    """Model of the first state of the last stage."""
    stage = setting.problem.stages - 1
    return NodeModel(setting.problem.nodes[stage][0], None, "last", incoming_box(setting.problem, stage))


def component(setting: Setting) -> int:
    """Component of the incoming state that allows the first switch."""
    return find_switches(setting.problem.nodes[-1][0])[0].component


def test_the_switch_is_found() -> None:
    """`complete[train,cann]` is allowed by the ported share of `train`."""
    node = prepare(tiny(), NEUTRAL).problem.nodes[1][0]
    (switch,) = find_switches(node)
    assert node.col_names[switch.column] == "complete[train,cann]"
    assert node.col_names[node.outgoing[switch.component]] == "ported[train,cann]"


def test_nodes_without_integers_have_no_switch() -> None:
    """No atomic work, no switch, and no cut to make."""
    setting = prepare(with_work(tiny(), atomic=False), NEUTRAL)
    assert find_switches(setting.problem.nodes[1][0]) == ()
    assert last_node(setting).switch_cut(setting.problem.initial_state, 0) is None


@settings(max_examples=25)
@given(instances(stages=(2, 3), atomic=True), st.data())
def test_cut_is_never_above_the_value_in_whole_ports(instance: PlanInstance, data: st.DataObject) -> None:
    """A cut made at one incoming state is valid at others, whole, half and not ported."""
    setting = prepare(instance, NEUTRAL)
    model, at = last_node(setting), setting.problem.initial_state.copy()
    if not find_switches(setting.problem.nodes[-1][0]):
        return
    place = component(setting)
    at[place] = data.draw(st.sampled_from([0.0, 0.3, 1.0]))
    cut = model.switch_cut(at, 0)
    if cut is None:
        return
    value, slope = cut
    for share in (0.0, 0.25, 0.999, 1.0):
        other = at * data.draw(st.floats(0.0, 2.0))
        other[place] = share
        other = np.minimum(other, incoming_box(setting.problem, setting.problem.stages - 1)[1])
        exact = model.solve(other, integer=True).value
        assert value + slope @ (other - at) <= exact + 1e-6 * (1 + abs(exact))


def test_cut_sees_that_a_tenth_of_a_port_is_worth_nothing() -> None:
    """Where a tenth of `train` would do, the relaxed value is far below the cut's, which is nearly exact."""
    case = with_work(tiny(), ported=[[1.0, 0.0], [0.0, 0.1]], seasoned=[[1.0, 0.0], [0.0, 0.1]])
    case = replace(case, work=replace(case.work, demand=case.work.demand * [1.0, 0.3]))
    setting = prepare(case, NEUTRAL)
    model, place = last_node(setting), component(setting)
    off = setting.problem.initial_state.copy()
    on = off.copy()
    off[place], on[place] = 0.0, 1.0
    cut = model.switch_cut(off, 0)
    assert cut is not None
    value, slope = cut
    without = model.solve(off, integer=True).value
    gained = without - model.solve(on, integer=True).value
    assert gained > 0
    assert value <= without + 1e-9
    assert -slope[place] >= 0.5 * gained
