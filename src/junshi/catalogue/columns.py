"""What each column of the data files means: type, unit, range and meaning in both languages."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from junshi.text import current_language


@dataclass(frozen=True)
class Column:
    """One column of one data file."""

    file: str
    name: str
    type: str
    unit: str
    range: str
    meaning_en: str
    meaning_zh: str

    @property
    def meaning(self) -> str:
        """Meaning in the language in force."""
        return self.meaning_zh if current_language() == "zh" else self.meaning_en


@cache
def columns(file: str) -> dict[str, Column]:
    """Columns of one data file such as `accelerators.csv`, by name, in the order of the file."""
    text = resources.files("junshi.catalogue").joinpath("data", "columns.csv").read_text(encoding="utf-8")
    return {
        row["column"]: Column(
            file=row["file"],
            name=row["column"],
            type=row["type"],
            unit=row["unit"],
            range=row["range"],
            meaning_en=row["meaning"],
            meaning_zh=row["meaning_zh"],
        )
        for row in csv.DictReader(text.splitlines())
        if row["file"] == file
    }
