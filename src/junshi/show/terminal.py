"""Sheets and sentences on a terminal; the only module of this folder that knows rich, with `progress`."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from junshi.show.sheet import Sheet

_LONGEST_KEPT = 30
"""Cells of the first column up to so many letters are never broken; longer ones leave room for the others."""


def terminal(*, to_error: bool = False) -> Console:
    """Console that guesses no numbers or paths to colour; a pipe gets plain text of 120 columns."""
    console = Console(stderr=to_error, highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(stderr=to_error, highlight=False, soft_wrap=False, width=120)
    return console


def print_sheet(console: Console, sheet: Sheet) -> None:
    """Print one table with its title above and its note below; nothing but the title when it is empty."""
    console.print(Text(sheet.title, style="bold"))
    if sheet.rows:
        console.print(drawn(sheet))
    if sheet.note:
        console.print(Text(sheet.note, style="dim"))
    console.print()


def drawn(sheet: Sheet) -> Table:
    """Table of a sheet as rich draws it; cells are text, never markup."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    is_short = all(cell_len(row[0]) <= _LONGEST_KEPT for row in sheet.rows)
    for place, column in enumerate(sheet.columns):
        justify = "right" if column.is_number else "left"
        table.add_column(Text(column.name), justify=justify, overflow="fold", no_wrap=is_short and place == 0)  # type: ignore[arg-type]
    for row in sheet.rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def print_sheets(console: Console, sheets: Iterable[Sheet]) -> None:
    """Print tables one below the other."""
    for sheet in sheets:
        print_sheet(console, sheet)


def print_lines(console: Console, lines: Iterable[str], *, style: str = "") -> None:
    """Print sentences, one a line, and an empty line after them."""
    for line in lines:
        console.print(Text(line, style=style))
    console.print()
