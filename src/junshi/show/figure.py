"""What a picture shows, apart from how it is drawn: terminal, file and page read the same description.

Every figure has a name (of its file), a question that it answers as its title, and plain numbers.
"""

from __future__ import annotations

from dataclasses import dataclass


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
    """Values over labels, one line a series; `shares` are drawn from 0 to 1 as percentages."""

    name: str
    title: str
    unit: str
    labels: tuple[str, ...]
    panels: tuple[Panel, ...]
    shares: bool = False

    def __post_init__(self) -> None:
        _require_lengths(self.name, self.labels, self.panels)


@dataclass(frozen=True)
class HeatPanel:
    """Shares from 0 to 1 of one grid, row by row."""

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


Figure = StackedAreas | Lines | HeatMap


def _require_lengths(name: str, labels: tuple[str, ...], panels: tuple[Panel, ...]) -> None:
    """Each series has a value for each label."""
    for panel in panels:
        for series in panel.series:
            if len(series.values) != len(labels):
                message = f"{name}: {series.name}: {len(series.values)} values for {len(labels)} labels"
                raise ValueError(message)
