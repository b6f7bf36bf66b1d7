"""Waterfall: levels as lines, changes as bars between them."""

from __future__ import annotations

from junshi.show.echarts.axes import SHORT, Option, number, panels, tooltip, value_axis
from junshi.show.figure import Waterfall
from junshi.show.palette import BLUE, GREEN, VERMILION

ROOM = 0.35
"""Empty share of the axis below the lowest level, since the axis need not start at zero."""


def waterfall_option(figure: Waterfall) -> Option:
    """Steps from left to right."""
    spans = _spans(figure)
    low, high = min(min(span) for span in spans), max(max(span) for span in spans)
    room = ROOM * ((high - low) or abs(high) or 1.0)
    return {
        "junshi": panels(1, height=340, legend=False),
        "grid": [{}],
        "xAxis": [
            {
                "type": "category",
                "data": [step.label for step in figure.steps],
                "axisTick": {"show": False},
                "axisLabel": {"interval": 0, "color": "@ink", "overflow": "break", "width": 110},
            }
        ],
        "yAxis": [value_axis(SHORT, ends=(number(low - room / 2), number(high + room / 2)))],
        "tooltip": tooltip(SHORT, "item") | {"formatter": "@step_tip"},
        "series": [
            {
                "type": "custom",
                "name": figure.value_name,
                "renderItem": "@step",
                "encode": {"x": 0, "y": [1, 2]},
                "data": [
                    {
                        "value": [place, number(start), number(end), int(step.is_level), number(step.value)],
                        "itemStyle": {"color": _colour(step.is_level, step.value)},
                    }
                    for place, (step, (start, end)) in enumerate(zip(figure.steps, spans, strict=True))
                ],
            }
        ],
    }


def _spans(figure: Waterfall) -> list[tuple[float, float]]:
    """Start and end of each step on the axis."""
    level, spans = 0.0, []
    for step in figure.steps:
        start = step.value if step.is_level else level
        level = step.value if step.is_level else level + step.value
        spans.append((start, level))
    return spans


def _colour(is_level: bool, value: float) -> str:
    if is_level:
        return BLUE
    return VERMILION if value > 0 else GREEN
