"""A table of `show` as an object."""

from __future__ import annotations

from collections.abc import Iterable

from junshi.page.api.schema import Column, SheetObject
from junshi.show.sheet import Sheet


def sheet_objects(sheets: Iterable[Sheet]) -> list[SheetObject]:
    """Objects of tables, in their order."""
    return [
        SheetObject(
            title=sheet.title,
            columns=[Column(name=column.name, is_number=column.is_number) for column in sheet.columns],
            rows=[list(row) for row in sheet.rows],
            note=sheet.note,
        )
        for sheet in sheets
    ]
