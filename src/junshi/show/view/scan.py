"""A scan as a view: where the work of a port lies and what has to be done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from junshi.porting.effort.estimate import EffortEstimate
from junshi.porting.effort.parts import Part
from junshi.porting.report import ScanReport
from junshi.show.scan_figures import effort_tiles, family_bars
from junshi.show.scan_sheets import days, family_sheet, outcome_sheet, part_name, scan_lines, top_sheet
from junshi.show.view.model import OriginRow, Section, View, ViewFigure
from junshi.show.words import word
from junshi.terms import Confidence
from junshi.text import current_language, say

MOST_PLACES = 3


def scan_view(report: ScanReport, estimates: Sequence[EffortEstimate]) -> View:
    """View of a scan in the current language; the places in the code are the origins."""
    told = scan_lines(report, estimates)
    origins = tuple(_origin(entry, part) for entry in estimates for part in entry.parts)
    sections: list[Section] = []
    if report.findings:
        figures = tuple(
            ViewFigure(figure, tuple(one.id for one in origins if one.group == entry.target))
            for entry in estimates
            if entry.parts
            for figure in (effort_tiles(report, entry), family_bars(entry))
        )
        tables = (outcome_sheet(report), family_sheet(estimates))
        sections.append(Section("tiles", say("view.ask_tiles"), (), figures, tables))
        parts = tuple(top_sheet(entry) for entry in estimates)
        sections.append(Section("parts", say("view.ask_parts"), (), (), parts))
    answers = told[1:2] + told[:1] + told[2:] if len(told) > 1 else told
    return View(
        name="scan",
        language=current_language(),
        title=say("view.title_scan", name=PurePath(report.root).name or report.root),
        advice=tuple(answers),
        sections=tuple(sections),
        origins=origins,
    )


def _origin(entry: EffortEstimate, part: Part) -> OriginRow:
    """Days of a part and the places that it rests on."""
    places = ", ".join(f"{file} ({count})" for file, count in part.files[:MOST_PLACES])
    more = "" if len(part.files) <= MOST_PLACES else f" + {len(part.files) - MOST_PLACES}"
    family = () if part.family is None else (say(f"porting.family_{part.family.value}"),)
    return OriginRow(
        id=f"{entry.target}.{part.kind.value}.{part.name}",
        group=entry.target,
        about=family,
        name=part_name(part),
        value=f"{days(part.days.likely)} ({days(part.days.low)}–{days(part.days.high)})",
        unit=say("show.engineer_days"),
        source=places + more or say(f"porting.kind_{part.kind.value}"),
        date="",
        confidence=word(Confidence.ASSUMED) if part.assumed else "",
        note="",
    )
