"""Any figure as a table: the same numbers for those who cannot or would not look."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from junshi.show.figure import (
    Bars,
    Branch,
    Fans,
    Figure,
    HeatMap,
    Lines,
    Moving,
    Scatter,
    StackedAreas,
    Tile,
    Tree,
    TreeMap,
    Waterfall,
)
from junshi.show.numbers import percent, short
from junshi.show.sheet import Column, Sheet
from junshi.text import say

DASH = "–"


def figure_sheet(figure: Figure) -> Sheet:
    """Table of a figure in the current language; of a moving one, as it is first shown."""
    still = figure.still if isinstance(figure, Moving) else figure
    return _BUILDERS[type(still)](still)


def _amount(value: float, *, shares: bool = False) -> str:
    """Number as its figure writes it."""
    if math.isnan(value):
        return DASH
    return percent(value) if shares else short(value)


def _courses(figure: StackedAreas | Lines) -> Sheet:
    """One row a label, one column a series, panel by panel."""
    shares = isinstance(figure, Lines) and figure.shares
    series = [(panel.title, one) for panel in figure.panels for one in panel.series]
    several = len(figure.panels) > 1
    names = [_joined(panel, one.name) if several else one.name for panel, one in series]
    rows = tuple(
        (label, *(_amount(one.values[place], shares=shares) for _, one in series))
        for place, label in enumerate(figure.labels)
    )
    return _sheet(figure.title, "", names, rows, figure.unit)


def _fans(figure: Fans) -> Sheet:
    """Mean and both ends of the band, panel by panel."""
    names = [
        _joined(panel.title, part)
        for panel in figure.panels
        for part in (figure.mean_name, say("view.low_end"), say("view.high_end"))
    ]
    rows = tuple(
        (
            label,
            *(
                _amount(values[place], shares=figure.shares)
                for panel in figure.panels
                for values in (panel.mean, panel.low, panel.high)
            ),
        )
        for place, label in enumerate(figure.labels)
    )
    return _sheet(figure.title, "", names, rows, figure.unit)


def _heat(figure: HeatMap) -> Sheet:
    """Shares by row and column, panel by panel."""
    several = len(figure.panels) > 1
    rows = tuple(
        (_joined(panel.title, name) if several else name, *(_amount(v, shares=True) for v in values))
        for panel in figure.panels
        for name, values in zip(figure.rows, panel.values, strict=True)
    )
    return _sheet(figure.title, "", figure.columns, rows, "")


def _bars(figure: Bars) -> Sheet:
    """One row a bar."""
    has_ends = any(bar.low is not None for bar in figure.bars)
    ends = (say("view.low_end"), say("view.high_end")) if has_ends else ()
    rows = tuple(
        (
            bar.label,
            _amount(bar.value, shares=figure.shares),
            *(_end(end, shares=figure.shares) for end in ((bar.low, bar.high) if has_ends else ())),
        )
        for bar in figure.bars
    )
    return _sheet(figure.title, "", (figure.value_name, *ends), rows, figure.unit)


def _end(value: float | None, *, shares: bool = False) -> str:
    return DASH if value is None else _amount(value, shares=shares)


def _waterfall(figure: Waterfall) -> Sheet:
    """One row a step; changes carry their sign."""
    rows = tuple(
        (
            step.label,
            short(step.value) if step.is_level else f"{'+' if step.value >= 0 else ''}{short(step.value)}",
            _end(step.low),
            _end(step.high),
        )
        for step in figure.steps
    )
    columns = (figure.value_name, say("view.low_end"), say("view.high_end"))
    return _sheet(figure.title, "", columns, rows, figure.unit)


def _tree(figure: Tree) -> Sheet:
    """One row a leaf: the way to it."""
    depth = len(figure.columns)
    ways = [way[1:] for way in _ways(figure.root)]
    rows = tuple(tuple([*way, *[""] * depth][:depth]) for way in ways)
    columns = tuple(Column(name) for name in figure.columns)
    return Sheet(figure.title, columns, rows, figure.root.label)


def _ways(branch: Branch) -> Iterator[list[str]]:
    """Labels from a branch to each of its leaves."""
    if not branch.branches:
        yield [branch.label]
    for one in branch.branches:
        for way in _ways(one):
            yield [branch.label, *way]


def _tree_map(figure: TreeMap) -> Sheet:
    """One row a part, with the way to it."""
    rows = tuple(
        (" / ".join(way), short(tile.size), short(tile.value)) for way, tile in _tiles(figure.tiles, [])
    )
    return _sheet(figure.title, "", (figure.size_name, figure.value_name), rows, "")


def _tiles(tiles: Sequence[Tile], above: list[str]) -> Iterator[tuple[list[str], Tile]]:
    """Parts that have no parts."""
    for tile in tiles:
        way = [*above, tile.label]
        if tile.tiles:
            yield from _tiles(tile.tiles, way)
        else:
            yield way, tile


def _scatter(figure: Scatter) -> Sheet:
    """Points of the line in order, then the marks."""
    points = [
        (say("view.point", number=number), x, y, number - 1 == figure.chosen)
        for number, (x, y) in enumerate(figure.line, start=1)
    ]
    rows = tuple((f"{name} *" if is_chosen else name, short(x), short(y)) for name, x, y, is_chosen in points)
    rows += tuple((mark.label, short(mark.across), short(mark.up)) for mark in figure.marks)
    note = say("view.point_chosen", name=figure.chosen_name) if figure.chosen is not None else ""
    return _sheet(figure.title, "", (figure.across, figure.up), rows, "", note)


def _joined(panel: str, name: str) -> str:
    return f"{panel}: {name}" if panel else name


def _sheet(
    title: str, first: str, names: Sequence[str], rows: tuple[tuple[str, ...], ...], unit: str, note: str = ""
) -> Sheet:
    """Table whose first column names the row and whose others are numbers."""
    columns = (Column(first), *(Column(name, is_number=True) for name in names))
    return Sheet(f"{title} ({unit})" if unit else title, columns, rows, note)


_BUILDERS: dict[type[Any], Callable[[Any], Sheet]] = {
    StackedAreas: _courses,
    Lines: _courses,
    HeatMap: _heat,
    Fans: _fans,
    Bars: _bars,
    Waterfall: _waterfall,
    Tree: _tree,
    TreeMap: _tree_map,
    Scatter: _scatter,
}
