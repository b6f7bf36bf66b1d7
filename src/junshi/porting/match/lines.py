"""Positions and words of a text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import AnyStr

_WORDS_ONLY = bytes(
    byte if byte < 128 and (chr(byte).isalnum() or chr(byte) == "_") else 32 for byte in range(256)
)
_NEWLINE = re.compile("\n")
_BYTES_NEWLINE = re.compile(b"\n")


def line_starts(text: bytes | str) -> list[int]:
    """Offset of the beginning of each line."""
    if isinstance(text, bytes):
        return [0, *[found.end() for found in _BYTES_NEWLINE.finditer(text)]]
    return [0, *[found.end() for found in _NEWLINE.finditer(text)]]


def line_at(starts: list[int], offset: int) -> int:
    """Line number, from 1, of an offset."""
    return bisect_right(starts, offset)


def lines_of(source: bytes, places: Iterable[int]) -> list[int]:
    """Lines, from 1, of some offsets in order; lines in order, each once."""
    lines: list[int] = []
    line, done, end = 1, 0, -1
    for place in places:
        if place > end:
            line += source.count(b"\n", done, place)
            lines.append(line)
            done, end = place, source.find(b"\n", place)
            if end < 0:
                break
    return lines


def occurrences(text: AnyStr, part: AnyStr) -> Iterator[int]:
    """Offsets of a text inside another one, in the middle of words too, none over another."""
    start = text.find(part)
    while start >= 0:
        yield start
        start = text.find(part, start + len(part))


def any_between(places: Sequence[int], first: int, last: int) -> bool:
    """Whether an offset of a sorted sequence lies in `first <= offset < last`."""
    at = bisect_left(places, first)
    return at < len(places) and places[at] < last


def indent_of(line: str) -> int:
    """Blanks at the beginning of a line."""
    return len(line) - len(line.lstrip(" "))


def words_in(source: bytes) -> frozenset[bytes]:
    """Words of letters, digits and underscores that a text holds, those in comments and strings too."""
    return frozenset(source.translate(_WORDS_ONLY).split())
