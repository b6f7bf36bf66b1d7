"""Python through the standard library's `ast`: only statements that hold a word of a rule are looked at."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from junshi.porting.finding import NOTHING, Hit, in_order
from junshi.porting.match.lines import lines_of
from junshi.porting.match.python.file import FileMatch
from junshi.porting.match.python.helpers import Helper, helpers_of
from junshi.porting.match.python.index import PythonIndex, python_index
from junshi.porting.match.python.lines import alias_places, imported_places, trigger_places
from junshi.porting.match.python.scope import Scope, module_scope
from junshi.porting.match.python.skeleton import skeleton
from junshi.porting.match.python.source import find_triggers, parsed, parsed_parts
from junshi.porting.match.python.statements import match_body
from junshi.porting.registry import load_registry

SETUP_FILES = frozenset({"setup.py", "requirements.py", "noxfile.py"})
"""Files in which any list of strings may be requirements."""

_MOST_TRIES = 2
"""Attempts at parsing a part of a file before all of it is parsed."""


@dataclass(frozen=True)
class PythonResult:
    """Hits of one text, parts that no parser took, and short functions that tie to CUDA."""

    hits: tuple[Hit, ...] = ()
    unread: int = 0
    helpers: tuple[Helper, ...] = ()


def match_python(
    path: str, source: bytes, own: frozenset[str] = frozenset(), index: PythonIndex | None = None
) -> PythonResult:
    """Hits in a Python file.

    Parameters
    ----------
    path : for the hits
    source : the file's bytes, UTF-8 or with a coding line; not run, not imported
    own : top-level packages of the scanned tree
    index : rules to use, those of the package when absent

    Returns
    -------
    hits in the order of lines; a file that `ast` refuses is read block by block, the blocks that still
    fail are counted in `unread`
    """
    tables = index or python_index()
    triggers = find_triggers(source, tables, own)
    is_setup = path.rsplit("/", 1)[-1] in SETUP_FILES
    if not triggers and not is_setup:
        return PythonResult()
    hits: list[Hit] = []
    helpers: list[Helper] = []
    unread = 0
    for file, tree in _texts(FileMatch(path, source, Scope(), tables, triggers, own, 0, is_setup)):
        if tree is None:
            unread += 1
            continue
        match_body(file, tree.body, file.root, NOTHING, False)
        file.root.release()
        hits.extend(_with_absent(file))
        helpers.extend(helpers_of(tree, file.hits, file.offset, load_registry()))
    return PythonResult(tuple(in_order(hits)), unread, tuple(helpers))


def _with_absent(file: FileMatch) -> list[Hit]:
    """Hits of a text, all names of a library optional where the text goes on without the library."""
    absent = {root for found in file.hits if found.optional and (root := _root(found)) != "torch"}
    if not absent:
        return file.hits
    return [
        replace(found, optional=True)
        if found.rule in file.index.can_be_absent and _root(found) in absent
        else found
        for found in file.hits
    ]


def _root(hit: Hit) -> str:
    return hit.symbol.split(".", 1)[0]


def _texts(whole: FileMatch) -> Iterator[tuple[FileMatch, ast.Module | None]]:
    """Texts of a file with their trees: without what no rule can match, else whole, else block by block.

    A name that stands for something a rule is about is known only when its binding is parsed; functions that
    use it and were left out are then put back.
    """
    if not whole.is_setup:
        direct = trigger_places(whole.source, whole.triggers, whole.index)
        expected = imported_places(whole)
        places: set[int] = set()
        for _ in range(_MOST_TRIES):
            places |= direct
            short = skeleton(whole.source, sorted(places | expected))
            tree = parsed(short.text)
            if tree is None:
                break
            file = replace(whole, root=module_scope(tree), hits=[], taken=set(), called=set(), starts=[])
            places |= alias_places(file)
            if short.holds(sorted(places)):
                file.lines = lines_of(whole.source, sorted(places))
                yield file, tree
                return
            file.root.release()
    for text, offset, tree in parsed_parts(whole.source):
        if tree is None:
            yield whole, None
            continue
        file = replace(
            whole,
            source=text,
            root=module_scope(tree),
            offset=offset,
            hits=[],
            taken=set(),
            called=set(),
            starts=[],
        )
        places = trigger_places(text, whole.triggers, whole.index) | alias_places(file)
        file.lines = lines_of(text, sorted(places))
        yield file, tree
