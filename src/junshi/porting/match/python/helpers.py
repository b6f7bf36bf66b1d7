"""Functions of the project's own that stand for CUDA, and who imports them: what one file says of both.

A file that calls `get_current_device()` ties to CUDA only where that function is defined; the scan puts the
two together when all files are read.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from junshi.porting.finding import EVERYWHERE, Family, Hit
from junshi.porting.guards import words_of
from junshi.porting.registry import Registry

MOST_LINES = 25
"""A longer function does more than stand for a device."""

OWN_HELPER = "py-own-device-helper"

_ABOUT_DEVICES = frozenset(
    {"device", "devices", "cuda", "gpu", "gpus", "available", "availability", "require", "requires", "memory",
     "capability", "capabilities", "backend", "precision", "support", "supports", "supported", "bf16", "fp8",
     "tf32", "accelerator", "platform"}
)  # fmt: skip
"""Words in the name of a function that stands for a device; `set_seed` and `build_optimizer` only use one."""

_IMPORT = re.compile(rb"from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]{0,4000}\)|[^\n]*)")
_NAME = re.compile(rb"(\w+)(?:\s+as\s+\w+)?")
_WIDEST = 400
_LINE = attrgetter("line")
_COMMENT = re.compile(rb"#[^\n]*")


@dataclass(frozen=True)
class Helper:
    """A short function that ties to CUDA; `handled` = ecosystems that it takes care of."""

    name: str
    handled: frozenset[str]


def helpers_of(tree: ast.Module, hits: Iterable[Hit], offset: int, registry: Registry) -> tuple[Helper, ...]:
    """Short functions of a module with a tie of the family `device` inside.

    Parameters
    ----------
    tree, hits : of the same text
    offset : lines of the file before the text
    registry : families of the rules
    """
    ties = {
        hit
        for hit in hits
        if registry.rules[hit.rule].family is Family.DEVICE
        and not registry.rules[hit.rule].credit
        and hit.rule != OWN_HELPER
        and EVERYWHERE not in hit.handled
    }
    ordered = sorted(ties, key=_LINE)
    found: list[Helper] = []
    for node in tree.body if ties else ():
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or node.lineno) - node.lineno < MOST_LINES:
            first, last = node.lineno + offset, (node.end_lineno or node.lineno) + offset
            begin, end = bisect_left(ordered, first, key=_LINE), bisect_right(ordered, last, key=_LINE)
            inside = [hit.handled for hit in ordered[begin:end]]
            if inside and not _ABOUT_DEVICES.isdisjoint(words_of(node.name)):
                found.append(Helper(node.name, frozenset.intersection(*inside)))
    return tuple(found)


def own_imports(source: bytes, own: frozenset[str]) -> tuple[tuple[str, int], ...]:
    """Names that a file imports from its own project by `from … import …`, with the line of each statement.

    The text is not parsed: a file that only imports a helper is not worth parsing for anything else.

    Parameters
    ----------
    source : the text
    own : top-level packages of the scanned tree
    """
    found: list[tuple[str, int]] = []
    line, done = 1, 0
    for statement in _IMPORT.finditer(source):
        start = statement.start()
        first = max(source.rfind(b"\n", max(0, start - _WIDEST), start) + 1, start - _WIDEST, 0)
        module = statement[1].decode()
        is_own = module.startswith(".") or module.split(".", 1)[0] in own
        if not is_own or source[first:start].strip():
            continue
        line += source.count(b"\n", done, start)
        done = start
        names = statement[2]
        if b"#" in names:
            names = _COMMENT.sub(lambda comment: b" " * len(comment[0]), names)
        if b"\n" not in names:
            found += [(name.decode(), line) for name in _NAME.findall(names)]
            continue
        found += [
            (name[1].decode(), line + names.count(b"\n", 0, name.start())) for name in _NAME.finditer(names)
        ]
    return tuple(found)
