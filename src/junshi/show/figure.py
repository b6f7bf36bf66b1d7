"""What a picture shows, apart from how it is drawn: terminal, file and page read the same description.

Every figure has a name (of its file), a question that it answers as its title, and plain numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SLACK = 1e-6
"""By which rounding may carry a share above 1."""


@dataclass(frozen=True)
class Series:
    """Named values along the labels of its panel, and the colour of its area or line."""

    name: str
    values: tuple[float, ...]
    colour: str


@dataclass(frozen=True)
class Panel:
    """One small picture among several that share labels, series names and scale."""

    title: str
    series: tuple[Series, ...]


@dataclass(frozen=True)
class StackedAreas:
    """Amounts that add up, over labels, one panel beside the other."""

    name: str
    title: str
    unit: str
    labels: tuple[str, ...]
    panels: tuple[Panel, ...]

    def __post_init__(self) -> None:
        _require_lengths(self.name, self.labels, self.panels)


@dataclass(frozen=True)
class Lines:
    """Values over labels, one line a series; `shares` are written as percentages, drawn from 0 to 1."""

    name: str
    title: str
    unit: str
    labels: tuple[str, ...]
    panels: tuple[Panel, ...]
    shares: bool = False

    def __post_init__(self) -> None:
        _require_lengths(self.name, self.labels, self.panels)

    @property
    def is_part_of_whole(self) -> bool:
        """Whether the axis goes from 0 to 1: shares, and none outside of it, as a change may be."""
        values = (value for panel in self.panels for series in panel.series for value in series.values)
        return self.shares and all(not (value < 0 or value > 1 + SLACK) for value in values)


@dataclass(frozen=True)
class HeatPanel:
    """Shares from 0 to 1 of one grid, row by row; NaN where there is none."""

    title: str
    values: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class HeatMap:
    """Shares by row and column, one grid a panel; all panels have the same rows and columns."""

    name: str
    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    panels: tuple[HeatPanel, ...]

    def __post_init__(self) -> None:
        for panel in self.panels:
            if len(panel.values) != len(self.rows) or any(
                len(row) != len(self.columns) for row in panel.values
            ):
                message = (
                    f"{self.name}: {panel.title}: expected {len(self.rows)} x {len(self.columns)} values"
                )
                raise ValueError(message)


@dataclass(frozen=True)
class FanPanel:
    """Mean along the labels and the band around it."""

    title: str
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    colour: str


@dataclass(frozen=True)
class Fans:
    """Uncertain courses over labels, one panel each; `mean_name` and `band_name` say what is drawn."""

    name: str
    title: str
    unit: str
    labels: tuple[str, ...]
    panels: tuple[FanPanel, ...]
    mean_name: str
    band_name: str
    shares: bool = False

    def __post_init__(self) -> None:
        for panel in self.panels:
            for values in (panel.mean, panel.low, panel.high):
                _require_values(self.name, panel.title, len(values), len(self.labels))


@dataclass(frozen=True)
class Bar:
    """One bar from zero; `low` and `high` are the ends of its whisker, if it has one."""

    label: str
    value: float
    colour: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Bars:
    """Lying bars from the top down; `value_name` says what their length is, `shares` are percentages.

    Sorted by size they are a tornado.
    """

    name: str
    title: str
    unit: str
    value_name: str
    bars: tuple[Bar, ...]
    shares: bool = False

    @property
    def is_part_of_whole(self) -> bool:
        """Whether the axis goes from 0 to 1: shares, and neither bar nor whisker outside of it."""
        ends = [end for bar in self.bars for end in (bar.value, bar.low, bar.high) if end is not None]
        return self.shares and all(0 <= end <= 1 + SLACK for end in ends)


@dataclass(frozen=True)
class Step:
    """One step of a waterfall: a level that is reached, or a change with its interval."""

    label: str
    value: float
    is_level: bool
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Waterfall:
    """From one level to the next by changes; levels are lines: the axis need not start at 0."""

    name: str
    title: str
    unit: str
    value_name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Branch:
    """Node of a tree with what it says and what follows."""

    label: str
    note: str = ""
    branches: tuple[Branch, ...] = ()


@dataclass(frozen=True)
class Tree:
    """What follows from what; `columns` names the levels below the root."""

    name: str
    title: str
    root: Branch
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Tile:
    """Part of a whole: its size, the value that colours it, and its own parts."""

    label: str
    size: float
    value: float
    tiles: tuple[Tile, ...] = ()


@dataclass(frozen=True)
class TreeMap:
    """Parts of parts as nested areas; `size_name` and `value_name` say what area and shade mean."""

    name: str
    title: str
    unit: str
    size_name: str
    value_name: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Mark:
    """One labelled point."""

    label: str
    across: float
    up: float
    colour: str


@dataclass(frozen=True)
class Scatter:
    """A line through `line`, and marks beside it.

    Attributes
    ----------
    name : of the file
    across, up : names of both axes with their unit
    line_name, marks_name, chosen_name : what the line, the marks and the chosen point are
    chosen : point of the line that is chosen; None where there is no choice
    """

    name: str
    title: str
    across: str
    up: str
    line: tuple[tuple[float, float], ...]
    marks: tuple[Mark, ...]
    line_name: str = ""
    marks_name: str = ""
    chosen_name: str = ""
    chosen: int | None = None


StillFigure = StackedAreas | Lines | HeatMap | Fans | Bars | Waterfall | Tree | TreeMap | Scatter


@dataclass(frozen=True)
class Control:
    """Something by which a picture is moved: `regime` or `quarter`, its values as (id, label)."""

    key: str
    name: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Stop:
    """Picture at one setting of the controls."""

    keys: Mapping[str, str]
    label: str
    figure: StillFigure


@dataclass(frozen=True)
class Moving:
    """A picture that moves: the same kind of figure at each stop, `shown` first."""

    name: str
    title: str
    controls: tuple[Control, ...]
    stops: tuple[Stop, ...]
    shown: int = 0

    def __post_init__(self) -> None:
        if len({type(stop.figure) for stop in self.stops}) != 1:
            message = f"{self.name}: the stops of a moving figure are of one kind"
            raise ValueError(message)

    @property
    def still(self) -> StillFigure:
        """Figure that is shown first."""
        return self.stops[self.shown].figure


Figure = StillFigure | Moving


def _require_lengths(name: str, labels: tuple[str, ...], panels: tuple[Panel, ...]) -> None:
    """Each series has a value for each label."""
    for panel in panels:
        for series in panel.series:
            _require_values(name, series.name, len(series.values), len(labels))


def _require_values(name: str, series: str, values: int, labels: int) -> None:
    """As many values as labels."""
    if values != labels:
        message = f"{name}: {series}: {values} values for {labels} labels"
        raise ValueError(message)
