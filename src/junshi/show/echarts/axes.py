"""Axes, panels and tooltips that several kinds of figures share."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

Option = dict[str, Any]

Ends = tuple[float | None, float | None]

SHORT, SHARE = "@short", "@share"
WHOLE: Ends = (0.0, 1.0)
OPEN: Ends = (None, None)
PER_ROW = 2
PANEL_HEIGHT = 230


def number(value: float) -> float | None:
    """Value for JSON with seven significant digits; None for NaN and infinity, which are not drawn."""
    if not math.isfinite(value):
        return None
    rounded = float(f"{value:.7g}")
    return int(rounded) if rounded == int(rounded) else rounded


def numbers(values: Iterable[float]) -> list[float | None]:
    """Values for JSON."""
    return [number(value) for value in values]


def nice_top(value: float) -> float:
    """Smallest 1, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 times a power of ten that is not below a value.

    Examples
    --------
    >>> nice_top(1234), nice_top(0), nice_top(0.61)
    (1500.0, 1.0, 0.8)
    """
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    steps = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
    return float(f"{next(step for step in steps if step * power >= value * (1 - 1e-9)) * power:.7g}")


def label_axis(labels: Sequence[str], grid: int = 0, *, is_area: bool = False) -> Option:
    """Axis along labels such as quarters."""
    return {
        "type": "category",
        "data": list(labels),
        "gridIndex": grid,
        "boundaryGap": not is_area,
        "axisTick": {"show": False},
        "axisLabel": {"hideOverlap": True, "color": "@ink"},
    }


def value_axis(style: str, grid: int = 0, *, name: str = "", ends: Ends = (None, None)) -> Option:
    """Axis of amounts; `style` is `SHORT` or `SHARE`, `ends` are its lowest and highest value where given."""
    axis: Option = {
        "type": "value",
        "gridIndex": grid,
        "axisLabel": {"formatter": style, "color": "@ink", "hideOverlap": True},
        "splitLine": {"lineStyle": {"color": "@grid"}},
    }
    if name:
        axis["name"] = name
        axis["nameTextStyle"] = {"color": "@muted"}
    if WHOLE != ends != OPEN:
        # ends that are no round numbers are not written
        axis["axisLabel"] |= {"showMinLabel": ends[0] == 0, "showMaxLabel": _is_round(ends[1])}
    return axis | {key: end for key, end in zip(("min", "max"), ends, strict=True) if end is not None}


def _is_round(value: float | None) -> bool:
    """Whether a number is one of `nice_top`."""
    return value is None or value == nice_top(value)


def tooltip(style: str, trigger: str = "axis") -> Option:
    """Tooltip without HTML, so that no style attribute is written and no name can be markup."""
    return {
        "trigger": trigger,
        "renderMode": "richText",
        "confine": True,
        "valueFormatter": style,
        "backgroundColor": "@paper",
        "borderColor": "@muted",
        "textStyle": {"color": "@ink"},
    }


def panel_titles(titles: Sequence[str]) -> list[Option]:
    """One small title a panel; where they stand is decided when the width is known."""
    return [{"text": title, "textStyle": {"color": "@ink", "fontSize": 13}} for title in titles]


def panels(count: int, *, height: int = PANEL_HEIGHT, per_row: int = PER_ROW, legend: bool = True) -> Option:
    """What `charts.js` needs to lay panels out."""
    return {"panels": count, "perRow": per_row, "height": height, "legend": legend}


def legend(names: Sequence[str]) -> Option:
    """Legend below the panels; long ones are paged."""
    return {
        "type": "scroll",
        "bottom": 0,
        "data": list(names),
        "textStyle": {"color": "@ink"},
        "pageTextStyle": {"color": "@ink"},
        "pageIconColor": "@ink",
        "pageIconInactiveColor": "@muted",
    }
