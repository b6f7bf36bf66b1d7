"""Branches of scripts, makefiles and YAML that are for another ecosystem."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from junshi.porting.finding import EVERYWHERE, NOTHING
from junshi.porting.guards import CUDA_WORDS, ecosystems_of, words_of
from junshi.porting.language import Language
from junshi.porting.match.lines import indent_of

_SHELL_IF = re.compile(r"^\s*(?:\}?\s*)(if|elif|else|fi|case|esac)\b(?!\s*:)(.*)$")
_CLOSED = re.compile(r"\bfi\b")
_CASE = re.compile(r"^\s*\(?([^()]{1,200})\)")
_MAKE_IF = re.compile(r"^\s*(?:else\s+)?(ifeq|ifneq|ifdef|ifndef|else|endif)\b(.*)$")
_KEY = re.compile(r"^( *)(?:- +)?[\"']?([\w.-]+)[\"']?\s*:\s*$")
_DEEPEST = 100


@dataclass
class _Branch:
    """An open branch: for which it is handled, and what earlier branches named."""

    handled: frozenset[str] = NOTHING
    is_case: bool = False
    indent: int = -1


@dataclass
class Branches:
    """Follows a file line by line and says for which ecosystems the current line costs nothing."""

    language: Language
    open: list[_Branch] = field(default_factory=list)

    def handled(self, code: str) -> frozenset[str]:
        """Ecosystems for which a line, the next of the file, costs nothing."""
        if self.language is Language.SHELL:
            self._shell(code)
        elif self.language is Language.MAKEFILE:
            self._make(code)
        elif self.language is Language.YAML:
            self._yaml(code)
        if not self.open:
            return NOTHING
        return frozenset().union(*(branch.handled for branch in self.open))

    def _shell(self, code: str) -> None:
        found = _SHELL_IF.match(code)
        if found is None:
            self._case(code)
            return
        word, rest = found[1], found[2]
        if word in ("if", "case"):
            if not (word == "if" and _CLOSED.search(rest)) and len(self.open) < _DEEPEST:
                handled = NOTHING if word == "case" else _condition(rest, "!" in rest)
                self.open.append(_Branch(handled, is_case=word == "case"))
        elif self.open:
            top = self.open[-1]
            if word in ("fi", "esac"):
                self.open.pop()
            elif word == "elif":
                top.handled = _condition(rest, "!" in rest)
            else:
                top.handled -= {EVERYWHERE}

    def _case(self, code: str) -> None:
        """Open and close the alternatives of a `case`."""
        if not self.open or not self.open[-1].is_case:
            return
        found = _CASE.match(code)
        if found is not None:
            self.open[-1].handled = _condition(found[1], False)
        elif code.strip() == ";;":
            self.open[-1].handled = NOTHING

    def _make(self, code: str) -> None:
        found = _MAKE_IF.match(code)
        if found is None:
            return
        word, rest = found[1], found[2]
        is_else = code.lstrip().startswith("else")
        if word == "endif":
            del self.open[-1:]
        elif word == "else":
            if self.open:
                self.open[-1].handled -= {EVERYWHERE}
        elif len(self.open) < _DEEPEST:
            handled = _condition(rest, word in ("ifneq", "ifndef"))
            if is_else and self.open:
                self.open[-1].handled = handled
            else:
                self.open.append(_Branch(handled))

    def _yaml(self, code: str) -> None:
        """A job, service or profile with another ecosystem in its name holds what is below it."""
        indent = indent_of(code)
        while self.open and indent <= self.open[-1].indent:
            self.open.pop()
        found = _KEY.match(code)
        if found is not None and len(self.open) < _DEEPEST:
            named = ecosystems_of(found[2])
            if named and words_of(found[2]).isdisjoint(CUDA_WORDS):
                self.open.append(_Branch(named | {EVERYWHERE}, indent=indent))


def _condition(text: str, is_negated: bool) -> frozenset[str]:
    """What a branch is handled for by its condition: all, when it is for another ecosystem."""
    named = ecosystems_of(text)
    return named | {EVERYWHERE} if named and not is_negated else named
