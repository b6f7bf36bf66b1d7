"""A tolerant reading of C++ and CUDA: comments and strings blanked, braces matched, `#if` regions known.

No grammar is used: macro-heavy kernels defeat grammars, but not brackets.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, pairwise
from operator import itemgetter

from junshi.porting.finding import EVERYONE, NOTHING
from junshi.porting.guards import directive_ecosystems

_SKIPPED = re.compile(
    r"//[^\\\n]*(?:\\.[^\\\n]*)*"
    r"|/\*.*?(?:\*/|\Z)"
    r'|R"([^()\\\s]{0,16})\(.*?(?:\)\1"|\Z)'
    r'|"(?:[^"\\\n]|\\.)*(?:"|$|\\\Z)'
    r"|'(?:[^'\\\n]|\\.){1,8}'",
    re.DOTALL | re.MULTILINE,
)
_DIRECTIVE = re.compile(r"#[ \t]*(if|ifdef|ifndef|elif|else|endif)\b")
_CONDITION = re.compile(r"(?:[^\n\\]|\\[^\n]|\\\n)*")
_BRACE = re.compile(r"[{}]")
_BRACKET = re.compile(r"[()]")
_BODY = re.compile(r"[{;]")
_FIRST = itemgetter(0)
_WIDEST_INDENT = 200
_WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"


@dataclass(frozen=True)
class Region:
    """Lines between two `#` conditions: from the line after the first to the line before the next.

    Attributes
    ----------
    first, last : offsets in the text
    condition : text of the condition, empty in an `#else`
    handled : ecosystems for which the region costs nothing
    has_else : whether the `#if` has another branch
    """

    first: int
    last: int
    condition: str
    handled: frozenset[str]
    has_else: bool


@dataclass
class CudaText:
    """A C++ text prepared for matching."""

    original: str
    blanked: str
    regions: tuple[Region, ...] = ()
    guarded: tuple[Region, ...] = field(default=())
    stretches: tuple[tuple[int, frozenset[str]], ...] = ()

    def handled_at(self, offset: int) -> frozenset[str]:
        """Ecosystems for which code at an offset costs nothing, from the `#if` regions around it."""
        place = bisect_right(self.stretches, offset, key=_FIRST) if self.stretches else 0
        return self.stretches[place - 1][1] if place else NOTHING

    @cached_property
    def brace_ends(self) -> Mapping[int, int]:
        """Offset of each opening brace → offset after the one that closes it; without those never closed."""
        ends: dict[int, int] = {}
        opened: list[int] = []
        for found in _BRACE.finditer(self.blanked):
            if found[0] == "{":
                opened.append(found.start())
            elif opened:
                ends[opened.pop()] = found.end()
        return ends


def prepare(source: str) -> CudaText:
    """Text with comments and strings blanked, offsets and line breaks kept, and its conditional regions."""
    blanked = _SKIPPED.sub(_blank, source)
    regions = tuple(_regions(blanked))
    guarded = tuple(region for region in regions if region.handled)
    return CudaText(source, blanked, regions, guarded, tuple(_stretches(guarded)))


def _stretches(guarded: Sequence[Region]) -> Iterator[tuple[int, frozenset[str]]]:
    """Offsets at which what is handled changes, in order, with what is handled from there on."""
    changes = [(region.first, 1, name) for region in guarded for name in region.handled]
    changes += [(region.last, -1, name) for region in guarded for name in region.handled]
    depth: Counter[str] = Counter()
    for offset, group in groupby(sorted(changes), key=_FIRST):
        for _, step, name in group:
            depth[name] += step
        yield offset, frozenset(name for name, count in depth.items() if count > 0)


def _blank(found: re.Match[str]) -> str:
    """Spaces and line breaks in place of a comment or string."""
    text = found[0]
    if "\n" not in text:
        return " " * len(text)
    return "\n".join([" " * len(line) for line in text.split("\n")])


def _regions(text: str) -> Iterator[Region]:
    """Conditional regions, innermost first."""
    stack: list[list[tuple[str, str, int]]] = []
    for kind, condition, first, last in _directives(text):
        if kind in ("if", "ifdef", "ifndef"):
            stack.append([(kind, condition, last)])
        elif stack and kind in ("elif", "else"):
            stack[-1].append((kind, condition, last))
        elif stack and kind == "endif":
            yield from _closed(stack.pop(), first, text)
    for open_branches in stack:
        yield from _closed(open_branches, len(text), text)


def _directives(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Conditional directives: kind, condition, offsets of the beginning of the line and of the end."""
    done = 0
    for found in _DIRECTIVE.finditer(text):
        before = text[max(0, found.start() - _WIDEST_INDENT) : found.start()]
        code = before.rstrip(" \t")
        if found.start() < done or (code and not code.endswith("\n")):
            continue
        line = found.start() - len(before) + len(code)
        condition = _CONDITION.match(text, found.end())
        done = condition.end() if condition else found.end()
        yield found[1], text[found.end() : done].strip(), line, done


