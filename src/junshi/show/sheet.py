"""A table for people: title, columns and cells as text; how it is drawn is decided elsewhere."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column; numbers are set to the right."""

    name: str
    is_number: bool = False


@dataclass(frozen=True)
class Sheet:
    """A titled table.

    Attributes
    ----------
    title : what question the table answers
    columns : as many as each row has cells
    rows : cells as text
    note : a sentence below, or nothing
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                message = f"{self.title}: a row has {len(row)} cells, expected {len(self.columns)}"
                raise ValueError(message)
