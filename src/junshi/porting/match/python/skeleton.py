"""Functions and classes that hold no word of a rule are passed over before parsing; line numbers stay.

Most of a file's parsing goes into functions that no rule can match. Each is cut down to `def name():0`, so
that names stay bound. Blocks are found by indentation alone, hence two guards: a block with an odd number of
triple quotes is kept, and a text that does not parse afterwards is parsed whole by the caller.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_HEAD = re.compile(rb"\n(    )?(?:async[ \t]+)?(def|class)[ \t]+([A-Za-z_]\w*)[ \t]*[(:]")
_END = {
    b"": re.compile(rb"\n(?=[^\s#)\]}])"),
    b"    ": re.compile(rb"\n(?=(?:    )?[^\s#)\]}])"),
}
_SHORTEST = 200
"""A block of fewer bytes is not worth cutting."""


@dataclass(frozen=True)
class Skeleton:
    """A shortened text, and the places of the whole text that are missing in it: (first, last) offsets."""

    text: bytes
    cut: tuple[tuple[int, int], ...]

    def holds(self, places: Sequence[int]) -> bool:
        """Whether none of some offsets of the whole text, in order, lies in a part that was cut."""
        return not any(has_place(places, first, last) for first, last in self.cut)


def skeleton(source: bytes, places: Sequence[int]) -> Skeleton:
    """Shortened text in which every function with a place worth looking at is whole.

    Parameters
    ----------
    source : text of a Python file
    places : offsets worth looking at, in order
    """
    parts: list[bytes] = []
    cut: list[tuple[int, int]] = []
    done = whole = 0
    for first, last, replacement in _blocks(source):
        if first < done or first < whole:
            continue
        if (
            last - first < _SHORTEST
            or has_place(places, _decorated(source, first, replacement), last)
            or _splits_string(source, first, last)
        ):
            if replacement.startswith(b"def"):
                whole = last
            continue
        parts += (source[done:first], replacement, b"\n" * source.count(b"\n", first, last))
        cut.append((first, last))
        done = last
    parts.append(source[done:])
    return Skeleton(b"".join(parts), tuple(cut))


def _decorated(source: bytes, first: int, replacement: bytes) -> int:
    """Offset of the first decorator of a block, of the block itself without one."""
    indent = b"    " if replacement.startswith(b" ") else b""
    while first > 0:
        line = source.rfind(b"\n", 0, first - 1) + 1
        if source.startswith((indent + b")", indent + b"]"), line):
            line = source.rfind(b"\n" + indent + b"@", 0, line) + 1
        elif not source.startswith((indent + b"@", indent + b"#"), line):
            break
        first = line
    return first


def _splits_string(source: bytes, first: int, last: int) -> bool:
    """Whether a part may begin or end inside a string of several lines."""
    return any(source.count(quotes, first, last) % 2 for quotes in (b'"""', b"'''"))


def has_place(places: Sequence[int], first: int, last: int) -> bool:
    """Whether an offset of a sorted sequence lies in `first <= offset < last`."""
    at = bisect_left(places, first)
    return at < len(places) and places[at] < last


def _blocks(source: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Functions and classes at the margin and at four blanks, outer ones first, with what stands for each.

    A block ends where the next line of its own or less indentation begins; decorators stand before it.
    """
    for head in _HEAD.finditer(source):
        indent = head[1] or b""
        end = _END[indent].search(source, head.end() - 1)
        body = b"class %b:0" if head[2] == b"class" else b"def %b():0"
        yield head.start() + 1, end.end() if end else len(source), indent + body % head[3]
