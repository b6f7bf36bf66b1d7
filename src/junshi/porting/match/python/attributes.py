"""Dotted names and attributes: what they stand for, and those known by their last name alone."""

from __future__ import annotations

import ast

from junshi.porting.match.python.file import FileMatch
from junshi.porting.match.python.scope import Scope
from junshi.porting.match.python.strings import (
    SWITCH_FLAGS,
    is_abstraction,
    is_switch_member,
)


def match_attribute(
    file: FileMatch, node: ast.Attribute, scope: Scope, handled: frozenset[str]
) -> ast.expr | None:
    """Hits of an attribute chain; returns what is left below it to look at."""
    if id(node) in file.taken:
        return None
    dotted = scope.dotted(node)
    if dotted is not None and is_abstraction(node, dotted):
        return None
    if dotted is not None:
        if not file.resolved(dotted, node, handled):
            _plain_attribute(file, node, handled)
        return None
    _plain_attribute(file, node, handled)
    below: ast.expr = node.value
    while isinstance(below, ast.Attribute):
        _plain_attribute(file, below, handled)
        below = below.value
    return below


def _plain_attribute(file: FileMatch, node: ast.Attribute, handled: frozenset[str]) -> None:
    """Match an attribute by its last name, whatever the object."""
    if is_abstraction(node, None):
        return
    rule = file.index.attributes.get(node.attr)
    if rule is None and (node.attr in SWITCH_FLAGS or is_switch_member(node.attr)):
        rule = "py-device-switch"
    if rule is not None:
        file.hit(rule, node.end_lineno or node.lineno, node.attr, handled)


def match_name(file: FileMatch, node: ast.Name, scope: Scope, handled: frozenset[str]) -> None:
    """Match a bare name that is bound to something imported."""
    if isinstance(node.ctx, ast.Load) and id(node) not in file.taken:
        found = scope.look_up(node.id)
        if found is not None and node.id in found[0].imported:
            dotted = scope.dotted(node)
            if dotted is not None and not dotted.startswith("."):
                file.resolved(dotted, node, handled)
