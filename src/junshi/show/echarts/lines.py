"""Lines."""

from __future__ import annotations

from junshi.show.echarts.axes import (
    OPEN,
    SHARE,
    SHORT,
    WHOLE,
    Option,
    label_axis,
    legend,
    numbers,
    panel_titles,
    panels,
    tooltip,
    value_axis,
)
from junshi.show.figure import Lines

DASHES = ("solid", "dashed", "dotted", [8, 3, 2, 3])


def lines_option(figure: Lines) -> Option:
    """One panel a grid; lines differ in dash as well as in colour."""
    names = list(dict.fromkeys(series.name for panel in figure.panels for series in panel.series))
    style = SHARE if figure.shares else SHORT
    ends = WHOLE if figure.is_part_of_whole else OPEN
    count = len(figure.panels)
    return {
        "junshi": panels(count, height=230 if count > 1 else 300, legend=len(names) > 1),
        "title": panel_titles([panel.title for panel in figure.panels]),
        "grid": [{} for _ in figure.panels],
        "xAxis": [label_axis(figure.labels, place, is_area=True) for place in range(count)],
        "yAxis": [value_axis(style, place, ends=ends) | {"scale": True} for place in range(count)],
        "legend": legend(names) | {"show": len(names) > 1},
        "tooltip": tooltip(style),
        "series": [
            {
                "type": "line",
                "name": series.name,
                "xAxisIndex": place,
                "yAxisIndex": place,
                "color": series.colour,
                "symbol": "circle",
                "symbolSize": 5,
                "showSymbol": len(figure.labels) <= 24,
                "lineStyle": {"width": 2, "type": DASHES[names.index(series.name) % len(DASHES)]},
                "triggerLineEvent": True,
                "data": numbers(series.values),
            }
            for place, panel in enumerate(figure.panels)
            for series in panel.series
        ],
    }
