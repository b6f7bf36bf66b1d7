"""Positions in a text: byte or character offsets to line numbers."""

from __future__ import annotations

import re
from bisect import bisect_right

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
