"""The state of matching one Python text: what is known of it, and the hits so far."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from junshi.porting.finding import Hit
from junshi.porting.match.lines import line_starts
from junshi.porting.match.python.index import PythonIndex
from junshi.porting.match.python.nodes import opened
from junshi.porting.match.python.scope import Scope
from junshi.porting.match.python.source import Triggers

_ERROR_TEXT = re.compile(r"CUDA (?:error|out of memory)|CUDNN_STATUS|cudaError|NCCL error")

_MOST_MAKERS = 8
"""Bindings of a name that are looked at."""


@dataclass
class FileMatch:
    """One syntax tree with what is known of it, and the hits so far.

    Attributes
    ----------
    path, source, offset : file, its text, and lines of the file before the text
    root : scope of the module
    index, triggers, own : rules, words found in the text, top-level packages of the scanned tree
    is_setup : whether it is a file in which packages are required
    lines : lines worth looking at
    starts : offset of each line, filled when asked for
    taken : ids of nodes that no rule is to report, or none again
    called : ids of nodes that are called or inherited from
    """

    path: str
    source: bytes
    root: Scope
    index: PythonIndex
    triggers: Triggers
    own: frozenset[str]
    offset: int
    is_setup: bool
    lines: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    called: set[int] = field(default_factory=set)

    @property
    def uses_triton(self) -> bool:
        """Whether the text holds the word."""
        return b"triton" in self.triggers.words

    def devices(self, nodes: Iterable[ast.expr], handled: frozenset[str]) -> None:
        """Hit each literal that names a device, once."""
        for node in nodes:
            if id(node) not in self.taken:
                self.hit("py-device-string", node.lineno, "cuda", handled, node=node)

    def backends(self, value: ast.expr, scope: Scope, handled: frozenset[str]) -> None:
        """Hit each literal that names NCCL as a back end, lists opened."""
        for part in opened(value):
            for text, node in scope.strings(part):
                if "nccl" in text and " " not in text and id(node) not in self.taken:
                    self.hit("py-nccl-backend", node.lineno, "backend", handled, node=node)

    def compared(self, literal: ast.expr, handled: frozenset[str], by_name: bool = False) -> None:
        """Hit a literal that a device or back end is compared with.

        Parameters
        ----------
        literal, handled : what stands there, and who is taken care of
        by_name : whether the other side is a name that a user or a setting gives, not a tensor's device
        """
        text = literal.value if isinstance(literal, ast.Constant) else None
        if not isinstance(text, str) or id(literal) in self.taken:
            return
        if text.split(":")[0] == "cuda" or (text.startswith("torch.cuda.") and text.endswith("Tensor")):
            rule = "py-device-name-compare" if by_name else "py-device-string-compare"
            self.hit(rule, literal.lineno, "compare", handled, node=literal)
        elif _ERROR_TEXT.search(text):
            self.hit("py-cuda-error-text", literal.lineno, text[:60], handled, node=literal)
        elif text == "nccl":
            self.hit("py-nccl-string-compare", literal.lineno, "compare", handled, node=literal)

    def resolved(self, dotted: str, node: ast.expr, handled: frozenset[str]) -> bool:
        """Hit a dotted name that a rule is about; False when there is none."""
        if dotted.split(".", 1)[0] in self.own:
            return False
        rule = self.index.name_rule(dotted) or self.index.inside_package(dotted)
        if rule is None:
            return False
        if rule in self.index.only_called and id(node) not in self.called:
            return True
        self.hit(rule, node.end_lineno or node.lineno, dotted, handled)
        return True

    def hit(
        self,
        rule: str,
        line: int,
        symbol: str,
        handled: frozenset[str],
        *,
        node: ast.AST | None = None,
        optional: bool = False,
        size: int = 0,
    ) -> None:
        """Add a hit; a node given is taken, so that no other rule reports the same literal."""
        if node is not None:
            self.taken.add(id(node))
        self.hits.append(Hit(self.path, line + self.offset, rule, symbol, size, handled, optional))

    def tolerate(self, since: int, whatever: bool = False) -> None:
        """Mark what was found in code that goes on without it.

        Parameters
        ----------
        since : number of hits before that code
        whatever : everything, not only libraries and programs that may be absent
        """
        for place in range(since, len(self.hits)):
            found = self.hits[place]
            if not found.optional and (whatever or found.rule in self.index.can_be_absent):
                self.hits[place] = replace(found, optional=True)

    def is_own(self, dotted: str | None) -> bool:
        """Whether a name is of the scanned project, or of nothing known."""
        return dotted is None or dotted.startswith(".") or dotted.split(".", 1)[0] in self.own

    def defines(self, name: str) -> bool:
        """Whether the module itself defines a function or class of that name."""
        return name in self.root.named

    def is_own_method(self, function: ast.Attribute, scope: Scope) -> bool:
        """Whether a method is of an object made from a class of this file that defines the method itself."""
        makers: list[ast.expr | str | None] = [function.value]
        if isinstance(function.value, ast.Name):
            found = scope.look_up(function.value.id)
            makers = list(found[1][:_MOST_MAKERS]) if found else []
        names = {
            maker.func.id
            for maker in makers
            if isinstance(maker, ast.Call) and isinstance(maker.func, ast.Name)
        }
        return any(
            isinstance(node, ast.ClassDef) and function.attr in self.root.inner[node].named
            for name in names
            for node in self.root.named.get(name, ())[:_MOST_MAKERS]
        )

    def text_of(self, first: int, last: int) -> bytes:
        """Text from the first to the last of some lines."""
        if not self.starts:
            self.starts = [*line_starts(self.source), len(self.source)]
        return self.source[self.starts[first - 1] : self.starts[min(last, len(self.starts) - 1)]]

    def has_trigger(self, first: int, last: int) -> bool:
        """Whether a line from the first to the last is worth looking at."""
        if self.is_setup:
            return True
        place = bisect_left(self.lines, first)
        return place < len(self.lines) and self.lines[place] <= last
