"""Triton kernels: what kind one is, and what about it was chosen for a GPU."""

from __future__ import annotations

import ast
import re

from junshi.porting.match.lines import lines_of
from junshi.porting.match.python.nodes import method_calls
from junshi.porting.match.python.scope import Scope

UNIFIED_BUFFER_BYTES = 192 * 1024
"""On-chip buffer of an Ascend vector core; source: triton-ascend migration guide, read 2026-11-24."""

BYTES_PER_ELEMENT = 4
_ATTENTION_WORDS = ("attn", "attention", "flash", "paged", "mla", "ragged")
_EXPONENTIALS = frozenset({"exp", "exp2", "softmax"})
_MAXIMA = frozenset({"max", "maximum"})
_TELLING = _EXPONENTIALS | _MAXIMA | {"dot"}
_TELLING_WORD = re.compile("|".join(sorted(_TELLING)).encode())


def is_jit(decorator: ast.expr, scope: Scope) -> bool:
    """Whether a decorator makes a Triton kernel."""
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    return scope.dotted(node) in ("triton.jit", "triton.runtime.jit", "triton.runtime.JITFunction")


def kernel_rule(function: ast.FunctionDef, scope: Scope, text: bytes) -> str:
    """Rule of a kernel: attention, matrix product or element-wise.

    Parameters
    ----------
    function, scope, text : the kernel, its names, and its text from its first line on
    """
    if b"dot" not in text:
        return "py-triton-kernel-pointwise"
    dots = 0
    exponential = maximum = False
    places = (found.start() for found in _TELLING_WORD.finditer(text))
    lines = [line + function.lineno - 1 for line in lines_of(text, places)]
    for _, called in method_calls(function.body, lines):
        if called.attr not in _TELLING:
            continue
        dotted = scope.dotted(called) or ""
        if dotted == "triton.language.dot":
            dots += 1
        if dotted.startswith("triton.language"):
            exponential = exponential or called.attr in _EXPONENTIALS
            maximum = maximum or called.attr in _MAXIMA
    name = function.name.lower()
    named = any(word in name for word in _ATTENTION_WORDS)
    if (dots and exponential and named) or (dots >= 2 and exponential and maximum):
        return "py-triton-attention"
    return "py-triton-kernel-dot" if dots else "py-triton-kernel-pointwise"


def is_large_block(config: ast.Call) -> bool:
    """Whether a `triton.Config` has blocks whose tile of 4-byte elements exceeds the unified buffer."""
    if not config.args or not isinstance(config.args[0], ast.Dict):
        return False
    sizes: list[int] = []
    for key, value in zip(config.args[0].keys, config.args[0].values, strict=True):
        if not isinstance(key, ast.Constant) or not isinstance(value, ast.Constant):
            continue
        if isinstance(key.value, str) and "BLOCK" in key.value.upper() and isinstance(value.value, int):
            sizes.append(value.value)
    sizes.sort(reverse=True)
    if not sizes or min(sizes) <= 0:
        return False
    tile = sizes[0] * (sizes[1] if len(sizes) > 1 else 1)
    return tile * BYTES_PER_ELEMENT > UNIFIED_BUFFER_BYTES


def is_deep_grid(call: ast.Call, scope: Scope) -> bool:
    """Whether a launch `kernel[grid](…)` uses a grid of three dimensions."""
    if not isinstance(call.func, ast.Subscript):
        return False
    grid: ast.expr | None = call.func.slice
    if isinstance(grid, ast.Name):
        found = scope.look_up(grid.id)
        grid = next((value for value in found[1] if isinstance(value, ast.expr)), None) if found else None
    if isinstance(grid, ast.Lambda):
        grid = grid.body
    return isinstance(grid, ast.Tuple) and len(grid.elts) == 3
