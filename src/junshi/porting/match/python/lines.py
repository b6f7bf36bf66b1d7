"""Which lines of a file are worth looking at: all others are passed over with the statements on them."""

from __future__ import annotations

import ast
import re

from junshi.porting.match.lines import line_at
from junshi.porting.match.python.file import FileMatch
from junshi.porting.match.python.scope import Scope, first_literal


def trigger_lines(file: FileMatch) -> list[int]:
    """Lines that hold a word of a rule, or a name bound to something a rule is about."""
    words = set(file.triggers.words)
    pending = [file.root]
    while pending:
        scope = pending.pop()
        pending.extend(scope.inner.values())
        for name in scope.bindings:
            if _is_alias(file, name, scope):
                words.add(name.encode())
    lines: set[int] = set()
    if words:
        pattern = re.compile(b"|".join(re.escape(word) for word in sorted(words)))
        lines.update(line_at(file.starts, found.start()) for found in pattern.finditer(file.source))
    for places in file.triggers.patterns:
        lines.update(line_at(file.starts, found.start()) for found in places.finditer(file.source))
    return sorted(lines)


def _is_alias(file: FileMatch, name: str, scope: Scope) -> bool:
    """Whether a name stands for something a rule is about, or for a device or back end."""
    for value in scope.bindings[name]:
        if value is None:
            continue
        dotted = value if isinstance(value, str) else None
        if isinstance(value, ast.Attribute | ast.Name) or (
            isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "getattr"
        ):
            dotted = scope.dotted(value)
        if dotted is not None and "." in dotted and _is_worth_following(file, dotted):
            return True
        if isinstance(value, ast.Constant | ast.IfExp | ast.JoinedStr | ast.BinOp):
            text = first_literal(value)
            if text is not None and text.startswith(("cuda", "nccl")):
                return True
    return False


def _is_worth_following(file: FileMatch, dotted: str) -> bool:
    """Whether a name that is bound to a dotted name can lead to a rule."""
    if file.index.is_interesting(dotted):
        return dotted.rpartition(".")[2] not in ("nn", "functional", "utils")
    return file.index.name_rule(dotted) is not None
