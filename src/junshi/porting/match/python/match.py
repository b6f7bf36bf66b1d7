"""Python through the standard library's `ast`: only statements that hold a word of a rule are looked at."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from junshi.porting.finding import NOTHING, Hit, in_order
from junshi.porting.match.lines import line_starts
from junshi.porting.match.python.file import FileMatch
from junshi.porting.match.python.helpers import Helper, helpers_of
from junshi.porting.match.python.index import PythonIndex, python_index
from junshi.porting.match.python.lines import trigger_lines
from junshi.porting.match.python.scope import module_scope
from junshi.porting.match.python.source import find_triggers, parsed_parts
from junshi.porting.match.python.statements import match_body
from junshi.porting.registry import load_registry

SETUP_FILES = frozenset({"setup.py", "requirements.py", "noxfile.py"})
"""Files in which any list of strings may be requirements."""


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
    for text, offset, tree in parsed_parts(source):
        if tree is None:
            unread += 1
            continue
        file = FileMatch(path, text, module_scope(tree), tables, triggers, own, offset, is_setup)
        hits.extend(_hits(file, tree))
        helpers.extend(helpers_of(tree, file.hits, offset, load_registry()))
    return PythonResult(tuple(in_order(hits)), unread, tuple(helpers))


def _hits(file: FileMatch, tree: ast.Module) -> list[Hit]:
    """Hits of one syntax tree, whose scopes are released afterwards."""
    file.starts = line_starts(file.source)
    file.lines = trigger_lines(file)
    match_body(file, tree.body, file.root, NOTHING, False)
    file.root.release()
    return file.hits
