"""A line of choices with one that is chosen, and rivals beside it."""

from __future__ import annotations

from junshi.show.echarts.axes import SHORT, Option, legend, number, panels, tooltip, value_axis
from junshi.show.figure import Scatter
from junshi.show.palette import BLUE, GREEN


def scatter_option(figure: Scatter) -> Option:
    """Both axes need not start at zero."""
    line = [[number(x), number(y)] for x, y in figure.line]
    series: list[Option] = [
        {
            "type": "line",
            "name": figure.line_name,
            "color": BLUE,
            "symbol": "circle",
            "symbolSize": 8,
            "lineStyle": {"width": 2},
            "data": line,
        },
        {
            "type": "scatter",
            "name": figure.marks_name,
            "symbol": "diamond",
            "symbolSize": 14,
            "data": [
                {
                    "name": mark.label,
                    "value": [number(mark.across), number(mark.up)],
                    "itemStyle": {"color": mark.colour, "opacity": 1},
                }
                for mark in figure.marks
            ],
            "color": figure.marks[0].colour if figure.marks else BLUE,
            "itemStyle": {"opacity": 1},
            "label": {"show": True, "formatter": "{b}", "position": "top", "color": "@ink"},
            "labelLayout": {"moveOverlap": "shiftY", "hideOverlap": False},
        },
    ]
    if figure.chosen is not None:
        series.append(
            {
                "type": "scatter",
                "name": figure.chosen_name,
                "color": GREEN,
                "symbol": "circle",
                "symbolSize": 20,
                "cursor": "grab",
                "itemStyle": {"borderColor": "@ink", "borderWidth": 2},
                "data": [line[figure.chosen]],
                "z": 5,
            }
        )
    names = [one["name"] for one in series if one["name"]]
    return {
        "junshi": panels(1, height=380) | {"drag": figure.chosen is not None},
        "grid": [{}],
        "xAxis": [
            value_axis(SHORT, name=figure.across) | {"scale": True, "nameLocation": "middle", "nameGap": 30}
        ],
        "yAxis": [value_axis(SHORT, name=figure.up) | {"scale": True}],
        "legend": legend(names),
        "tooltip": tooltip(SHORT, "item") | {"formatter": "@point_tip"},
        "series": series,
    }
