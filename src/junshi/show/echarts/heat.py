"""Heat maps of shares.

Cells are drawn by a custom series: ECharts 6.1 paints those of its own heat map in several canvases bit by
bit, and a page that is printed shows only some of them.
"""

from __future__ import annotations

import math

from junshi.show.echarts.axes import SHARE, Option, number, panel_titles, panels, tooltip
from junshi.show.figure import HeatMap

ROW_HEIGHT = 26
MARGIN = 110


def heat_option(figure: HeatMap) -> Option:
    """One panel a grid, rows from the top down; the share stands in its cell."""
    count = len(figure.panels)
    height = MARGIN + ROW_HEIGHT * len(figure.rows)
    return {
        "junshi": panels(count, height=height, per_row=1, legend=False) | {"heat": True},
        "title": panel_titles([panel.title for panel in figure.panels]),
        "grid": [{} for _ in figure.panels],
        "xAxis": [_axis(figure.columns, place) | {"axisLabel": _slanted()} for place in range(count)],
        "yAxis": [_axis(figure.rows, place) | {"inverse": True} for place in range(count)],
        "tooltip": tooltip(SHARE, "item") | {"formatter": "@cell_tip"},
        "series": [
            {
                "type": "custom",
                "name": panel.title,
                "renderItem": "@heat_cell",
                "encode": {"x": 0, "y": 1},
                "xAxisIndex": place,
                "yAxisIndex": place,
                "data": [
                    [column, row, number(value)]
                    for row, values in enumerate(panel.values)
                    for column, value in enumerate(values)
                    if not math.isnan(value)
                ],
            }
            for place, panel in enumerate(figure.panels)
        ],
    }


def _axis(names: tuple[str, ...], grid: int) -> Option:
    """Axis of names, each shown."""
    return {
        "type": "category",
        "data": list(names),
        "gridIndex": grid,
        "axisTick": {"show": False},
        "axisLine": {"show": False},
        "axisLabel": {"interval": 0, "color": "@ink"},
    }


def _slanted() -> Option:
    """Long names below narrow columns."""
    return {"interval": 0, "rotate": 40, "color": "@ink"}
