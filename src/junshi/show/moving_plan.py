"""The picture of a plan that moves: placement by regime and quarter."""

from __future__ import annotations

from junshi.plan.instance import PlanInstance
from junshi.plan.result import PlanResult
from junshi.show.figure import Control, HeatMap, HeatPanel, Moving, Stop
from junshi.show.figures import placed_shares, regime_courses
from junshi.show.words import word
from junshi.text import say

REGIME, QUARTER = "regime", "quarter"


def moving_placement(result: PlanResult) -> Moving:
    """Share of each workload on each accelerator: one stop a regime and quarter."""
    instance = result.instance
    columns = (*instance.fleet.ids, say("show.unmet_column"))
    title = say("show.figure_placement")
    stops = tuple(
        Stop(
            {REGIME: course.state.regime.value, QUARTER: instance.quarters[stage]},
            say("show.if_state", quarter=instance.quarters[stage], state=word(course.state.regime)),
            HeatMap(
                "placement",
                title,
                instance.work.ids,
                columns,
                (HeatPanel("", placed_shares(result, course, stage)),),
            ),
        )
        for course in regime_courses(result)
        for stage in range(instance.stages)
    )
    controls = (regime_control(result), quarter_control(instance))
    return Moving("placement", title, controls, stops, _shown(result) * instance.stages)


def regime_control(result: PlanResult) -> Control:
    """Control of the regime that holds."""
    regimes = [course.state.regime for course in regime_courses(result)]
    return Control(REGIME, say("view.control_regime"), tuple((one.value, word(one)) for one in regimes))


def quarter_control(instance: PlanInstance) -> Control:
    """Control of the quarter."""
    return Control(QUARTER, say("view.control_quarter"), tuple((name, name) for name in instance.quarters))


def _shown(result: PlanResult) -> int:
    """Place of today's regime among the courses."""
    now = result.instance.states[result.instance.initial].regime
    regimes = [course.state.regime for course in regime_courses(result)]
    return regimes.index(now) if now in regimes else 0
