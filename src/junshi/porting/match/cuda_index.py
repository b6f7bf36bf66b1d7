"""Rules about C++ and CUDA, arranged for quick look-up of identifiers, scopes and headers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import translate
from functools import cache

from junshi.porting.registry import Registry, load_registry

_MOST_SEEN = 300_000
"""Words remembered from file to file; more would only take memory."""


@dataclass
class CudaIndex:
    """Look-up tables from what stands in the code to the id of a rule."""

    exact: dict[str, str] = field(default_factory=dict)
    starting: dict[str, str] = field(default_factory=dict)
    lengths: tuple[int, ...] = ()
    scopes: frozenset[str] = frozenset()
    namespaces: dict[str, str] = field(default_factory=dict)
    includes: list[tuple[re.Pattern[str], str]] = field(default_factory=list)
    assembly: list[tuple[str, str]] = field(default_factory=list)
    directives: dict[str, str] = field(default_factory=dict)
    macros: re.Pattern[str] = field(default=re.compile(r"(?!)"))
    seen: set[bytes] = field(default_factory=set)
    ruled: dict[bytes, str] = field(default_factory=dict)

    def ruled_words(self, words: frozenset[bytes]) -> list[tuple[str, str]]:
        """Words that a rule is about, in order, with its id."""
        if len(self.seen) > _MOST_SEEN:
            self.seen.clear()
            self.ruled.clear()
        for word in words - self.seen:
            rule = self.identifier_rule(word.decode())
            if rule is not None:
                self.ruled[word] = rule
        self.seen |= words
        return sorted((word.decode(), self.ruled[word]) for word in self.ruled.keys() & words)

    def identifier_rule(self, word: str) -> str | None:
        """Rule of an identifier: its own, else that of its longest known beginning."""
        rule = self.exact.get(word)
        if rule is not None:
            return rule
        starts = (self.starting.get(word[:length]) for length in self.lengths if length <= len(word))
        return next((rule for rule in starts if rule is not None), None)

    def include_rule(self, header: str) -> str | None:
        """Rule of an included header."""
        return next((rule for pattern, rule in self.includes if pattern.match(header)), None)

    def assembly_rule(self, text: str) -> str:
        """Rule of the text of an `asm` statement; plain PTX when no rule knows its mnemonics."""
        return next((rule for mnemonic, rule in self.assembly if mnemonic in text), "cu-inline-ptx")


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
    if index.directives:
        index.macros = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(index.directives)))})\b")
    index.scopes = frozenset(name.split("::", 1)[0] for name in index.namespaces)
    index.lengths = tuple(sorted({len(start) for start in index.starting}, reverse=True))
    return index
