"""Rules about C++ and CUDA, arranged for quick look-up of identifiers, scopes and headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import translate
from functools import cache
from typing import Any

from junshi.porting.registry import Registry, load_registry

_SHORTEST_START = 4


@dataclass
class CudaIndex:
    """Look-up tables from what stands in the code to the id of a rule."""

    exact: dict[str, str] = field(default_factory=dict)
    starting: dict[str, str] = field(default_factory=dict)
    lengths: tuple[int, ...] = ()
    identifiers: re.Pattern[str] = field(default=re.compile(r"(?!)"))
    scopes: frozenset[str] = frozenset()
    namespaces: dict[str, str] = field(default_factory=dict)
    includes: list[tuple[re.Pattern[str], str]] = field(default_factory=list)
    assembly: list[tuple[str, str]] = field(default_factory=list)
    directives: dict[str, str] = field(default_factory=dict)
    known: dict[str, str | None] = field(default_factory=dict)

    def identifier_rule(self, word: str) -> str | None:
        """Rule of an identifier: its own, else that of its longest known beginning."""
        if word in self.known:
            return self.known[word]
        rule = self.exact.get(word)
        if rule is None:
            for length in self.lengths:
                if length <= len(word):
                    rule = self.starting.get(word[:length])
                    if rule is not None:
                        break
        self.known[word] = rule
        return rule

    def include_rule(self, header: str) -> str | None:
        """Rule of an included header."""
        return next((rule for pattern, rule in self.includes if pattern.match(header)), None)

    def assembly_rule(self, text: str) -> str:
        """Rule of the text of an `asm` statement; plain PTX when no rule knows its mnemonics."""
        return next((rule for mnemonic, rule in self.assembly if mnemonic in text), "cu-inline-ptx")


def words_beginning_with(beginnings: Iterable[str]) -> re.Pattern[str]:
    r"""One expression for the rest of any word from a place where one of the beginnings stands.

    It is a tree of letters, so that the cost of a place does not grow with the number of beginnings. It also
    matches in the middle of a word: whoever uses it looks at the letter before.

    Examples
    --------
    >>> words_beginning_with(["cudaMalloc", "cudaFree", "cuda"]).pattern
    'cuda\\w*'
    """
    tree: dict[str, Any] = {}
    for word in sorted(beginnings):
        branch = tree
        for letter in word:
            if _END in branch:
                break
            branch = branch.setdefault(letter, {})
        else:
            branch[_END] = {}
    return re.compile((_expression(tree) if tree else "(?!)") + r"\w*")


_END = ""


def _expression(tree: Mapping[str, Any]) -> str:
    """Give the expression of a tree of letters."""
    if _END in tree:
        return ""
    parts = [re.escape(letter) + _expression(branch) for letter, branch in tree.items()]
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


@cache
def cuda_index() -> CudaIndex:
    """Index of the rules of the package."""
    return build_index(load_registry())


def build_index(registry: Registry) -> CudaIndex:
    """Index of a registry."""
    index = CudaIndex()
    for rule in registry.rules.values():
        for name in rule.match.identifiers:
            if name.endswith("*"):
                index.starting[name[:-1]] = rule.id
            else:
                index.exact[name] = rule.id
        index.namespaces.update(dict.fromkeys(rule.match.namespaces, rule.id))
        index.includes.extend((re.compile(translate(header)), rule.id) for header in rule.match.includes)
        index.assembly.extend((mnemonic, rule.id) for mnemonic in rule.match.assembly)
        index.directives.update(dict.fromkeys(rule.match.directives, rule.id))
    index.assembly.sort(key=lambda pair: -len(pair[0]))
    index.identifiers = words_beginning_with((*index.exact, *index.starting))
    index.scopes = frozenset(name.split("::", 1)[0] for name in index.namespaces)
    index.lengths = tuple(sorted({len(start) for start in index.starting}, reverse=True))
    return index
