"""Files that a tree holds twice, as source distributions do with what they install: matched once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from junshi.porting.contexts import Work
from junshi.porting.finding import Hit
from junshi.porting.printable import printable
from junshi.porting.reader import FileResult, match_file

MOST_PLACES_OF_A_FILE = 5_000
MOST_PLACES = 200_000
"""More places than these are counted only; no code base that people wrote comes near."""


@dataclass
class Matcher:
    """Matching of the files of one tree; equal texts under equal names in equal contexts have equal hits."""

    known: dict[tuple[str, frozenset[str], bytes], FileResult] = field(default_factory=dict)

    def match(self, work: Work, data: bytes) -> FileResult:
        """Result of a file, from its bytes or from those of an equal one.

        Only files that share name and size with another one are compared.
        """
        file, context = work.file, work.context
        path = printable(file.path)
        if not work.may_be_copy:
            return bounded(match_file(path, data, file.language, context))
        key = (path.rpartition("/")[2], context.handled, hashlib.sha256(data).digest())
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = bounded(match_file(path, data, file.language, context))
            return found
        hits = tuple(
            [
                Hit(path, hit.line, hit.rule, hit.symbol, hit.size, hit.handled, hit.optional)
                for hit in found.hits
            ]
        )
        return replace(found, path=path, hits=hits)


def bounded(result: FileResult) -> FileResult:
    """Result with so many places as a file may have, their symbols printable."""
    kept = result.hits[:MOST_PLACES_OF_A_FILE]
    if len(kept) == len(result.hits) and all(hit.symbol.isprintable() for hit in kept):
        return result
    hits = tuple(replace(hit, symbol=printable(hit.symbol)) for hit in kept)
    return replace(result, hits=hits, cut=len(result.hits) - len(kept))


def within_bounds(results: Iterable[FileResult]) -> Iterator[FileResult]:
    """Results, the places of a tree beyond a limit only counted: memory does not grow with what is found."""
    total = 0
    for result in results:
        total += len(result.hits)
        if total <= MOST_PLACES or not result.hits:
            yield result
        else:
            total -= len(result.hits)
            yield replace(result, hits=(), cut=result.cut + len(result.hits))
