"""Expressions, node by node, each given to what knows its kind."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from junshi.porting.finding import NOTHING
from junshi.porting.guards import branch_handling, children
from junshi.porting.match.python.attributes import match_attribute, match_name
from junshi.porting.match.python.calls import match_call
from junshi.porting.match.python.file import FileMatch
from junshi.porting.match.python.literals import (
    match_compare,
    match_constant,
    match_container,
    match_subscript,
)
from junshi.porting.match.python.scope import Scope
from junshi.porting.match.python.strings import device_choice


def match_expressions(
    file: FileMatch, roots: Iterable[ast.AST], scope: Scope, handled: frozenset[str]
) -> None:
    """Hits of expressions and of all inside them; the sides of a choice are handled apart."""
    pending: list[tuple[ast.AST, frozenset[str]]] = [(root, handled) for root in roots]
    while pending:
        node, covered = pending.pop()
        match node:  # the commonest first
            case ast.Name():
                match_name(file, node, scope, covered)
                continue
            case ast.Constant():
                match_constant(file, node, covered)
                continue
            case ast.Attribute():
                rest = match_attribute(file, node, scope, covered)
                if rest is not None:
                    pending.append((rest, covered))
                continue
            case ast.Call():
                match_call(file, node, scope, covered)
            case ast.Compare():
                match_compare(file, node, scope, covered)
            case ast.Dict() | ast.List() | ast.Tuple() | ast.Set():
                match_container(file, node, scope, covered)
            case ast.Subscript():
                match_subscript(file, node, covered)
            case ast.IfExp():
                inside, rest_covered = branch_handling(node.test, NOTHING)
                file.devices(device_choice(node), covered | (inside & rest_covered))
                pending.append((node.test, covered))
                pending.append((node.body, covered | inside))
                pending.append((node.orelse, covered | rest_covered))
                continue
            case ast.JoinedStr():
                pending.extend(
                    (part.value, covered) for part in node.values if isinstance(part, ast.FormattedValue)
                )
                continue
            case _:
                pass
        pending.extend((child, covered) for child in children(node))
