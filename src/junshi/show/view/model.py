"""The object that is shown: sentences, sections with figures and tables, and where the inputs come from.

Its form as JSON (`View.to_object`):

    view     name, language, title, advice [sentence], words {key: text on the charts' buttons},
             sections [section], origins [origin], kin {accelerator: [ecosystem]}, record or null
    section  id, title, lines [sentence], figures [figure], sheets [sheet]
    figure   name, title, kind, unit, option, controls [{key, name, values [{id, label}], shown}],
             frames [{keys {control: id}, label, option to be merged, rows of the table,
             at [x, y] of a point that can be dragged}] or null,
             table: sheet, origins [id]
    sheet    title, columns [{name, is_number}], rows [[text]], note
    origin   id, group, about [name], name, value, unit, source, date, confidence, note
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from junshi.show.echarts.option import frames_of, kind_of, option_of
from junshi.show.figure import Control, Figure, Moving, Scatter, StillFigure
from junshi.show.figure_sheet import figure_sheet
from junshi.show.sheet import Sheet
from junshi.text import in_language
from junshi.text.say import sentences

WORD = "word_"


@dataclass(frozen=True)
class OriginRow:
    """One input and where it comes from.

    Attributes
    ----------
    id : within the view
    group : supply, price, limit, fleet, demand, loss, effort, throughput or maturity
    about : accelerators, workloads and ecosystems that it speaks of
    value : as people write it
    unit, date, note : empty where there is none
    source : line of the scenario file, row of the catalogue, or how it was estimated
    confidence : in the language of the reader
    """

    id: str
    group: str
    about: tuple[str, ...]
    name: str
    value: str
    unit: str
    source: str
    date: str
    confidence: str
    note: str

    def to_object(self) -> dict[str, object]:
        """Plain values."""
        return {
            "id": self.id,
            "group": self.group,
            "about": list(self.about),
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "source": self.source,
            "date": self.date,
            "confidence": self.confidence,
            "note": self.note,
        }


@dataclass(frozen=True)
class ViewFigure:
    """A figure and the ids of the origins of its numbers."""

    figure: Figure
    origins: tuple[str, ...] = ()

    def to_object(self) -> dict[str, object]:
        """Plain values: option, frames, table."""
        figure = self.figure
        return {
            "name": figure.name,
            "title": figure.title,
            "kind": kind_of(figure),
            "unit": getattr(figure.still if isinstance(figure, Moving) else figure, "unit", ""),
            "option": option_of(figure),
            "controls": _controls(figure) if isinstance(figure, Moving) else [],
            "frames": _frames(figure) if isinstance(figure, Moving) else None,
            "table": sheet_object(figure_sheet(figure)),
            "origins": list(self.origins),
        }


def _controls(figure: Moving) -> list[dict[str, object]]:
    """Controls with what is shown first."""
    shown = figure.stops[figure.shown].keys

    def one(control: Control) -> dict[str, object]:
        values = [{"id": id_, "label": label} for id_, label in control.values]
        return {"key": control.key, "name": control.name, "values": values, "shown": shown[control.key]}

    return [one(control) for control in figure.controls]


def _frames(figure: Moving) -> list[dict[str, object]]:
    """Stops with their changes and the rows of their table."""
    return [
        {
            "keys": dict(stop.keys),
            "label": stop.label,
            "option": option,
            "rows": [list(row) for row in figure_sheet(stop.figure).rows],
            **_place(stop.figure),
        }
        for stop, option in zip(figure.stops, frames_of(figure), strict=True)
    ]


def _place(figure: StillFigure) -> dict[str, object]:
    """Where the chosen point of a stop lies, by which it can be dragged."""
    if isinstance(figure, Scatter) and figure.chosen is not None:
        return {"at": list(figure.line[figure.chosen])}
    return {}


@dataclass(frozen=True)
class Section:
    """One question with its answer: sentences, figures, tables."""

    id: str
    title: str
    lines: tuple[str, ...] = ()
    figures: tuple[ViewFigure, ...] = ()
    sheets: tuple[Sheet, ...] = ()

    def to_object(self) -> dict[str, object]:
        """Plain values."""
        return {
            "id": self.id,
            "title": self.title,
            "lines": list(self.lines),
            "figures": [figure.to_object() for figure in self.figures],
            "sheets": [sheet_object(sheet) for sheet in self.sheets],
        }


@dataclass(frozen=True)
class View:
    """All that is shown of one run, in one language.

    Attributes
    ----------
    advice : the answer first
    kin : names whose origins count for a name too: accelerator → its ecosystem
    record : of the run; None where there is none
    """

    name: str
    language: str
    title: str
    advice: tuple[str, ...]
    sections: tuple[Section, ...]
    origins: tuple[OriginRow, ...] = ()
    kin: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    record: Mapping[str, Any] | None = None

    def with_record(self, record: Mapping[str, Any] | None) -> View:
        """The same view with the record of its run."""
        return replace(self, record=record)

    def to_object(self) -> dict[str, object]:
        """Plain values, ready for JSON; in the language of the view, whatever is spoken now."""
        with in_language(self.language):
            sections = [section.to_object() for section in self.sections]
        return {
            "name": self.name,
            "language": self.language,
            "title": self.title,
            "advice": list(self.advice),
            "words": chart_words(self.language),
            "sections": sections,
            "origins": [origin.to_object() for origin in self.origins],
            "kin": {name: list(others) for name, others in self.kin.items()},
            "record": None if self.record is None else dict(self.record),
        }


def chart_words(language: str) -> dict[str, str]:
    """Words on the buttons of charts, for `charts.js`, which fills their {fields}."""
    return {
        key.removeprefix(WORD): text
        for key, text in sentences("view", language).items()
        if key.startswith(WORD)
    }


def sheet_object(sheet: Sheet) -> dict[str, object]:
    """Plain values of a table."""
    return {
        "title": sheet.title,
        "columns": [{"name": column.name, "is_number": column.is_number} for column in sheet.columns],
        "rows": [list(row) for row in sheet.rows],
        "note": sheet.note,
    }
