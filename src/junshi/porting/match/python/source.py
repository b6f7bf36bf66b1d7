"""Why a Python file is worth parsing, and its syntax tree, whole or block by block."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from junshi.porting.match.lines import words_in
from junshi.porting.match.python.index import PythonIndex

_PARSE_LIMIT = 1_000_000
"""A larger text, functions without a word of a rule left out, would take hundreds of megabytes as a tree."""

_MOST_DOTS = 4000
_DOTTED = re.compile(rb"\w+(?:[ \t]*\.[ \t]*\w+)*")
_MOST_BLOCKS = 5000
"""Blocks of a text that are parsed one by one; the rest of a text of more is one block."""


@dataclass(frozen=True)
class Triggers:
    """Why a text is worth parsing: words of rules, and patterns of places; both empty = it cannot match."""

    words: frozenset[bytes] = frozenset()
    patterns: tuple[re.Pattern[bytes], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.patterns)


def find_triggers(source: bytes, index: PythonIndex, own: frozenset[str] = frozenset()) -> Triggers:
    """Byte-literal prefilter.

    Parameters
    ----------
    source : the text
    index : rules about Python
    own : top-level packages of the scanned tree, whose imports tie to nothing outside
    """
    present = words_in(source)
    vocabulary = b" ".join(present)  # each word once: much shorter than the text
    words = present & index.words
    for root in present & index.words_by_root.keys():
        if root.decode() not in own:
            words |= present & index.words_by_root[root]
    for start in index.beginnings:
        if start in vocabulary:
            words |= {word for word in present if word.startswith(start)}
    patterns = [
        pattern
        for word, mark, pattern in index.patterns
        if word in vocabulary and mark in source and pattern.search(source) is not None
    ]
    return Triggers(frozenset(words), tuple(patterns))


def parsed_parts(source: bytes) -> Iterator[tuple[bytes, int, ast.Module | None]]:
    """Syntax tree of the whole text, else of each top-level block, with the line it begins after."""
    tree = parsed(source)
    if tree is not None or len(source) > _PARSE_LIMIT:
        yield source, 0, tree
        return
    for start, block in _blocks(source):
        yield block, start, parsed(block)


def parsed(source: bytes) -> ast.Module | None:
    """Syntax tree, None when the text is too large or the parser refuses for whatever reason."""
    if len(source) > _PARSE_LIMIT or _has_endless_name(source):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _has_endless_name(source: bytes) -> bool:
    """Whether a dotted name has thousands of parts: the parser joins those of an import one by one."""
    if source.count(b".") <= _MOST_DOTS:
        return False
    return any(found[0].count(b".") > _MOST_DOTS for found in _DOTTED.finditer(source))


def _blocks(source: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield runs of lines that begin at the left margin, with the number of lines before each."""
    lines = source.splitlines(keepends=True)
    start = 0
    blocks = 0
    for place, line in enumerate(lines):
        if blocks >= _MOST_BLOCKS:
            break
        begins = line[:1].isalpha() or line[:1] in (b"@", b"_")
        previous = lines[place - 1] if place else b""
        continues = previous.startswith(b"@") or line.startswith((b"else", b"elif", b"except", b"finally"))
        if place > start and begins and not continues:
            yield start, b"".join(lines[start:place])
            start = place
            blocks += 1
    if start < len(lines):
        yield start, b"".join(lines[start:])
