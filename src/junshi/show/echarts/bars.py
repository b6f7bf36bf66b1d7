"""Lying bars with whiskers: sorted by size, a tornado."""

from __future__ import annotations

from junshi.show.echarts.axes import OPEN, SHARE, SHORT, WHOLE, Option, number, panels, tooltip, value_axis
from junshi.show.figure import Bars

BAR_HEIGHT = 30
MARGIN = 92


def bars_option(figure: Bars) -> Option:
    """Bars from the top down."""
    style = SHARE if figure.shares else SHORT
    ends = WHOLE if figure.is_part_of_whole else OPEN
    whiskers = [
        [place, number(bar.low), number(bar.high)]
        for place, bar in enumerate(figure.bars)
        if bar.low is not None and bar.high is not None
    ]
    series: list[Option] = [
        {
            "type": "bar",
            "name": figure.value_name,
            "barMaxWidth": 22,
            "label": {"show": not whiskers, "position": "right", "formatter": style, "color": "@ink"},
            "data": [{"value": number(bar.value), "itemStyle": {"color": bar.colour}} for bar in figure.bars],
        }
    ]
    if whiskers:
        series.append(
            {
                "type": "custom",
                "name": "",
                "renderItem": "@whisker",
                "silent": True,
                "encode": {"y": 0, "x": [1, 2]},
                "tooltip": {"show": False},
                "data": whiskers,
                "z": 3,
            }
        )
    return {
        "junshi": panels(1, height=MARGIN + BAR_HEIGHT * len(figure.bars), legend=False)
        | {"wideLabels": True},
        "grid": [{}],
        "xAxis": [
            value_axis(style, name=figure.value_name, ends=ends) | {"nameLocation": "middle", "nameGap": 28}
        ],
        "yAxis": [
            {
                "type": "category",
                "inverse": True,
                "data": [bar.label for bar in figure.bars],
                "axisTick": {"show": False},
                "axisLabel": {"interval": 0, "color": "@ink", "overflow": "break"},
            }
        ],
        "tooltip": tooltip(style, "item"),
        "series": series,
    }
