"""The report of an insight as a view: its answer, its pictures and tables, and the inputs behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from junshi.show.insight_origins import FIGURES, figures_sheet
from junshi.show.insight_report import Report
from junshi.show.view.model import Section, View, ViewFigure
from junshi.show.view.origins import Origins, kin_of, view_origins
from junshi.study import Inputs
from junshi.text import current_language, say

GROUPS: dict[str, tuple[str, ...]] = {
    "frontier": ("price", "supply", "limit", "loss"),
    "certainty": ("supply", "price", "loss"),
    "stress": ("supply", "fleet", "throughput", "demand"),
    "playbook": ("supply", "price", "limit", "effort"),
    "alternatives": ("price", "limit", "throughput"),
    "sensitivity": ("price", "throughput", "demand", "effort", "maturity", "supply"),
    "backtest": ("price", "supply", "limit", "fleet"),
    "switch": ("effort", "fleet", "throughput", "price"),
}
"""Groups of origins behind the pictures of each insight."""


def report_view(report: Report, inputs: Inputs, record: Mapping[str, Any] | None = None) -> View:
    """View of a report in the current language, in which the report must have been made."""
    origins = Origins(view_origins(inputs))
    groups = GROUPS[report.name]
    made = {name: say(f"insight.made_{report.name}_{name}") for name in FIGURES[report.name]}
    figures = tuple(ViewFigure(figure, origins.of(*groups)) for figure in report.figures)
    sections = (
        Section(report.name, say(f"view.ask_{report.name}"), report.lines[1:], figures, report.sheets),
        Section("made", say("view.ask_made"), (), (), (figures_sheet(made),)),
    )
    return View(
        name=report.name,
        language=current_language(),
        title=say(f"view.title_{report.name}", name=inputs.scenario.organisation.name),
        advice=report.lines[:1],
        sections=sections,
        origins=origins.rows,
        kin=kin_of(inputs),
        record=record,
    )