def _closed(branches: list[tuple[str, str, int]], end: int, text: str) -> Iterator[Region]:
    """Regions of one `#if` … `#endif`."""
    all_named: frozenset[str] = frozenset()
    for _, condition, _ in branches:
        all_named |= directive_ecosystems(condition)
    for place, (kind, condition, start) in enumerate(branches):
        last = end if place + 1 == len(branches) else text.rfind("#", 0, branches[place + 1][2])
        handled = _branch_handled(kind, condition, all_named, branches[0])
        yield Region(start, max(start, last), condition, handled, len(branches) > 1)


def _branch_handled(
    kind: str, condition: str, all_named: frozenset[str], first: tuple[str, str, int]
) -> frozenset[str]:
    own = directive_ecosystems(condition)
    if kind in ("if", "elif") and condition == "0":
        return EVERYONE
    negated = kind == "ifndef" or condition.replace(" ", "").startswith("!")
    mentions_cuda = re.search(r"CUDA|NVIDIA|NVCC", condition) is not None
    if own and not negated and not (mentions_cuda and "!" not in condition):
        return EVERYONE
    if kind == "else" and all_named:
        first_negated = first[0] == "ifndef" or first[1].replace(" ", "").startswith("!")
        if first_negated and directive_ecosystems(first[1]):
            return EVERYONE
    return all_named


@dataclass(frozen=True)
class Kernel:
    """A `__global__` function with a body: name, offsets of its head, of the body's braces, and its end."""

    name: str
    start: int
    body: int
    end: int


_ATTRIBUTE = re.compile(
    r"(?:__launch_bounds__|__attribute__|__cluster_dims__|__maxnreg__|KERNEL_PARAM_MODIFIER)\s*\Z"
)
_TEMPLATE = re.compile(r"<[^<>]{0,200}>\s*\Z")
_HEAD_LIMIT = 4000


def kernels(source: CudaText, mark: str = "__global__") -> Iterator[Kernel]:
    """Functions with a mark and a body; declarations without a body are passed over.

    The head of a function holds no second mark, and no `__global__` function lies in another: what has no end
    of its own ends there.
    """
    text = source.blanked
    marks = [found.start() for found in re.finditer(mark, text)]
    for start, following in pairwise([*marks, len(text)]):
        limit = min(following, start + len(mark) + _HEAD_LIMIT)
        name, after = _head(text, start + len(mark), limit)
        if name is None:
            continue
        body = _body_start(text, after, min(following, after + _HEAD_LIMIT))
        if body is None:
            continue
        end = source.brace_ends.get(body, len(text))
        yield Kernel(name, start, body, min(end, following) if mark == "__global__" else end)


def _head(text: str, start: int, limit: int) -> tuple[str | None, int]:
    """Name of a function and the offset after its parameters."""
    place = start
    head = ""  # without what stands in parentheses
    while place < limit:
        opened = text.find("(", place, limit)
        stop = min(
            (spot for spot in (text.find(";", place, limit), text.find("{", place, limit)) if spot >= 0),
            default=limit,
        )
        if opened < 0 or stop < opened:
            return None, limit
        closed = _closing_parenthesis(text, opened, limit)
        before = text[place:opened]
        if _ATTRIBUTE.search(before):
            head, place = "", closed
            continue
        head += before
        if head.count("<") > head.count(">"):  # parentheses of a template argument
            place = closed
            continue
        return last_word(_TEMPLATE.sub("", head) if ">" in before else head), closed
    return None, limit


def last_word(text: str) -> str | None:
    """Identifier that a text ends with, blanks after it passed over.

    Examples
    --------
    >>> last_word("void f ")
    'f'
    """
    bare = text.rstrip()
    word = bare[len(bare.rstrip(_WORD)) :].lstrip("0123456789")
    return word or None


def _closing_parenthesis(text: str, opened: int, limit: int) -> int:
    depth = 0
    for found in _BRACKET.finditer(text, opened, limit):
        depth += 1 if found[0] == "(" else -1
        if depth == 0:
            return found.end()
    return limit


def _body_start(text: str, after: int, limit: int) -> int | None:
    """Offset of the opening brace that follows a head, None for a declaration."""
    found = _BODY.search(text, after, limit)
    return found.start() if found and found[0] == "{" else None
