"""Positions in a text: byte or character offsets to line numbers."""

from __future__ import annotations

from bisect import bisect_right


def line_starts(text: bytes | str) -> list[int]:
    """Offset of the beginning of each line."""
    newline = b"\n" if isinstance(text, bytes) else "\n"
    starts = [0]
    place = text.find(newline)  # type: ignore[arg-type]
    while place >= 0:
        starts.append(place + 1)
        place = text.find(newline, place + 1)  # type: ignore[arg-type]
    return starts


def line_at(starts: list[int], offset: int) -> int:
    """Line number, from 1, of an offset."""
    return bisect_right(starts, offset)
