"""Points of two measures on one picture, and how they are drawn: the frontier with its rivals."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from junshi.show.draw import chinese_font
from junshi.show.numbers import short


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
    """

    name: str
    title: str
    across: str
    up: str
    line: tuple[tuple[float, float], ...]
    marks: tuple[Mark, ...]


def draw_scatter(figure: Scatter, folder: Path, language: str) -> list[Path]:
    """Draw to `<name>.png` and `<name>.svg`."""
    import matplotlib as mpl
    from matplotlib.figure import Figure as Canvas

    font = chinese_font() if language == "zh" else None
    style: dict[Any, Any] = {"font.size": 8, "svg.hashsalt": "junshi"}
    with mpl.rc_context(style | ({"font.sans-serif": [font, "DejaVu Sans"]} if font else {})):
        canvas = Canvas(figsize=(7.0, 4.2), layout="constrained")
        axes = canvas.subplots()
        axes.plot(
            [x for x, _ in figure.line], [y for _, y in figure.line], marker="o", markersize=3, linewidth=1.5
        )
        for mark in figure.marks:
            axes.scatter([mark.across], [mark.up], color=mark.colour, s=40, zorder=3)
            axes.annotate(mark.label, (mark.across, mark.up), xytext=(5, 4), textcoords="offset points")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: short(value, language))
        axes.set_xlabel(figure.across)
        axes.set_ylabel(figure.up)
        axes.grid(linewidth=0.3, color="#CCCCCC")
        axes.spines[["top", "right"]].set_visible(False)
        canvas.suptitle(figure.title, x=0.01, ha="left", fontsize=11, fontweight="bold")
        paths = [folder / f"{figure.name}.{kind}" for kind in ("png", "svg")]
        canvas.savefig(paths[0], dpi=150, metadata={"Software": "Junshi"})
        canvas.savefig(paths[1], metadata={"Date": None, "Creator": "Junshi"})
    return paths
