"""Tree maps: area is the size, shade is the value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from junshi.show.echarts.axes import SHORT, Option, number, panels, tooltip
from junshi.show.figure import Tile, TreeMap
from junshi.show.palette import BLUE, mixed

PALEST = 0.85


def tree_map_option(figure: TreeMap) -> Option:
    """Two levels; the darker, the higher the value among all parts."""
    highest = max((tile.value for tile in _leaves(figure.tiles)), default=0.0)
    return {
        "junshi": panels(1, height=420, legend=False) | {"words": [figure.size_name, figure.value_name]},
        "tooltip": tooltip(SHORT, "item") | {"formatter": "@tile_tip"},
        "series": [
            {
                "type": "treemap",
                "name": figure.title,
                "roam": False,
                "nodeClick": "zoomToNode",
                "left": 0,
                "right": 0,
                "top": 4,
                "bottom": 34,
                "breadcrumb": {
                    "bottom": 2,
                    "itemStyle": {"color": "@paper", "borderColor": "@muted", "textStyle": {"color": "@ink"}},
                    "emphasis": {"itemStyle": {"color": "@grid", "textStyle": {"color": "@ink"}}},
                },
                "upperLabel": {"show": True, "height": 20, "color": "@ink"},
                "levels": [
                    {"itemStyle": {"gapWidth": 4, "borderWidth": 0}, "upperLabel": {"show": False}},
                    {"itemStyle": {"gapWidth": 1, "borderWidth": 2, "borderColor": "@grid"}},
                    {"itemStyle": {"gapWidth": 1}},
                ],
                "data": [_node(tile, highest) for tile in figure.tiles],
            }
        ],
    }


def _node(tile: Tile, highest: float) -> Option:
    node: Option = {"name": tile.label, "value": [number(tile.size), number(tile.value)]}
    if tile.tiles:
        node["children"] = [_node(one, highest) for one in tile.tiles]
        return node
    pale = PALEST * (1 - (tile.value / highest if highest > 0 else 0.0))
    node["itemStyle"] = {"color": mixed(BLUE, pale)}
    node["label"] = {"color": "#FFFFFF" if pale < 0.4 else "#111111"}
    return node


def _leaves(tiles: Sequence[Tile]) -> Iterator[Tile]:
    for tile in tiles:
        if tile.tiles:
            yield from _leaves(tile.tiles)
        else:
            yield tile
