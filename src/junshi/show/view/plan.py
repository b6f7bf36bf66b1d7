"""A plan as a view: what to order, what runs where, what if supply changes, what survives, what it costs."""

from __future__ import annotations

import json
from collections.abc import Iterator

from junshi.plan.result import PlanResult
from junshi.show.figure import Bar, Bars
from junshi.show.figures import bound_figure, fleet_figure, survivability_figure
from junshi.show.moving_plan import moving_placement
from junshi.show.numbers import currency_name
from junshi.show.palette import BLUE, GREEN
from junshi.show.plan_lines import advice_lines, cost_lines, gap_lines, reason_lines
from junshi.show.plan_sheets import (
    cost_sheet,
    fleet_sheet,
    limit_use_sheet,
    orders_sheet,
    placement_sheet,
    playbook_sheet,
    ports_sheet,
    present_course,
    survivability_sheet,
    unmet_sheet,
)
from junshi.show.plan_tree import next_quarter_tree
from junshi.show.view.model import Section, View, ViewFigure
from junshi.show.view.origins import Origins, kin_of, view_origins
from junshi.study import Study
from junshi.text import current_language, say

LEAST_UNMET = 0.005


def plan_view(study: Study) -> View:
    """View of a plan in the current language."""
    result = study.result
    origins = Origins(view_origins(study.inputs))
    state, *decisions = advice_lines(result)
    return View(
        name="plan",
        language=current_language(),
        title=say("view.plan_title", name=study.inputs.scenario.organisation.name),
        advice=(*decisions, state),
        sections=tuple(_sections(result, origins)),
        origins=origins.rows,
        kin=kin_of(study.inputs),
        record=json.loads(study.record.to_json()),
    )


def _sections(result: PlanResult, origins: Origins) -> Iterator[Section]:
    """Sections in the order in which one reads them; those without content are left out."""
    present = present_course(result)
    groups = ("price", "limit", "fleet", "supply")
    fleet = (ViewFigure(fleet_figure(result), origins.of(*groups)),) if result.courses else ()
    yield Section(
        "fleet",
        say("view.ask_fleet"),
        tuple(reason_lines(result)),
        fleet,
        (orders_sheet(result), ports_sheet(result), *((fleet_sheet(result),) if present else ())),
    )
    if present is not None:
        figure = ViewFigure(
            moving_placement(result), origins.of("throughput", "demand", "loss", "effort", "maturity")
        )
        sheets = [placement_sheet(result, present)]
        if any(result.unmet.max(axis=0) >= LEAST_UNMET):
            sheets.append(unmet_sheet(result))
        yield Section("placement", say("view.ask_placement"), (), (figure,), tuple(sheets))
    if result.playbook:
        tree = ViewFigure(next_quarter_tree(result), origins.of("supply", "price", "limit"))
        yield Section("next", say("view.ask_next"), (), (tree,), (playbook_sheet(result),))
    if result.survivability:
        served = ViewFigure(
            survivability_figure(result), origins.of("demand", "throughput", "effort", "supply")
        )
        yield Section("survival", say("view.ask_survival"), (), (served,), (survivability_sheet(result),))
    yield _cost_section(result, origins)
    if len(result.effort.bounds) > 1:
        figures = (ViewFigure(bound_figure(result)),)
        yield Section("sure", say("view.ask_sure"), tuple(gap_lines(result)), figures)


def _cost_section(result: PlanResult, origins: Origins) -> Section:
    """Cost by kind, and the limits that shape it."""
    sheets = [cost_sheet(result)]
    if result.limits:
        sheets.append(limit_use_sheet(result))
    figure = ViewFigure(cost_figure(result), origins.of("price", "loss", "effort", "supply"))
    return Section("cost", say("view.ask_cost"), tuple(cost_lines(result)), (figure,), tuple(sheets))


def cost_figure(result: PlanResult) -> Bars:
    """Mean discounted cost by kind, dearest first; what brings money is left of zero."""
    parts = [(name, value) for name, value in result.cost.parts.items() if abs(value) > 1e-9]
    parts.sort(key=lambda part: -part[1])
    bars = tuple(Bar(say(f"show.part_{name}"), value, BLUE if value >= 0 else GREEN) for name, value in parts)
    unit = currency_name(result.instance.currency)
    return Bars("cost", say("view.figure_cost"), unit, say("show.mean"), bars)
