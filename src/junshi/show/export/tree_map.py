"""Tree map as SVG: files as rectangles, area by lines, colour by days; folders lie together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

from junshi.text import say

WIDTH, HEIGHT = 1080.0, 520.0
MOST_FILES = 1500
SHADES = ("#eef3f8", "#fde3c4", "#fbbf77", "#f08a3c", "#cf4f1d", "#8f2408")
STEPS = (0.0, 0.05, 0.25, 1.0, 4.0)
"""Days of a file from which on the next shade is used."""

_DARK = 4
_FOLDER_DEPTH = 2
_LETTER = 6.2
_SHORTEST_LABEL = 4


@dataclass(frozen=True)
class Box:
    """A rectangle of the tree map."""

    x: float
    y: float
    width: float
    height: float


def drawn_files(lines: Mapping[str, int], days: Mapping[str, float]) -> list[str]:
    """Files that are drawn: those with most days, then the largest, in the order of paths."""
    ranked = sorted(lines, key=lambda path: (-days.get(path, 0.0), -lines[path], path))
    return sorted(ranked[:MOST_FILES])


def tree_map(lines: Mapping[str, int], days: Mapping[str, float], title: str = "") -> str:
    """SVG of the files of a scan.

    Parameters
    ----------
    lines, days : lines and engineer-days per file
    title : what is said of it where it cannot be seen
    """
    tree: dict[str, object] = {}
    for path in drawn_files(lines, days):
        node = tree
        *folders, name = path.split("/")
        for folder in folders:
            below = node.setdefault(folder, {})
            node = below if isinstance(below, dict) else {}
        node[name] = max(lines[path], 1)
    files: list[str] = []
    outlines: list[str] = []
    for path, box, is_file in _layout(tree, Box(0.0, 0.0, WIDTH, HEIGHT)):
        if is_file:
            files.append(_file(path, box, lines[path], days.get(path, 0.0)))
        else:
            outlines.append(_rectangle(box, 'fill="none" stroke="#1b2733" stroke-width="1.5"'))
    return (
        f'<svg viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img" aria-label="{escape(title)}">'
        f"{''.join(files)}{''.join(outlines)}</svg>"
    )


def shade(days: float) -> int:
    """Index of the shade of a file."""
    return sum(days > step for step in STEPS)


def _weight(node: object) -> float:
    if isinstance(node, dict):
        return sum(_weight(child) for child in node.values())
    return float(node) if isinstance(node, int) else 0.0


def _layout(tree: Mapping[str, object], box: Box) -> Iterator[tuple[str, Box, bool]]:
    """Rectangles of files and outer folders, halved along the longer side until each is alone."""
    pending: list[tuple[list[tuple[str, object]], Box]] = [(list(tree.items()), box)]
    while pending:
        items, area = pending.pop()
        if len(items) == 1:
            path, node = items[0]
            if isinstance(node, dict):
                if path.count("/") < _FOLDER_DEPTH:
                    yield path, area, False
                pending.append(([(f"{path}/{name}", child) for name, child in node.items()], area))
            else:
                yield path, area, True
        elif items:
            pending.extend(_halved(items, area))


def _halved(items: list[tuple[str, object]], area: Box) -> list[tuple[list[tuple[str, object]], Box]]:
    ordered = sorted(items, key=lambda item: (-_weight(item[1]), item[0]))
    total = sum(_weight(node) for _, node in ordered)
    first: list[tuple[str, object]] = []
    taken = 0.0
    for item in ordered[:-1]:
        if first and taken + _weight(item[1]) > total / 2:
            break
        first.append(item)
        taken += _weight(item[1])
    rest = ordered[len(first) :]
    share = taken / total
    if area.width >= area.height:
        cut = area.width * share
        return [
            (first, Box(area.x, area.y, cut, area.height)),
            (rest, Box(area.x + cut, area.y, area.width - cut, area.height)),
        ]
    cut = area.height * share
    return [
        (first, Box(area.x, area.y, area.width, cut)),
        (rest, Box(area.x, area.y + cut, area.width, area.height - cut)),
    ]


def _file(path: str, box: Box, lines: int, days: float) -> str:
    """A file: rectangle, name as far as it fits, and what a pointer on it shows."""
    level = shade(days)
    title = f"{path}: {lines} {say('porting.page_lines')}, {days:.2f} {say('porting.page_days')}"
    rectangle = _rectangle(box, f'fill="{SHADES[level]}" stroke="#fff" stroke-width="0.6"')
    colour = ' fill="#fff"' if level >= _DARK else ""
    label = _label(path.rsplit("/", 1)[-1], box)
    text = f'<text x="{box.x + 3:.1f}" y="{box.y + 12:.1f}"{colour}>{escape(label)}</text>' if label else ""
    return f"<g><title>{escape(title)}</title>{rectangle}{text}</g>"


def _label(name: str, box: Box) -> str:
    """Name, cut where the rectangle ends; nothing where next to nothing of it would be seen."""
    room = int((box.width - 6.0) / _LETTER)
    if box.height < 15.0 or room < _SHORTEST_LABEL:
        return ""
    return name if len(name) <= room else name[: room - 1] + "…"


def _rectangle(box: Box, style: str) -> str:
    size = f'width="{box.width:.2f}" height="{box.height:.2f}"'
    return f'<rect x="{box.x:.2f}" y="{box.y:.2f}" {size} {style}/>'
