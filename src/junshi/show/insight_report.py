"""What one insight shows: sentences, tables, pictures and an object for machines, and the folder of a run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from junshi.show.draw import can_draw, draw, drawable_language
from junshi.show.export.write import whole_folder
from junshi.show.figure import Figure
from junshi.show.sheet import Sheet
from junshi.text import current_language


@dataclass(frozen=True)
class Report:
    """One insight, ready to be printed or written.

    Attributes
    ----------
    name : of the command
    lines : the answer in plain words, the most important first
    sheets, figures : tables and pictures
    record : for `--json`; plain values only
    """

    name: str
    lines: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    figures: tuple[Figure, ...]
    record: Mapping[str, object]


def plain(value: Any) -> Any:
    """Value with numpy numbers and arrays as Python ones, and NaN and infinity as None, which JSON lacks."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, np.ndarray | list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


def record_text(record: Mapping[str, object]) -> str:
    """One JSON object."""
    return json.dumps(plain(record), ensure_ascii=False, allow_nan=False)


def write_report(report: Report, folder: Path) -> bool:
    """Write `<name>.json`, `<name>.txt` and the pictures; whether pictures could be drawn.

    Raises
    ------
    InputError : the folder cannot be written
    """
    with whole_folder(folder) as place:
        (place / f"{report.name}.json").write_text(record_text(report.record) + "\n", encoding="utf-8")
        (place / f"{report.name}.txt").write_text("\n".join(report.lines) + "\n", encoding="utf-8")
        for number, sheet in enumerate(report.sheets, start=1):
            (place / f"{report.name}-{number}.csv").write_text(_csv(sheet), encoding="utf-8")
        if can_draw():
            _draw_all(report.figures, place)
    return can_draw()


def _draw_all(figures: Sequence[Figure], folder: Path) -> None:
    """All pictures, in the current language where a font has its letters."""
    language = drawable_language(current_language())
    for figure in figures:
        draw(figure, folder, language)


def _csv(sheet: Sheet) -> str:
    """Table as comma-separated text."""
    rows = [tuple(column.name for column in sheet.columns), *sheet.rows]
    return "".join(",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) + "\n" for row in rows)
