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
    scopes: dict[str, tuple[bytes, re.Pattern[str]]] = field(default_factory=dict)
    namespaces: dict[str, str] = field(default_factory=dict)
    includes: list[tuple[re.Pattern[str], str]] = field(default_factory=list)
    assembly: list[tuple[str, str]] = field(default_factory=list)
    directives: dict[str, str] = field(default_factory=dict)
    macros: re.Pattern[str] = field(default=re.compile(r"(?!)"))
    seen: set[bytes] = field(default_factory=set)
    ruled: dict[bytes, str] = field(default_factory=dict)
    headers: dict[str, str | None] = field(default_factory=dict)
    scoped: dict[str, tuple[str, str] | None] = field(default_factory=dict)

    def ruled_words(self, words: frozenset[bytes]) -> list[tuple[str, str]]:
        """Words that a rule is about, in order, with its id."""
        if len(self.seen) > _MOST_SEEN:
            self.seen.clear()
            self.ruled.clear()
        new = words - self.seen
        for word in new:
            rule = self.identifier_rule(word.decode())
            if rule is not None:
                self.ruled[word] = rule
        self.seen |= new
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
        if header not in self.headers:
            rules = (rule for pattern, rule in self.includes if pattern.match(header))
            self.headers[header] = next(rules, None)
        return self.headers[header]

    def scoped_rule(self, name: str) -> tuple[str, str] | None:
        """Rule of a name with its scopes, by the longest that one is about, and what to report."""
        if name not in self.scoped:
            self.scoped[name] = self._scoped_rule(name.split("::"))
        return self.scoped[name]

    def _scoped_rule(self, parts: list[str]) -> tuple[str, str] | None:
        for count in range(len(parts), 0, -1):
            rule = self.namespaces.get("::".join(parts[:count]))
            if rule is not None:
                return rule, "::".join(parts[: count + 1])
        return None

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
        index.macros = re.compile(
            rf"(?<!\w)(?:\w+_)?({'|'.join(map(re.escape, sorted(index.directives)))})\b"
        )
    heads = sorted({name.split("::", 1)[0] for name in index.namespaces})
    index.scopes = {head: (head.encode(), scope_pattern(head)) for head in heads}
    index.lengths = tuple(sorted({len(start) for start in index.starting}, reverse=True))
    return index


def scope_pattern(head: str) -> re.Pattern[str]:
    """Pattern of the name of a scope with what follows it; it begins with what is found quickly, the name."""
    name = re.escape(head)
    return re.compile(rf"{name}(?<![\w:]{name})(?!\w)((?:::\w+){{0,6}})")
