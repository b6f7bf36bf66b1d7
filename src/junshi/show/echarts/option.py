"""Any figure as an ECharts option, and a moving one as the changes from stop to stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from junshi.show.echarts.areas import areas_option
from junshi.show.echarts.axes import Option
from junshi.show.echarts.bars import bars_option
from junshi.show.echarts.fans import fans_option
from junshi.show.echarts.heat import heat_option
from junshi.show.echarts.lines import lines_option
from junshi.show.echarts.scatter import scatter_option
from junshi.show.echarts.tree import tree_option
from junshi.show.echarts.tree_map import tree_map_option
from junshi.show.echarts.waterfall import waterfall_option
from junshi.show.figure import (
    Bars,
    Fans,
    Figure,
    HeatMap,
    Lines,
    Moving,
    Scatter,
    StackedAreas,
    Tree,
    TreeMap,
    Waterfall,
)

_BUILDERS: dict[type[Any], tuple[str, Callable[[Any], Option]]] = {
    StackedAreas: ("areas", areas_option),
    Lines: ("lines", lines_option),
    HeatMap: ("heat", heat_option),
    Fans: ("fans", fans_option),
    Bars: ("bars", bars_option),
    Waterfall: ("waterfall", waterfall_option),
    Tree: ("tree", tree_option),
    TreeMap: ("tree_map", tree_map_option),
    Scatter: ("scatter", scatter_option),
}


def kind_of(figure: Figure) -> str:
    """Name of the kind of a figure."""
    return _BUILDERS[type(figure.still if isinstance(figure, Moving) else figure)][0]


def option_of(figure: Figure) -> Option:
    """ECharts option of a figure; of a moving one, as it is first shown."""
    still = figure.still if isinstance(figure, Moving) else figure
    return _BUILDERS[type(still)][1](still)


def frames_of(figure: Moving) -> list[Option]:
    """Option of each stop as its difference to the one that is first shown."""
    base = option_of(figure)
    return [difference(base, option_of(stop.figure)) for stop in figure.stops]


def difference(base: Any, other: Any) -> Any:
    """What has to be merged into `base` to get `other`: lists of objects entry by entry, others whole.

    Examples
    --------
    >>> difference({"a": 1, "b": [{"c": 2, "d": 3}, {"c": 4}]}, {"a": 1, "b": [{"c": 5, "d": 3}, {"c": 4}]})
    {'b': [{'c': 5}, {}]}
    """
    changes: Option = {}
    for key, value in other.items():
        before = base.get(key)
        if value == before:
            continue
        if isinstance(value, dict) and isinstance(before, dict):
            changes[key] = difference(before, value)
        elif _are_objects(before) and _are_objects(value) and len(before) == len(value) and key != "data":
            changes[key] = [difference(one, two) for one, two in zip(before, value, strict=True)]
        else:
            changes[key] = value
    return changes


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)
