"""A plan as figures, each answering one question; how they are drawn is decided elsewhere."""

from __future__ import annotations

from collections import defaultdict

from junshi.plan.result import Course, PlanResult
from junshi.show.figure import Figure, HeatMap, HeatPanel, Lines, Panel, Series, StackedAreas
from junshi.show.palette import BLUE, ORANGE, family_colours
from junshi.show.words import word
from junshi.terms import Regime
from junshi.text import say

LEAST_UNITS = 0.5


def plan_figures(result: PlanResult) -> list[Figure]:
    """All figures of a plan, labelled in the current language."""
    figures: list[Figure] = [fleet_figure(result), placement_figure(result)] if result.courses else []
    if result.survivability:
        figures.append(survivability_figure(result))
    if len(result.effort.bounds) > 1:
        figures.append(bound_figure(result))
    return figures


def regime_courses(result: PlanResult) -> list[Course]:
    """Course of each regime at today's ramp and demand level, in the order of the regimes."""
    now = result.instance.states[result.instance.initial]
    same = [
        course
        for course in result.courses
        if (course.state.ramp, course.state.level) == (now.ramp, now.level)
    ]
    by_regime = {course.state.regime: course for course in same or result.courses}
    return [by_regime[regime] for regime in Regime if regime in by_regime]


def fleet_figure(result: PlanResult) -> StackedAreas:
    """Accelerators owned and rented by quarter, one panel a regime that holds from the second quarter on."""
    instance = result.instance
    courses = regime_courses(result)
    used = [
        place
        for place in range(len(instance.fleet.ids))
        if any((course.owned + course.rented)[:, place].max() >= LEAST_UNITS for course in courses)
    ]
    used.sort(key=lambda place: int(instance.fleet.ecosystem[place]))
    families = [instance.ecosystems[int(instance.fleet.ecosystem[place])] for place in used]
    colours = family_colours(families)
    panels = tuple(
        Panel(
            word(course.state.regime),
            tuple(
                Series(
                    instance.fleet.ids[place],
                    tuple(float(value) for value in (course.owned + course.rented)[:, place]),
                    colour,
                )
                for place, colour in zip(used, colours, strict=True)
            ),
        )
        for course in courses
    )
    return StackedAreas(
        "fleet", say("show.figure_fleet"), say("show.figure_unit_accelerators"), instance.quarters, panels
    )


def placement_figure(result: PlanResult) -> HeatMap:
    """Share of each workload on each accelerator, and unmet: first quarter, last one of each regime."""
    instance = result.instance
    courses = regime_courses(result)
    last = instance.stages - 1
    shown = [(instance.quarters[0], courses[0], 0)] if courses else []
    if last > 0:
        shown += [
            (
                say("show.if_state", quarter=instance.quarters[last], state=word(course.state.regime)),
                course,
                last,
            )
            for course in courses
        ]
    columns = (*instance.fleet.ids, say("show.unmet_column"))
    panels = tuple(HeatPanel(title, placed_shares(result, course, stage)) for title, course, stage in shown)
    return HeatMap("placement", say("show.figure_placement"), instance.work.ids, columns, panels)


def placed_shares(result: PlanResult, course: Course, stage: int) -> tuple[tuple[float, ...], ...]:
    """Shares by workload and accelerator, both modes together, and the unmet share last."""
    shares: dict[tuple[str, str], float] = defaultdict(float)
    for placed in course.placement[stage]:
        shares[placed.workload, placed.accelerator] += placed.share
    instance = result.instance
    return tuple(
        (*(shares[workload, name] for name in instance.fleet.ids), float(course.unmet[stage, place]))
        for place, workload in enumerate(instance.work.ids)
    )


def survivability_figure(result: PlanResult) -> Lines:
    """Critical and all work served after a cut-off that lasts."""
    served = result.survivability
    series = (
        Series(say("show.critical_work"), tuple(one.critical for one in served), BLUE),
        Series(say("show.all_work"), tuple(one.all_work for one in served), ORANGE),
    )
    labels = tuple(one.quarter for one in served)
    return Lines(
        "survivability", say("show.figure_survivability"), "", labels, (Panel("", series),), shares=True
    )


def bound_figure(result: PlanResult) -> Lines:
    """Proven lower bound by iteration, and the cost of the plan that was found."""
    bounds = result.effort.bounds
    series = (
        Series(say("show.figure_lower_bound"), bounds, BLUE),
        Series(say("show.figure_objective"), (result.cost.objective,) * len(bounds), ORANGE),
    )
    labels = tuple(str(iteration) for iteration in range(1, len(bounds) + 1))
    currency = say(f"show.currency_{result.instance.currency.lower()}")
    return Lines("bound", say("show.figure_bound"), currency, labels, (Panel("", series),))
