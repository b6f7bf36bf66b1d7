"""Files that reach CUDA only through functions of the project's own: hits that need more than one file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from junshi.porting.finding import Hit
from junshi.porting.match.python.helpers import OWN_HELPER
from junshi.porting.reader import FileResult


def imported_helpers(results: Iterable[FileResult]) -> Iterator[Hit]:
    """Hits where a file imports a function that stands for CUDA in another file of the tree.

    Names are compared, not modules, since packages hand functions on; a name that is defined in several files
    is handled for the ecosystems that all of them take care of.

    Parameters
    ----------
    results : all files of the tree
    """
    entries = tuple(results)
    known: dict[str, frozenset[str]] = {}
    for result in entries:
        for helper in result.helpers:
            known[helper.name] = known.get(helper.name, helper.handled) & helper.handled
    for result in entries:
        there = {(hit.line, hit.symbol.rpartition(".")[2]) for hit in result.hits if hit.rule == OWN_HELPER}
        for name, line in result.own_imports:
            if name in known and (line, name) not in there:
                yield Hit(result.path, line, OWN_HELPER, name, 0, known[name])
