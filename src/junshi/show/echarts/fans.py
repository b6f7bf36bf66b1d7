"""Fans: the band is a polygon of its own, since stacked areas misplace a band that does not begin at zero."""

from __future__ import annotations

from junshi.show.echarts.axes import (
    OPEN,
    SHARE,
    SHORT,
    WHOLE,
    Option,
    label_axis,
    legend,
    number,
    numbers,
    panel_titles,
    panels,
    tooltip,
    value_axis,
)
from junshi.show.figure import FanPanel, Fans


def fans_option(figure: Fans) -> Option:
    """Band and mean, one panel a grid."""
    style = SHARE if figure.shares else SHORT
    ends = WHOLE if figure.shares else OPEN
    count = len(figure.panels)
    return {
        "junshi": panels(count, height=200 if count > 1 else 300),
        "title": panel_titles([panel.title for panel in figure.panels]),
        "grid": [{} for _ in figure.panels],
        "xAxis": [label_axis(figure.labels, place, is_area=True) for place in range(count)],
        "yAxis": [value_axis(style, place, ends=ends) for place in range(count)],
        "legend": legend([figure.mean_name, figure.band_name]),
        "tooltip": tooltip(style),
        "series": [
            series for place, panel in enumerate(figure.panels) for series in _pair(figure, panel, place)
        ],
    }


def _pair(figure: Fans, panel: FanPanel, place: int) -> list[Option]:
    """Band first, so that the mean lies on it."""
    where = {"xAxisIndex": place, "yAxisIndex": place, "color": panel.colour}
    return [
        {
            "type": "custom",
            "name": figure.band_name,
            "renderItem": "@band",
            "silent": True,
            "data": [
                [at, number(low), number(high)]
                for at, (low, high) in enumerate(zip(panel.low, panel.high, strict=True))
            ],
            "encode": {"x": 0, "y": [1, 2]},
            **where,
        },
        {
            "type": "line",
            "name": figure.mean_name,
            "symbol": "none",
            "lineStyle": {"width": 2.5},
            "data": numbers(panel.mean),
            **where,
        },
    ]
