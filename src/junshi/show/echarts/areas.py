"""Stacked areas."""

from __future__ import annotations

from junshi.show.echarts.axes import (
    SHORT,
    Option,
    label_axis,
    legend,
    nice_top,
    numbers,
    panel_titles,
    panels,
    tooltip,
    value_axis,
)
from junshi.show.figure import Panel, StackedAreas


def areas_option(figure: StackedAreas) -> Option:
    """One panel a grid, all on one scale."""
    top = nice_top(max((highest(panel) for panel in figure.panels), default=0.0))
    names = list(dict.fromkeys(series.name for panel in figure.panels for series in panel.series))
    return {
        "junshi": panels(len(figure.panels), height=240 if len(figure.panels) > 1 else 320),
        "title": panel_titles([panel.title for panel in figure.panels]),
        "grid": [{} for _ in figure.panels],
        "xAxis": [label_axis(figure.labels, place, is_area=True) for place in range(len(figure.panels))],
        "yAxis": [value_axis(SHORT, place, ends=(0.0, top)) for place in range(len(figure.panels))],
        "legend": legend(names),
        "tooltip": tooltip(SHORT),
        "series": [
            {
                "type": "line",
                "name": series.name,
                "stack": f"panel {place}",
                "stackStrategy": "all",
                "xAxisIndex": place,
                "yAxisIndex": place,
                "symbol": "none",
                "color": series.colour,
                "lineStyle": {"width": 1, "color": "@paper"},
                "areaStyle": {"opacity": 0.92},
                "emphasis": {"focus": "series"},
                "triggerLineEvent": True,
                "data": numbers(series.values),
            }
            for place, panel in enumerate(figure.panels)
            for series in panel.series
        ],
    }


def highest(panel: Panel) -> float:
    """Largest sum over the labels of a panel."""
    return max(
        (sum(values) for values in zip(*(one.values for one in panel.series), strict=True)), default=0.0
    )
