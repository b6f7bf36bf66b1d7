"""Trees from left to right."""

from __future__ import annotations

from unicodedata import east_asian_width

from junshi.show.echarts.axes import Option, panels, tooltip
from junshi.show.figure import Branch, Tree

LEAF_HEIGHT = 40
LINE_HEIGHT = 15
LINE_WIDTH = 38
"""Latin letters in a line of a leaf; Chinese characters count twice."""


def tree_option(figure: Tree) -> Option:
    """Every node open; the label is what it says, the note is its tooltip."""
    return {
        "junshi": panels(1, height=40 + leaf_height(figure.root) * leaves(figure.root), legend=False)
        | {"minWidth": 660},
        "tooltip": tooltip("@plain", "item") | {"formatter": "@note_tip"},
        "series": [
            {
                "type": "tree",
                "name": figure.title,
                "data": [_node(figure.root)],
                "left": 8,
                "right": 262,
                "top": 12,
                "bottom": 12,
                "initialTreeDepth": -1,
                "expandAndCollapse": False,
                "symbol": "circle",
                "symbolSize": 9,
                "roam": False,
                "itemStyle": {"color": "@accent", "borderColor": "@accent"},
                "lineStyle": {"color": "@muted", "width": 1.2},
                "label": {
                    "position": "top",
                    "verticalAlign": "bottom",
                    "align": "left",
                    "distance": 4,
                    "color": "@ink",
                    "fontSize": 12,
                },
                "leaves": {
                    "label": {
                        "position": "right",
                        "verticalAlign": "middle",
                        "align": "left",
                        "distance": 8,
                        "width": 248,
                        "overflow": "break",
                    }
                },
            }
        ],
    }


def leaves(branch: Branch) -> int:
    """Ends of a tree."""
    return sum(leaves(one) for one in branch.branches) or 1


def leaf_height(branch: Branch) -> int:
    """Room for the longest end of a tree, since all ends get the same."""
    longest = max(_width(label) for label in _ends(branch))
    return max(LEAF_HEIGHT, LINE_HEIGHT * -(-longest // LINE_WIDTH) + 12)


def _ends(branch: Branch) -> list[str]:
    """Labels of the ends."""
    return [label for one in branch.branches for label in _ends(one)] or [branch.label]


def _width(text: str) -> int:
    """Width of a text in Latin letters."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _node(branch: Branch) -> Option:
    node: Option = {"name": branch.label, "note": branch.note}
    if branch.branches:
        node["children"] = [_node(one) for one in branch.branches]
    return node
