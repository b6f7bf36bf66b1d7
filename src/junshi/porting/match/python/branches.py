"""Branches of an `if` and handlers of a `try`: which ecosystems reach what stands in or after them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from junshi.porting.finding import EVERYWHERE, NOTHING
from junshi.porting.guards import (
    branch_handling,
    ecosystems_of,
    expression_words,
)
from junshi.porting.match.python.strings import (
    last_name,
)

_ALL = frozenset({EVERYWHERE})
_ABSENCE = frozenset(
    {"ImportError", "ModuleNotFoundError", "Exception", "RuntimeError", "OSError", "FileNotFoundError",
     "CalledProcessError", "SubprocessError"}
)  # fmt: skip
Statements = list[ast.stmt]


def covering(body: Statements, line: int) -> frozenset[str]:
    """Say what the `if` branches around a line are handled for."""
    handled = NOTHING
    for statement in body:
        if isinstance(statement, ast.If):
            handled |= handled_after(statement) if (statement.end_lineno or 0) < line else NOTHING
        if not statement.lineno <= line <= (statement.end_lineno or statement.lineno):
            continue
        if isinstance(statement, ast.If):
            inside, rest = branch_handling(statement.test, chain_ecosystems(statement.orelse))
            in_body = line <= (statement.body[-1].end_lineno or 0)
            part = statement.body if in_body else statement.orelse
            return handled | (inside if in_body else rest) | covering(part, line)
        for name in ("body", "orelse", "finalbody"):
            handled |= covering(getattr(statement, name, None) or [], line)
    return handled


def statements_in(body: Statements) -> Iterator[ast.stmt]:
    """All statements of a body, those inside others included."""
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.stmt):
            yield node
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            pending.extend(getattr(node, name, ()))


def chain_ecosystems(orelse: Statements) -> frozenset[str]:
    """Ecosystems that the later branches of an `if` chain test for."""
    found = NOTHING
    while len(orelse) == 1 and isinstance(orelse[0], ast.If):
        words = " ".join(sorted(expression_words(orelse[0].test)))
        found |= ecosystems_of(words)
        orelse = orelse[0].orelse
    return found


def handled_after(statement: ast.If) -> frozenset[str]:
    """Ecosystems that never reach what follows an `if`, because its body leaves."""
    if not statement.body or not isinstance(
        statement.body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break
    ):
        return NOTHING
    if isinstance(statement.body[-1], ast.Raise):
        return NOTHING
    return branch_handling(statement.test, NOTHING)[1] - _ALL


def tolerates_absence(handler: ast.ExceptHandler) -> bool:
    """Whether a handler catches a missing module and goes on."""
    if handler.body and isinstance(handler.body[-1], ast.Raise):
        return False
    kind = handler.type
    if kind is None:
        return True
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(last_name(part) in _ABSENCE for part in kinds)
