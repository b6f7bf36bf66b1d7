"""Argument patterns of rules: `call:position:keyword:value`.

`call` is a dotted name, `*name` for any object's `name`, or `*` for any call. `position` and `keyword`
say where the value stands, `-` for nowhere. `value` is `cuda` (a device string), `nccl` (a text that
holds it), `=text` (equal), `~text` (contains), `true`, or `*` (anything).
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from junshi.porting.match.python.scope import Scope

DEVICE_STRING = re.compile(r"cuda(?::\d*)?\Z")
DEVICE_PREFIX = re.compile(r"cuda:?\Z")


@dataclass(frozen=True)
class ArgumentPattern:
    """One pattern, taken apart."""

    rule: str
    call: str
    position: int | None
    keyword: str | None
    value: str

    def fits_call(self, dotted: str | None, last: str) -> bool:
        """Whether the pattern is about a call of this name."""
        if self.call == "*":
            return True
        if self.call.startswith("*"):
            return last == self.call[1:]
        return dotted == self.call

    def find(self, call: ast.Call, scope: Scope) -> ast.expr | None:
        """Expression that fits in the call, None when there is none."""
        if self.keyword is not None:
            for keyword in call.keywords:
                if keyword.arg == self.keyword:
                    return self._literal(keyword.value, scope)
        if self.position is not None and self.position < len(call.args):
            return self._literal(call.args[self.position], scope)
        return None

    def _literal(self, value: ast.expr, scope: Scope) -> ast.expr | None:
        """Give the node to report if the value fits."""
        if self.value == "*":
            return value
        if self.value == "true":
            return value if isinstance(value, ast.Constant) and value.value is True else None
        for text, node in scope.strings(value):
            if self._fits_text(text, node):
                return node
        return None

    def _fits_text(self, text: str, node: ast.expr) -> bool:
        if self.value == "cuda":
            return is_device_text(text, node)
        if self.value.startswith("="):
            return text == self.value[1:]
        wanted = self.value[1:] if self.value.startswith("~") else self.value
        return wanted in text


def is_device_text(text: str, node: ast.expr) -> bool:
    """Whether a literal, or the beginning of a composed string, names a CUDA device."""
    if isinstance(node, ast.Constant):
        return DEVICE_STRING.match(text) is not None
    return DEVICE_PREFIX.match(text) is not None


def parse_argument(rule: str, text: str) -> ArgumentPattern:
    """Pattern from its text; ValueError when it has not four parts."""
    call, position, keyword, value = text.split(":", 3)
    return ArgumentPattern(
        rule,
        call,
        None if position == "-" else int(position),
        None if keyword == "-" else keyword,
        value,
    )
