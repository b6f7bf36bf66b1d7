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
    problem, stage = setting.problem, setting.problem.stages - 1
    switches = find_switches(problem.nodes[stage - 1][0])
    return NodeModel(problem.nodes[stage][0], None, "last", incoming_box(problem, stage), switches)


def test_the_switch_is_found() -> None:
    """The ported share of `train` is left whole."""
    node = prepare(tiny(), NEUTRAL).problem.nodes[0][0]
    (component,) = find_switches(node)
    assert node.col_names[node.outgoing[component]] == "ported[train,cann]"


def test_nodes_without_integers_have_no_switch() -> None:
    """No atomic work, no switch, and no cut to make."""
    setting = prepare(with_work(tiny(), atomic=False), NEUTRAL)
    assert find_switches(setting.problem.nodes[0][0]) == ()
    assert last_node(setting).switch_cut(setting.problem.initial_state, 0) is None


@settings(max_examples=25)
@given(instances(stages=(2, 3), atomic=True), st.data())
def test_cut_is_never_above_the_value_in_whole_ports(instance: PlanInstance, data: st.DataObject) -> None:
    """A cut made at one incoming state, whole or not, is valid at every other that is whole."""
    setting = prepare(instance, NEUTRAL)
    switches = find_switches(setting.problem.nodes[0][0])
    if not switches:
        return
    model, at = last_node(setting), setting.problem.initial_state.copy()
    at[switches[0]] = data.draw(st.sampled_from([0.0, 0.3, 1.0]))
    cut = model.switch_cut(at, 0)
    if cut is None:
        return
    value, slope = cut
    box = incoming_box(setting.problem, setting.problem.stages - 1)
    assert box is not None
    for share in (0.0, 1.0):
        other = np.minimum(at * data.draw(st.floats(0.0, 2.0)), box[1])
        other[switches[0]] = share
        exact = model.solve(other, integer=True).value
        assert value + slope @ (other - at) <= exact + 1e-6 * (1 + abs(exact))


def test_cut_sees_what_a_whole_port_is_worth() -> None:
    """Not ported, the cut is near the value, and falls towards a whole port of `train`."""
    case = with_work(tiny(), ported=[[1.0, 0.0], [1.0, 0.0]], seasoned=[[1.0, 0.0], [1.0, 0.0]])
    case = replace(case, fleet=replace(case.fleet, installed=np.array([1.0, 40.0])))
    setting = prepare(case, NEUTRAL)
    (component,) = find_switches(setting.problem.nodes[0][0])
    model, off = last_node(setting), setting.problem.initial_state.copy()
    on = off.copy()
    off[component], on[component] = 0.0, 1.0
    cut = model.switch_cut(off, 0)
    assert cut is not None
    value, slope = cut
    without = model.solve(off).value
    gained = without - model.solve(on).value
    assert gained > 0
    assert value <= without + 1e-9
    assert slope[component] < 0
