"""Figures as PNG and SVG files; the only module that knows matplotlib, which is an optional extra."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from junshi.show.figure import Figure, HeatMap, Lines, Panel, StackedAreas
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
    """Draw one figure to `<name>.png` and `<name>.svg`.

    Parameters
    ----------
    language : of the figure's labels, which chooses the font and the form of numbers
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure as Canvas

    style: dict[Any, Any] = dict(_STYLE)
    font = chinese_font() if language == "zh" else None
    with mpl.rc_context(style | ({"font.sans-serif": [font, "DejaVu Sans"]} if font else {})):
        canvas = Canvas(layout="constrained")
        _PAINTERS[type(figure)](canvas, figure, language)
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
        if figure.shares:
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


_PAINTERS: dict[type[Any], Any] = {StackedAreas: _paint_areas, Lines: _paint_lines, HeatMap: _paint_heat}
