"""One file to its hits: chooses the matcher by language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from junshi.porting.finding import EVERYONE, Hit, in_order
from junshi.porting.language import Language
from junshi.porting.match.build import match_cmake, match_pyproject, match_requirements
from junshi.porting.match.config import match_config
from junshi.porting.match.cuda import match_cuda
from junshi.porting.match.python.helpers import Helper, own_imports
from junshi.porting.match.python.match import match_python

_MOST_EMBEDDED = 1000
"""Strings with kernels that are read of one Python file."""

_LARGEST_SETTINGS = 256_000
"""Bytes; a larger JSON file is data, not settings."""


@dataclass(frozen=True)
class FileResult:
    """What one file gave: hits, lines, parts that no parser took.

    `helpers` are its functions that stand for CUDA, `own_imports` names that it takes from the own project,
    with the line of each, `cut` places beyond the limit.
    """

    path: str
    language: Language
    hits: tuple[Hit, ...] = ()
    lines: int = 0
    unread: int = 0
    helpers: tuple[Helper, ...] = ()
    own_imports: tuple[tuple[str, int], ...] = ()
    cut: int = 0


@dataclass(frozen=True)
class FileContext:
    """What is known of a file from the tree around it.

    Attributes
    ----------
    owner : ecosystems that the file's path speaks of: a port already
    counterparts : ecosystems that have a file of their own beside this one
    own_packages : top-level Python packages of the tree
    """

    owner: frozenset[str] = frozenset()
    counterparts: frozenset[str] = frozenset()
    own_packages: frozenset[str] = frozenset()

    @property
    def handled(self) -> frozenset[str]:
        """Ecosystems for which nothing in the file is a tie."""
        return EVERYONE if self.owner else self.counterparts


def match_file(path: str, source: bytes, language: Language, context: FileContext) -> FileResult:
    """Hits of one file; never runs it."""
    lines = source.count(b"\n") + (0 if source.endswith(b"\n") or not source else 1)
    unread = 0
    hits: tuple[Hit, ...] = ()  # in order, as every matcher gives them
    helpers: tuple[Helper, ...] = ()
    imports: tuple[tuple[str, int], ...] = ()
    handled = context.handled
    match language:
        case Language.PYTHON:
            result = match_python(path, source, context.own_packages)
            hits, unread = _handled_too(result.hits, handled), result.unread
            if b"__global__" in source:
                hits = tuple(in_order(hits + _embedded(path, source, handled)))
            helpers = result.helpers if not handled else ()
            imports = own_imports(source, context.own_packages) if not handled else ()
        case Language.NOTEBOOK:
            result_hits, unread = _notebook(path, source, context)
            hits = _handled_too(result_hits, handled)
        case Language.CUDA | Language.CPP:
            hits = match_cuda(path, source, handled=handled, is_unit=path.endswith(".cu"))
        case Language.CMAKE:
            hits = match_cmake(path, source, handled)
        case Language.REQUIREMENTS:
            found = match_requirements(path, source, handled) + match_config(path, source, language, handled)
            hits = tuple(in_order(found))
        case Language.TOML:
            found = match_pyproject(path, source, handled) + match_config(path, source, language, handled)
            hits = tuple(in_order(found))
        case Language.BINARY:
            hits = (Hit(path, 1, "build-prebuilt-binary", path.rsplit("/", 1)[-1], 0, handled),)
        case Language.JSON if len(source) > _LARGEST_SETTINGS:
            lines = 0
        case Language.JSON:
            hits, lines = match_config(path, source, language, handled), 0  # data; not lines of code
        case _:
            hits = match_config(path, source, language, handled)
    return FileResult(path, language, hits, lines, unread, helpers, imports)


def _handled_too(hits: tuple[Hit, ...], handled: frozenset[str]) -> tuple[Hit, ...]:
    if not handled:
        return hits
    return tuple(in_order(replace(hit, handled=hit.handled | handled) for hit in hits))


def _embedded(path: str, source: bytes, handled: frozenset[str]) -> tuple[Hit, ...]:
    """Hits of CUDA source in Python strings; the lines are those of the Python file."""
    text = source.decode("utf-8", errors="replace")
    hits: list[Hit] = []
    for part in ('"""', "'''"):
        place = text.find(part)
        line = counted = matched = 0
        while place >= 0 and matched < _MOST_EMBEDDED:
            end = text.find(part, place + 3)
            if end < 0:
                break
            body = text[place + 3 : end]
            line += text.count("\n", counted, place)
            counted = place
            if "__global__" in body:
                matched += 1
                hits.extend(match_cuda(path, body, offset=line, handled=handled))
            place = text.find(part, end + 3)
    return tuple(hits)


def _notebook(path: str, source: bytes, context: FileContext) -> tuple[tuple[Hit, ...], int]:
    """Hits of the code cells of a notebook; a line is a line of the cell texts in order, not of the JSON."""
    try:
        data = json.loads(source)
    except (ValueError, RecursionError):
        return (), 1
    cells = data.get("cells") if isinstance(data, Mapping) else None
    lines: list[str] = []
    for cell in cells if isinstance(cells, list) else []:
        if isinstance(cell, Mapping) and cell.get("cell_type") == "code":
            body = cell.get("source", "")
            text = "".join(body) if isinstance(body, list) and all(isinstance(x, str) for x in body) else body
            if isinstance(text, str):
                lines.extend(_plain(line) for line in text.split("\n"))
    result = match_python(path, "\n".join(lines).encode("utf-8", errors="replace"), context.own_packages)
    return result.hits, result.unread


def _plain(line: str) -> str:
    """Take notebook commands out of a cell line."""
    return "pass" if line.startswith(("%", "!")) else line
