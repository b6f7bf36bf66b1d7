"""Where words stand in a C++ text: one by one, since a pattern of many words is tried at every letter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from junshi.porting.match.lines import occurrences

_MANY_WORDS = 200
_WORD = re.compile(r"[A-Za-z_]\w*")
_TENSOR_CORE_WORDS = (
    "wmma", "mma", "ldmatrix", "cp_async", "nvcuda", "cutlass", "cute", "wgmma", "ldsm", "mma_sync",
)  # fmt: skip
_TENSOR_CORE_ASSEMBLY = ("mma.sync", "ldmatrix", "wgmma", "cp.async")
_TENSOR_CORE_SHAPE = re.compile(r"mma_m\d+n")
_SHARED_WORDS = (
    "__shared__", "__syncthreads", "__ballot_sync", "BlockReduce", "blockReduce", "warpReduce", "__syncwarp",
)  # fmt: skip
_LANE_NAMES = ("threadIdx", "tid", "laneid", "lane_id", "lane", "threadid", "thread_id", "tidx")
_LANE = re.compile(r"\s*(%\s*32|/\s*32|&\s*(?:31|0x1[fF])|>>\s*5)(?!\w)")
_LANE_NUMBERS = frozenset({b"32", b"31", b"0x1f", b"0x1F", b"5"})
_LANE_LIMIT = 24


def places(text: str, word: str) -> Iterator[int]:
    """Offsets at which a word stands that is no part of another."""
    length = len(word)
    for start in occurrences(text, word):
        if begins_word(text, start) and not _goes_on(text, start + length):
            yield start


def begun(text: str, beginning: str) -> Iterator[int]:
    """Offsets of longer words with a beginning."""
    length = len(beginning)
    for start in occurrences(text, beginning):
        if begins_word(text, start) and _goes_on(text, start + length):
            yield start


def begins_word(text: str, offset: int) -> bool:
    """Whether no letter, digit or underscore stands before an offset."""
    return not _goes_on(text, offset - 1) if offset else True


def _goes_on(text: str, offset: int) -> bool:
    """Whether a letter, digit or underscore stands at an offset."""
    letter = text[offset : offset + 1]
    return letter.isalnum() or letter == "_"


def ruled_places(text: str, ruled: Sequence[tuple[str, str]]) -> Iterator[tuple[int, str, str]]:
    """Offsets at which a word of a rule stands that is no part of another, with the word and the rule."""
    if len(ruled) > _MANY_WORDS:
        rules = dict(ruled)
        for found in _WORD.finditer(text):
            if found[0] in rules and begins_word(text, found.start()):
                yield found.start(), found[0], rules[found[0]]
        return
    for word, rule in ruled:
        for start in places(text, word):
            yield start, word, rule


def tensor_core_places(blanked: str, original: str, words: frozenset[bytes]) -> list[int]:
    """Offsets of what needs tensor cores, in order.

    Parameters
    ----------
    blanked, original : text without and with comments and strings
    words : of the text
    """
    found = _all_places(blanked, _TENSOR_CORE_WORDS, words)
    found += begun(blanked, "__pipeline_")
    found += (match.start() for match in _TENSOR_CORE_SHAPE.finditer(blanked))
    for part in _TENSOR_CORE_ASSEMBLY:
        found += occurrences(original, part)
    return sorted(found)


def shared_places(blanked: str, words: frozenset[bytes]) -> list[int]:
    """Offsets of what threads share or exchange, in order."""
    found = _all_places(blanked, _SHARED_WORDS, words)
    for beginning in ("__shfl_", "blockReduce", "warpReduce"):
        found += begun(blanked, beginning)
    return sorted(found)


def _all_places(text: str, wanted: Iterable[str], words: frozenset[bytes]) -> list[int]:
    return [start for word in wanted if word.encode() in words for start in places(text, word)]


def lane_places(blanked: str, words: frozenset[bytes]) -> Iterator[tuple[int, str]]:
    """Offsets and texts of divisions by 32, masks and shifts included, of what is named like a thread."""
    if words.isdisjoint(_LANE_NUMBERS):
        return
    for name in _LANE_NAMES:
        if name.encode() not in words:
            continue
        whole = "threadIdx.x" if name == "threadIdx" else name
        for start in occurrences(blanked, whole):
            found = _LANE.match(blanked, start + len(whole))
            if found is None or found.start(1) - start > _LANE_LIMIT:
                continue
            if name == "threadIdx" or begins_word(blanked, start):
                yield found.start(1), found[1]
