"""Files that a tree holds twice, as source distributions do with what they install: matched once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace

from junshi.porting.contexts import Work
from junshi.porting.reader import FileResult, match_file


@dataclass
class Matcher:
    """Matching of the files of one tree; equal texts under equal names in equal contexts have equal hits."""

    known: dict[tuple[str, frozenset[str], bytes], FileResult] = field(default_factory=dict)

    def match(self, work: Work, data: bytes) -> FileResult:
        """Result of a file, from its bytes or from those of an equal one.

        Only files that share name and size with another one are compared.
        """
        file, context = work.file, work.context
        if not work.may_be_copy:
            return match_file(file.path, data, file.language, context)
        key = (file.path.rpartition("/")[2], context.handled, hashlib.sha256(data).digest())
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = match_file(file.path, data, file.language, context)
            return found
        hits = tuple([replace(hit, file=file.path) for hit in found.hits])
        return replace(found, path=file.path, hits=hits)
