"""Packages that a setup file requires."""

from __future__ import annotations

import ast

from junshi.porting.match.build import build_rules, parse_requirement
from junshi.porting.match.python.file import FileMatch
from junshi.porting.match.python.nodes import constants

_LONG = 200


def match_requirements(file: FileMatch, value: ast.expr, handled: frozenset[str]) -> None:
    """Packages in the lists of a setup file."""
    for node in constants(value):
        if isinstance(node.value, str) and len(node.value) < _LONG:
            rule = _required(node.value)
            if rule is not None:
                file.hit(rule, node.lineno, node.value, handled, node=node)


def _required(text: str) -> str | None:
    """Rule of a string in a setup file that is a requirement with a version, or a bare name of a package."""
    name, extras, _, _ = parse_requirement(text)
    return None if name is None or "/" in text else build_rules().requirement_rule(name, extras)
