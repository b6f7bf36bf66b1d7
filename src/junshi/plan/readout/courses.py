"""The plan if one state holds, and what is served after a cut-off."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from junshi.plan.instance import PlanInstance
from junshi.plan.readout.decisions import Reader
from junshi.plan.result import Course, NextQuarter, Served
from junshi.plan.simulate import Simulation
from junshi.terms import Regime

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def holding_paths(instance: PlanInstance) -> IntArray:
    """One path a state that holds from the second stage on: [state, stage]; stage 0 has its only state."""
    paths = np.tile(np.arange(len(instance.states))[:, None], (1, instance.stages))
    paths[:, 0] = 0
    return paths


def state_index(instance: PlanInstance, stage: int, state: int) -> int:
    """Index into the instance's states: stage 0 has the present state only."""
    return instance.initial if stage == 0 else state


def read_course(reader: Reader, simulation: Simulation, path: int) -> Course:
    """One simulated path as a course, named after its last state."""
    instance = reader.instance
    stages = simulation.states.shape[1]
    indices = [state_index(instance, t, int(simulation.states[path, t])) for t in range(stages)]
    values = [simulation.columns[t][path] for t in range(stages)]
    columns = reader.columns
    return Course(
        state=instance.states[indices[-1]],
        owned=np.array([reader.units(columns.held, row) for row in values]),
        rented=np.array([reader.units(columns.rent, row) for row in values]),
        ordered=np.array([reader.units(columns.order, row) for row in values]),
        unmet=np.array([reader.unmet(row) for row in values]),
        placement=tuple(reader.placement(row) for row in values),
        actions=tuple(reader.actions(t, indices[t], row) for t, row in enumerate(values)),
    )


def read_playbook(instance: PlanInstance, courses: tuple[Course, ...]) -> tuple[NextQuarter, ...]:
    """What to do next quarter in each state, likeliest first; empty when the plan has one quarter."""
    if instance.stages < 2:
        return ()
    odds = instance.transition[instance.initial]
    rows = [NextQuarter(c.state, float(odds[instance.states.index(c.state)]), c.actions[1]) for c in courses]
    return tuple(sorted(rows, key=lambda row: -row.odds))


def served_after_cut_off(instance: PlanInstance, course: Course) -> tuple[Served, ...]:
    """Share of critical and of all work served, quarter by quarter, weighed by the loss of unmet work."""
    work = instance.work
    state = instance.states.index(course.state)
    rows = []
    for stage, quarter in enumerate(instance.quarters):
        loss = work.unmet_cost[stage, state_index(instance, stage, state)]
        served = 1.0 - course.unmet[stage]
        rows.append(Served(quarter, _share(served, loss * work.critical), _share(served, loss)))
    return tuple(rows)


def _share(served: FloatArray, weight: FloatArray) -> float:
    """Weighted mean; 1 when there is nothing to serve."""
    total = float(weight.sum())
    return float(served @ weight / total) if total > 0 else 1.0


def cut_off_course(instance: PlanInstance, courses: tuple[Course, ...]) -> Course | None:
    """Course of the cut-off at today's ramp and demand level; None when no such state is planned for."""
    now = instance.states[instance.initial]
    for course in courses:
        state = course.state
        if state.regime is Regime.CUT_OFF and state.ramp == now.ramp and state.level == now.level:
            return course
    return None
