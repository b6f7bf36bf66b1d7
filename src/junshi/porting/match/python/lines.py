"""Which lines of a file are worth looking at: all others are passed over with the statements on them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from junshi.porting.match.lines import occurrences
from junshi.porting.match.python.file import FileMatch
from junshi.porting.match.python.imports import COMPILED
from junshi.porting.match.python.index import COMMON_ROOTS, PythonIndex
from junshi.porting.match.python.scope import Scope, first_literal
from junshi.porting.match.python.source import Triggers
from junshi.porting.match.python.strings import last_name

_NAMING_CALLS = frozenset({"getattr", "import_module", "__import__"})


_MANY_WORDS = 300
"""Of more words all places are found in one go, those inside others left out."""

_WORD = re.compile(rb"\w+")

_IMPORT = re.compile(rb"import[ \t]+(\([^)]{0,4000}\)|[^\n]*)")
_FROM = re.compile(rb"[ \t]*(?:from[ \t]+([\w.]+)[ \t]+)?")
_BOUND = re.compile(rb"(\w[\w.]*)(?:[ \t]+as[ \t]+(\w+))?")
_COMMENT = re.compile(rb"#[^\n]*")
_WIDEST = 400
_NAMED = ast.Attribute | ast.Name
_TEXTUAL = ast.Constant | ast.IfExp | ast.JoinedStr | ast.BinOp


def trigger_places(source: bytes, triggers: Triggers, index: PythonIndex) -> set[int]:
    """Offsets of the words and patterns because of which a text is worth parsing.

    The name of a module counts where it is imported; where it is used it is found as an alias.
    """
    places = word_places(source, triggers.words - index.module_words)
    end, imports = -1, False
    for place in sorted(word_places(source, triggers.words & index.module_words)):
        if place > end:
            start = source.rfind(b"\n", 0, place) + 1
            end = source.find(b"\n", place)
            end = end if end >= 0 else len(source)
            imports = source.find(b"import", start, end) >= 0
        if imports:
            places.add(place)
    for pattern in triggers.patterns:
        places.update(found.start() for found in pattern.finditer(source))
    return places


def word_places(source: bytes, words: Iterable[bytes]) -> set[int]:
    """Offsets of words, in the middle of others too."""
    places: set[int] = set()
    wanted = set(words)
    if len(wanted) > _MANY_WORDS:
        heads = {word.split(b".", 1)[0] for word in wanted}
        return {found.start() for found in _WORD.finditer(source) if found[0] in heads}
    for word in wanted:
        places.update(occurrences(source, word))
    return places


def alias_places(file: FileMatch) -> set[int]:
    """Offsets of names that are bound, somewhere in the file, to something a rule is about."""
    words: set[bytes] = set()
    pending = [file.root]
    while pending:
        scope = pending.pop()
        pending.extend(scope.inner.values())
        for name in scope.bindings:
            words.update(word.encode() for word in _alias_words(file, name, scope))
    return word_places(file.source, words - (file.triggers.words - file.index.module_words))


def imported_places(file: FileMatch) -> set[int]:
    """Offsets of names that import statements bind to something a rule is about, found without parsing.

    They are some of `alias_places`, for a first guess at what is worth parsing.
    """
    words: set[bytes] = set()
    for statement in _IMPORT.finditer(file.source):
        first = max(0, statement.start() - _WIDEST)
        before = _FROM.fullmatch(
            file.source, file.source.rfind(b"\n", first, statement.start()) + 1, statement.start()
        )
        if before is None:
            continue
        module = before[1].decode() + "." if before[1] else ""
        for name, alias in _BOUND.findall(_COMMENT.sub(b"", statement[1])):
            dotted = module + name.decode() if module or alias else name.decode().split(".", 1)[0]
            if _is_foreign(file, dotted) and _is_ruled(file.index, dotted):
                words.add(alias or name.split(b".", 1)[0])
    return word_places(file.source, words - (file.triggers.words - file.index.module_words))


def _alias_words(file: FileMatch, name: str, scope: Scope) -> Iterable[str]:
    """Texts because of which a line is worth looking at, if a name stands for what a rule is about.

    The name itself, or, for a module of which only some members are known, the name with each of them.
    """
    for value in scope.bindings[name]:
        if value is None:
            continue
        dotted = value if isinstance(value, str) else None
        if isinstance(value, _NAMED) or (
            isinstance(value, ast.Call) and last_name(value.func) in _NAMING_CALLS
        ):
            dotted = scope.dotted(value)
        if dotted is not None and _is_foreign(file, dotted):
            if _is_ruled(file.index, dotted):
                return (name,)
            members = file.index.members.get(dotted)
            if members is not None and dotted.rpartition(".")[2] not in ("nn", "functional", "utils"):
                return tuple(f"{name}.{member}" for member in members)
        if isinstance(value, _TEXTUAL):
            text = first_literal(value)
            if text is not None and text.startswith(("cuda", "nccl")):
                return (name,)
    return ()


def _is_foreign(file: FileMatch, dotted: str) -> bool:
    """Whether a name is not of the scanned project, and more than a framework as a whole."""
    return dotted.split(".", 1)[0] not in file.own and dotted not in COMMON_ROOTS


def _is_ruled(index: PythonIndex, dotted: str) -> bool:
    """Whether a rule is about a name, or about all that is below it."""
    if dotted in index.below or (index.name_rule(dotted) or index.package_rule(dotted)) is not None:
        return True
    return COMPILED.search(dotted.split(".", 1)[0]) is not None
