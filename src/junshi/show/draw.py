"""Figures as PNG and SVG files; the only module that knows matplotlib, which is an optional extra."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from junshi.show.figure import (
    Bars,
    Fans,
    Figure,
    HeatMap,
    Lines,
    Moving,
    Panel,
    Scatter,
    StackedAreas,
    Waterfall,
)
from junshi.show.numbers import short

CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
    "Noto Sans CJK JP",
    "Droid Sans Fallback",
    "Arial Unicode MS",
)
PANEL_WIDTH, PANEL_HEIGHT, PER_ROW = 4.2, 2.6, 2
MOST_TICKS = 6
_STYLE = {"axes.spines.top": False, "axes.spines.right": False, "font.size": 8, "svg.hashsalt": "junshi"}


def can_draw() -> bool:
    """Whether matplotlib is installed (`pip install junshi[figures]`)."""
    return importlib.util.find_spec("matplotlib") is not None


@cache
def chinese_font() -> str | None:
    """Name of an installed font with Chinese characters, or None."""
    from matplotlib import font_manager

    installed = {entry.name for entry in font_manager.fontManager.ttflist}
    return next((name for name in CHINESE_FONTS if name in installed), None)


def drawable_language(language: str) -> str:
    """Language of the labels: English where no font has Chinese characters, since boxes help nobody."""
    return language if language != "zh" or chinese_font() is not None else "en"


def draw(figure: Figure, folder: Path, language: str = "en") -> list[Path]:
    """Draw one figure to `<name>.png` and `<name>.svg`; a moving one as it is first shown.

    Parameters
    ----------
    language : of the figure's labels, which chooses the font and the form of numbers

    Returns
    -------
    the files; none for trees and tree maps, which only the page and the report draw
    """
    still = figure.still if isinstance(figure, Moving) else figure
    if type(still) not in _PAINTERS:
        return []
    import matplotlib as mpl
    from matplotlib.figure import Figure as Canvas

    style: dict[Any, Any] = dict(_STYLE)
    font = chinese_font() if language == "zh" else None
    with mpl.rc_context(style | ({"font.sans-serif": [font, "DejaVu Sans"]} if font else {})):
        canvas = Canvas(layout="constrained")
        _PAINTERS[type(still)](canvas, still, language)
        paths = [folder / f"{figure.name}.{kind}" for kind in ("png", "svg")]
        canvas.savefig(paths[0], dpi=150, metadata={"Software": "Junshi"})
        canvas.savefig(paths[1], metadata={"Date": None, "Creator": "Junshi"})
    return paths


def _grid(canvas: Any, count: int, width: float, height: float) -> Iterator[Any]:
    """Axes for panels, at most `PER_ROW` beside each other, on one scale."""
    columns = min(max(count, 1), PER_ROW)
    rows = -(-max(count, 1) // columns)
    canvas.set_size_inches(columns * width, rows * height + 0.7)
    axes = canvas.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for place, one in enumerate(axes.flat):
        if place < count:
            # an axis is named below the lowest panel of its column
            one.tick_params(labelbottom=place + columns >= count)
            yield one
        else:
            one.set_visible(False)


def _label_stages(axes: Any, labels: Sequence[str]) -> None:
    """Put a few labels along the axis, slanted."""
    step = -(-len(labels) // MOST_TICKS)
    axes.set_xticks(range(0, len(labels), step), labels[::step], rotation=40, ha="right")
    axes.margins(x=0)


def _paint_areas(canvas: Any, figure: StackedAreas, language: str) -> None:
    """Stacked areas, each panel with its title, one legend for all."""
    handles: list[Any] = []
    for axes, panel in zip(
        _grid(canvas, len(figure.panels), PANEL_WIDTH, PANEL_HEIGHT), figure.panels, strict=True
    ):
        places = range(len(figure.labels))
        handles = axes.stackplot(
            places,
            [series.values for series in panel.series],
            colors=[series.colour for series in panel.series],
            labels=[series.name for series in panel.series],
            edgecolor="white",
            linewidth=0.4,
        )
        _finish_panel(axes, panel, figure.labels, language)
    _title(canvas, figure.title, figure.unit)
    if handles:
        names = [series.name for series in figure.panels[0].series]
        canvas.legend(handles[::-1], names[::-1], loc="outside right center", frameon=False)


def _paint_lines(canvas: Any, figure: Lines, language: str) -> None:
    """Lines, each panel with its title, one legend for all."""
    handles: list[Any] = []
    for axes, panel in zip(
        _grid(canvas, len(figure.panels), 1.6 * PANEL_WIDTH, 1.2 * PANEL_HEIGHT), figure.panels, strict=True
    ):
        handles = [
            axes.plot(range(len(figure.labels)), series.values, color=series.colour, linewidth=1.8)[0]
            for series in panel.series
        ]
        if figure.is_part_of_whole:
            axes.set_ylim(0, 1.03)
        _finish_panel(axes, panel, figure.labels, language)
        if figure.shares:
            axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    _title(canvas, figure.title, figure.unit)
    if len(handles) > 1:
        names = [series.name for series in figure.panels[0].series]
        canvas.legend(handles, names, loc="outside right center", frameon=False)


def _finish_panel(axes: Any, panel: Panel, labels: Sequence[str], language: str) -> None:
    """Title, ticks, and short numbers."""
    axes.set_title(panel.title, fontsize=9, loc="left")
    axes.yaxis.set_major_formatter(lambda value, _: short(value, language))
    axes.grid(axis="y", linewidth=0.3, color="#CCCCCC")
    axes.set_axisbelow(True)
    _label_stages(axes, labels)


def _title(canvas: Any, title: str, unit: str) -> None:
    """Question on top, unit after it."""
    canvas.suptitle(f"{title} ({unit})" if unit else title, x=0.01, ha="left", fontsize=11, fontweight="bold")


def _paint_heat(canvas: Any, figure: HeatMap, language: str) -> None:
    """Grids of shares from white to dark blue, with the share written into its cell."""
    del language
    width = 1.4 + 0.42 * len(figure.columns)
    height = 0.9 + 0.24 * len(figure.rows)
    image: Any = None
    for axes, panel in zip(_grid(canvas, len(figure.panels), width, height), figure.panels, strict=True):
        image = axes.imshow(panel.values, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        axes.set_title(panel.title, fontsize=9, loc="left")
        axes.set_xticks(range(len(figure.columns)), figure.columns, rotation=40, ha="right")
        axes.set_yticks(range(len(figure.rows)), figure.rows)
        axes.tick_params(length=0)
        for row, values in enumerate(panel.values):
            for column, value in enumerate(values):
                if value >= 0.005:
                    shade = "white" if value > 0.55 else "black"
                    axes.text(
                        column, row, f"{100 * value:.0f}", ha="center", va="center", color=shade, fontsize=6
                    )
    _title(canvas, figure.title, "%")
    if image is not None:
        bar = canvas.colorbar(image, ax=canvas.axes, shrink=0.7, format=lambda value, _: f"{100 * value:.0f}")
        bar.outline.set_visible(False)


def _paint_fans(canvas: Any, figure: Fans, language: str) -> None:
    """Mean as a line in its band, each panel with its title."""
    places = range(len(figure.labels))
    for axes, panel in zip(
        _grid(canvas, len(figure.panels), PANEL_WIDTH, PANEL_HEIGHT), figure.panels, strict=True
    ):
        axes.fill_between(places, panel.low, panel.high, color=panel.colour, alpha=0.25, linewidth=0)
        axes.plot(places, panel.mean, color=panel.colour, linewidth=1.8)
        if figure.shares:
            axes.set_ylim(0, 1.03)
        _finish_panel(axes, Panel(panel.title, ()), figure.labels, language)
        if figure.shares:
            axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    _title(canvas, figure.title, figure.unit)


def _paint_bars(canvas: Any, figure: Bars, language: str) -> None:
    """Lying bars, the first on top, with whiskers."""
    canvas.set_size_inches(7.0, 1.0 + 0.26 * len(figure.bars))
    axes = canvas.subplots()
    for place, bar in enumerate(figure.bars):
        axes.barh(place, bar.value, color=bar.colour, height=0.7)
        if bar.low is not None and bar.high is not None:
            axes.plot([bar.low, bar.high], [place, place], color="black", linewidth=0.8)
    axes.set_yticks(range(len(figure.bars)), [bar.label for bar in figure.bars])
    axes.invert_yaxis()
    axes.xaxis.set_major_formatter(
        (lambda value, _: f"{100 * value:.0f} %")
        if figure.shares
        else (lambda value, _: short(value, language))
    )
    axes.set_xlabel(figure.value_name)
    _title(canvas, figure.title, figure.unit)


def _paint_waterfall(canvas: Any, figure: Waterfall, language: str) -> None:
    """Levels as lines, changes as bars between them."""
    canvas.set_size_inches(7.0, 4.0)
    axes = canvas.subplots()
    level = 0.0
    for place, step in enumerate(figure.steps):
        if step.is_level:
            level = step.value
            axes.plot([place - 0.45, place + 0.45], [level, level], color="#0072B2", linewidth=3)
        else:
            axes.bar(
                place, step.value, bottom=level, color="#D55E00" if step.value > 0 else "#009E73", width=0.6
            )
            level += step.value
        axes.annotate(
            short(step.value, language),
            (place, level),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
        )
    axes.set_xticks(range(len(figure.steps)), [step.label for step in figure.steps], rotation=20, ha="right")
    axes.yaxis.set_major_formatter(lambda value, _: short(value, language))
    axes.margins(y=0.15)
    _title(canvas, figure.title, figure.unit)


def _paint_scatter(canvas: Any, figure: Scatter, language: str) -> None:
    """Line through its points, and labelled marks."""
    canvas.set_size_inches(7.0, 4.2)
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
    _title(canvas, figure.title, "")


_PAINTERS: dict[type[Any], Any] = {
    StackedAreas: _paint_areas,
    Lines: _paint_lines,
    HeatMap: _paint_heat,
    Fans: _paint_fans,
    Bars: _paint_bars,
    Waterfall: _paint_waterfall,
    Scatter: _paint_scatter,
}
