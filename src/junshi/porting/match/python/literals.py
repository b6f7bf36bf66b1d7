"""Strings where they stand: constants, comparisons, keys."""

from __future__ import annotations

import ast
import re

from junshi.porting.guards import OTHER_PLATFORM_WORDS, expression_words
from junshi.porting.match.python.file import FileMatch
from junshi.porting.match.python.nodes import literals_of
from junshi.porting.match.python.scope import Scope
from junshi.porting.match.python.strings import (
    OTHER_DEVICES,
    command_word,
    compared_literals,
    compared_types,
    device_literals,
    is_backend_name,
    is_cuda_constant,
    is_device_name,
    is_double,
    is_given_name,
    is_kept_by_device,
    is_text_name,
    last_name,
    listed_devices,
    listed_types,
    named_beside,
)

_LIBRARY_FILE = re.compile(r"\blib(nccl|cuda|cudart|cublas|cudnn|nvrtc)\w*(?:\.so|\.dll|$)")


def match_constant(file: FileMatch, node: ast.Constant, _scope: Scope, handled: frozenset[str]) -> None:
    """Match a whole string: an environment variable, a flag, a command, a library, a source."""
    text = node.value
    if not isinstance(text, str) or not text or id(node) in file.taken:
        return
    rule = file.index.strings.get(text)
    if rule is None and text.startswith("torch.cuda.") and text.replace(".", "_").isidentifier():
        rule = file.index.name_rule(text)
    if rule is None and len(text) < 200 and text.startswith(file.index.text_beginnings):
        tables = (file.index.environment_beginnings, file.index.string_beginnings)
        rule = next((found for table in tables for start, found in table if text.startswith(start)), None)
        if rule is not None and " " in text.strip() and not text.startswith("-"):
            rule = None
    if rule is None:
        word = command_word(text, file.index.commands, whole=True) if len(text) < 400 else None
        rule = file.index.commands[word] if word is not None and _is_command_line(text) else None
    if rule is None:
        rule = _library_or_source(text)
    if rule is not None:
        file.hit(rule, node.lineno, text[:60].split("\n")[0], handled, node=node)


def _library_or_source(text: str) -> str | None:
    """Rule of a string that names a library of CUDA, or holds a kernel."""
    if "__global__" in text and "{" in text:
        return "py-cuda-source-string"
    if text.endswith((".cu", ".cuh")) and 3 < len(text) < 200 and " " not in text:
        return "py-build-cuda-source"
    if len(text) < 200 and "lib" in text:
        found = _LIBRARY_FILE.search(text)
        if found is not None:
            return "py-pynccl" if found[1] == "nccl" else "py-ctypes-cuda"
    return None


def match_dict(file: FileMatch, node: ast.Dict, scope: Scope, handled: frozenset[str]) -> None:
    """Match the keys of a dictionary, and devices and back ends among its values."""
    keys = literals_of(node.keys)
    beside = handled | named_beside(keys)
    file.taken.update(id(key) for key in keys if str(key.value).startswith("flash_attention"))
    by_device = any(key.value in OTHER_DEVICES for key in keys)
    file.taken.update(map(id, listed_types(node.values)))
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            if by_device:
                file.compared(key, beside)
            if key.value == "GPU" and b"ray" in file.source and isinstance(value, ast.Constant | ast.Name):
                file.hit("py-ray-gpu-resource", key.lineno, "GPU", handled)
            if is_device_name(key.value):
                file.devices(device_literals(value, scope), handled)
            if is_backend_name(key.value):
                file.backends(value, scope, handled)


def match_subscript(file: FileMatch, node: ast.Subscript, _scope: Scope, handled: frozenset[str]) -> None:
    """Match a literal key of what is kept by device; `Literal["cpu", "cuda"]` is a type, no device."""
    name = last_name(node.value)
    if name == "Literal":
        file.taken.update(map(id, ast.walk(node.slice)))
    elif isinstance(node.slice, ast.Constant) and is_kept_by_device(name):
        file.compared(node.slice, handled)


def match_compare(file: FileMatch, compare: ast.Compare, scope: Scope, handled: frozenset[str]) -> None:
    """Match literals that a device or back end is compared with."""
    file.taken.update(map(id, compared_types(compare)))  # asking for a type computes nothing with it
    if any(is_text_name(_name_of_side(side)) for side in (compare.left, *compare.comparators)):
        return
    if any(isinstance(operator, ast.Is | ast.IsNot) for operator in compare.ops):
        _take_presence(file, compare, scope)
    literals = compared_literals(compare)
    beside = handled | named_beside(literals)
    by_name = any(is_given_name(side, scope) for side in (compare.left, *compare.comparators))
    for literal in literals:
        file.compared(literal, beside, by_name)
    for side, operator in zip(compare.comparators, compare.ops, strict=True):
        if (
            isinstance(operator, ast.In | ast.NotIn)
            and is_cuda_constant(side)
            and file.is_own(scope.dotted(side))
        ):
            file.hit("py-device-switch", side.lineno, last_name(side), beside)
    for side in (compare.left, *compare.comparators):
        if isinstance(side, ast.Name):
            for text, node in scope.strings(side):
                if text == "nccl" and isinstance(node, ast.Constant):
                    file.hit("py-nccl-string-compare", compare.lineno, "compare", beside)


def _name_of_side(side: ast.expr) -> str:
    """Name of a side of a comparison; of `settings.get("tag")` the key."""
    if isinstance(side, ast.Call) and last_name(side.func) == "get" and side.args:
        key = side.args[0]
        return str(key.value) if isinstance(key, ast.Constant) else ""
    return last_name(side)


def _take_presence(file: FileMatch, compare: ast.Compare, scope: Scope) -> None:
    """Take the names of libraries in `apex is not None`: asking whether one is there uses nothing of it."""
    for side in (compare.left, *compare.comparators):
        dotted = scope.dotted(side) if isinstance(side, ast.Name) else None
        if dotted is not None and file.index.package_rule(dotted) is not None:
            file.taken.add(id(side))


def match_choice(file: FileMatch, node: ast.IfExp, handled: frozenset[str]) -> None:
    """FP64 that another platform is spared: `torch.float32 if is_mps else torch.float64`."""
    if not OTHER_PLATFORM_WORDS.isdisjoint(expression_words(node.test)):
        for side in (node.body, node.orelse):
            if is_double(side):
                file.hit("py-float64-device", side.lineno, "torch.float64", handled, node=side)


def match_container(
    file: FileMatch,
    node: ast.Dict | ast.List | ast.Tuple | ast.Set,
    scope: Scope,
    handled: frozenset[str],
) -> None:
    """Match a dictionary; number formats that are only listed are taken: naming them computes nothing."""
    if isinstance(node, ast.Dict):
        match_dict(file, node, scope, handled)
        return
    file.taken.update(map(id, listed_types(node.elts)))
    if not isinstance(node, ast.Set):
        file.devices(listed_devices(node), handled | named_beside(literals_of(node.elts)))


def _is_command_line(text: str) -> bool:
    """Whether a string is only a command and its options, not a sentence about it."""
    words = text.split()
    return len(words) == 1 or all(
        word.startswith(("-", "/", "|")) or "=" in word or word.islower() for word in words[1:3]
    )
