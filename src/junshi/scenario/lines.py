"""On which line of a TOML text a value stands, so that a fault can be found by eye.

The standard parser keeps no places. This follows headers and keys at the start of a line, which is how
scenario files are written; a value inside an inline table gets the line that its table begins on.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter

Place = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(
    r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_FENCES = ('"""', "'''")


def line_of(text: str, place: Place) -> int | None:
    r"""Line, counted from 1, of the value at a place, or of the nearest table around it; None when unknown.

    Examples
    --------
    >>> line_of("[budget]\nper_quarter = -1\n", ("budget", "per_quarter"))
    2
    """
    known = _lines(text)
    for depth in range(len(place), 0, -1):
        if place[:depth] in known:
            return known[place[:depth]]
    return None


def _lines(text: str) -> dict[Place, int]:
    """Place → line, for all headers and keys that start a line."""
    known: dict[Place, int] = {}
    table: Place = ()
    rows: Counter[Place] = Counter()
    fence: str | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        if fence is not None:
            fence = None if line.count(fence) % 2 else fence
            continue
        header = _HEADER.match(line)
        if header is not None:
            table = _table(header[2], rows, is_row=header[1] == "[[")
            _remember(known, table, number)
            continue
        key = _KEY.match(line)
        if key is not None:
            _remember(known, table + _names(key[1]), number)
        fence = next((mark for mark in _FENCES if line.count(mark) % 2), None)
    return known


def _remember(known: dict[Place, int], place: Place, number: int) -> None:
    """Note a place and the tables around it that have no line yet."""
    for depth in range(1, len(place) + 1):
        known.setdefault(place[:depth], number)


def _table(name: str, rows: Counter[Place], *, is_row: bool) -> Place:
    """Place that a header opens: `[[workload]]` for the second time is `("workload", 1)`."""
    place: Place = ()
    names = _names(name)
    for position, part in enumerate(names):
        place += (part,)
        if position == len(names) - 1 and is_row:
            rows[place] += 1
        if rows[place]:
            place += (rows[place] - 1,)
    return place


def _names(dotted: str) -> Place:
    """Parts of a dotted key, quotes removed; the text itself when it cannot be read alone."""
    try:
        inner: object = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:
        return (dotted,)
    parts: list[str | int] = []
    while isinstance(inner, dict):
        (part, inner), *_ = inner.items()
        parts.append(part)
    return tuple(parts)
