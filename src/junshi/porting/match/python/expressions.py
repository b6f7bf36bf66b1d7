"""Expressions, node by node, each given to what knows its kind."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any

from junshi.porting.finding import NOTHING
from junshi.porting.guards import branch_handling
from junshi.porting.match.python.attributes import match_attribute, match_name
from junshi.porting.match.python.calls import match_call
from junshi.porting.match.python.file import FileMatch
from junshi.porting.match.python.literals import (
    match_choice,
    match_compare,
    match_constant,
    match_container,
    match_subscript,
)
from junshi.porting.match.python.nodes import children
from junshi.porting.match.python.scope import Scope
from junshi.porting.match.python.strings import device_choice

_MATCHERS: dict[type[ast.AST], Callable[[FileMatch, Any, Scope, frozenset[str]], None]] = {
    ast.Name: match_name,
    ast.Constant: match_constant,
    ast.Call: match_call,
    ast.Compare: match_compare,
    ast.Subscript: match_subscript,
    ast.Dict: match_container,
    ast.List: match_container,
    ast.Tuple: match_container,
    ast.Set: match_container,
}
"""Kind of a node → what looks at the node itself; what is inside is looked at afterwards."""

_LEAVES = frozenset({ast.Name, ast.Constant})


def match_expressions(
    file: FileMatch, roots: Iterable[ast.AST], scope: Scope, handled: frozenset[str]
) -> None:
    """Hits of expressions and of all inside them; the sides of a choice are handled apart."""
    pending = list(roots)
    waiting: list[tuple[list[ast.AST], frozenset[str]]] = []
    covered = handled
    while pending or waiting:
        if not pending:
            pending, covered = waiting.pop()
            continue
        node = pending.pop()
        kind = type(node)
        matcher = _MATCHERS.get(kind)
        if matcher is not None:
            matcher(file, node, scope, covered)
        if kind in _LEAVES:
            continue
        if isinstance(node, ast.Attribute):
            rest = match_attribute(file, node, scope, covered)
            if rest is not None:
                pending.append(rest)
        elif isinstance(node, ast.IfExp):
            inside, rest_covered = branch_handling(node.test, NOTHING)
            file.devices(device_choice(node), covered | (inside & rest_covered))
            match_choice(file, node, covered)
            pending.append(node.test)
            waiting += ((pending, covered), ([node.body], covered | inside))
            pending, covered = [node.orelse], covered | rest_covered
        elif isinstance(node, ast.JoinedStr):
            pending += [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        else:
            pending += children(node)
