"""Calls: methods, keywords, argument patterns, options, commands, registrations, launches."""

from __future__ import annotations

import ast
import re

from junshi.porting.match.python import triton
from junshi.porting.match.python.extensions import is_host_only, is_torch_library
from junshi.porting.match.python.file import FileMatch
from junshi.porting.match.python.helpers import OWN_HELPER
from junshi.porting.match.python.imports import COMPILED, match_imported
from junshi.porting.match.python.index import LAUNCH_KEYWORDS
from junshi.porting.match.python.nodes import constants, literals_of, opened
from junshi.porting.match.python.scope import Scope
from junshi.porting.match.python.settings import match_settings
from junshi.porting.match.python.strings import (
    NOT_DEVICE_CALLS,
    command_word,
    device_literals,
    is_abstraction,
    is_command_call,
    is_comparer,
    is_device_name,
    is_given_name,
    is_question,
    is_switch_call,
    last_name,
)

_C_FUNCTION = re.compile(r"cu(?:da)?[A-Z]\w*[a-z]\w*\Z")
"""A function of the CUDA driver or runtime, called through `ctypes`."""

_PLAIN_BACKENDS = frozenset({"eager", "aot_eager"})
_TEXTUAL = ast.Constant | ast.JoinedStr | ast.Name | ast.BinOp | ast.Call


def match_call(file: FileMatch, call: ast.Call, scope: Scope, handled: frozenset[str]) -> None:
    """Hits of a call itself; its arguments are looked at as expressions by the caller."""
    file.called.add(id(call.func))
    last = last_name(call.func)
    dotted = scope.dotted(call.func)
    if last == "is_contiguous":  # asking for a layout changes nothing
        file.taken.update(id(keyword.value) for keyword in call.keywords)
    _argument_patterns(file, call, dotted, last, scope, handled)
    match_settings(file, call, last, scope, handled)
    own = isinstance(call.func, ast.Attribute) and file.is_own_method(call.func, scope)
    if not own:
        _method(file, call, dotted, last, scope, handled)
    compares = is_comparer(call)
    by_name = compares and isinstance(call.func, ast.Attribute) and is_given_name(call.func.value, scope)
    for argument in call.args if not own else ():
        if compares:
            file.compared(argument, handled, by_name)
        elif last not in NOT_DEVICE_CALLS and isinstance(argument, _TEXTUAL):
            _positional(file, argument, last, scope, handled)
    if is_command_call(last):
        _command(file, call, handled)
    if last in ("import_module", "__import__"):
        for text, node in (pair for argument in call.args[:1] for pair in scope.strings(argument)):
            match_imported(file, text, node.lineno, handled, False)
    _special_calls(file, call, dotted, last, scope, handled)
    _extension(file, call, dotted, handled)
    if is_switch_call(last) and file.is_own(dotted) and not is_abstraction(call.func, dotted):
        _switch(file, call, last, handled)


def _switch(file: FileMatch, call: ast.Call, last: str, handled: frozenset[str]) -> None:
    """A call of the project's own helper: one that asks decides here, one that acts where it is defined."""
    line = call.func.end_lineno or call.lineno
    if is_question(last):
        file.hit("py-device-switch", line, last, handled)
    elif not file.defines(last):
        file.hit(OWN_HELPER, line, last, handled)


def _extension(file: FileMatch, call: ast.Call, dotted: str | None, handled: frozenset[str]) -> None:
    """A call of what a compiled extension offers."""
    if dotted is None or file.is_own(dotted):
        return
    if COMPILED.search(dotted.split(".", 1)[0]) or (dotted.startswith("torch.ops.") and "cuda" in dotted):
        file.hit("py-extension-module", call.func.end_lineno or call.lineno, dotted, handled)


def _argument_patterns(
    file: FileMatch, call: ast.Call, dotted: str | None, last: str, scope: Scope, handled: frozenset[str]
) -> None:
    """Match the argument patterns of rules."""
    patterns = list(file.index.arguments_by_last.get(last, ()))
    for keyword in call.keywords:
        patterns += file.index.arguments_by_keyword.get(keyword.arg or "", ())
    for pattern in patterns:
        if pattern.fits_call(dotted, last):
            found = pattern.find(call, scope)
            if found is not None and id(found) not in file.taken:
                file.hit(pattern.rule, found.lineno, last, handled, node=found)


def _method(
    file: FileMatch, call: ast.Call, dotted: str | None, last: str, scope: Scope, handled: frozenset[str]
) -> None:
    """Match a method or function by its last name, where its dotted name says nothing."""
    if not isinstance(call.func, ast.Attribute):
        _called_alias(file, call.func, dotted, scope, handled)
        _called_getattr(file, call.func, dotted, handled)
        rule = file.index.calls.get(last)
        if rule is not None and (dotted is None or file.index.name_rule(dotted) is None):
            file.hit(rule, call.lineno, last, handled)
        return
    if is_abstraction(call.func, dotted):
        return
    line = call.func.end_lineno or call.lineno
    known = dotted is not None and file.index.name_rule(dotted) is not None
    rule = file.index.methods.get(last) or file.index.calls.get(last)
    if rule is not None and "_" in last and b"def %b(" % last.encode() in file.source:
        rule = None  # handed on by a method of the project's own of the same name
    if rule is None and _C_FUNCTION.match(last):
        rule = "py-ctypes-cuda"
    root = dotted.split(".", 1)[0] if dotted else ""
    if rule is not None and not known and not (dotted and root in ("torch", "numpy", "np", "tf", "jax")):
        file.hit(rule, line, last, handled)
    if last == "to" and call.args:
        first = call.args[0]
        if isinstance(first, ast.Constant) and type(first.value) is int:
            file.hit("py-int-device-index", first.lineno, "to", handled)


def _called_alias(
    file: FileMatch, function: ast.expr, dotted: str | None, scope: Scope, handled: frozenset[str]
) -> None:
    """A call of a variable that holds a function of the rules."""
    found = scope.look_up(function.id) if isinstance(function, ast.Name) else None
    if dotted is not None and found is not None and not any(isinstance(value, str) for value in found[1]):
        file.resolved(dotted, function, handled)


def _called_getattr(file: FileMatch, function: ast.expr, dotted: str | None, handled: frozenset[str]) -> None:
    """A method called by its name in a string: `getattr(model, "cuda")()`."""
    if dotted is None and isinstance(function, ast.Call) and last_name(function.func) == "getattr":
        name = function.args[1] if len(function.args) > 1 else None
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            rule = file.index.methods.get(name.value)
            if rule is not None:
                file.hit(rule, name.lineno, name.value, handled, node=name)


def _positional(
    file: FileMatch, argument: ast.expr, last: str, scope: Scope, handled: frozenset[str]
) -> None:
    """Match a device among the positional arguments."""
    if isinstance(argument, ast.Name | ast.Call) and not (
        last in ("to", "device", "to_empty") or is_device_name(last)
    ):
        return
    file.devices(device_literals(argument, scope), handled)


def _command(file: FileMatch, call: ast.Call, handled: frozenset[str]) -> None:
    """Match the program that a call starts."""
    for argument in call.args[:1]:
        for node in literals_of(constants(argument)):
            word = command_word(str(node.value), file.index.commands, whole=False)
            if word is not None:
                file.hit(file.index.commands[word], node.lineno, word, handled, node=node)


def _special_calls(
    file: FileMatch, call: ast.Call, dotted: str | None, last: str, scope: Scope, handled: frozenset[str]
) -> None:
    """Match registrations for a dispatch key, default tensor types, and calls of Triton."""
    if dotted == "torch.compile" and any(
        word.arg == "backend" and isinstance(word.value, ast.Constant) and word.value.value in _PLAIN_BACKENDS
        for word in call.keywords
    ):
        file.taken.add(id(call.func))
    if last == "load" and dotted == "torch.utils.cpp_extension.load" and is_host_only(call):
        file.taken.add(id(call.func))
    if (last == "impl" and is_torch_library(call.func, dotted, scope)) or last in (
        "Library",
        "register_kernel",
        "dispatch",
        "fallthrough",
        "custom_op",
        "register_autocast",
    ):
        for value in opened(*call.args, *(word.value for word in call.keywords)):
            if isinstance(value, ast.Constant) and value.value in ("CUDA", "cuda", "AutogradCUDA"):
                file.hit("py-torch-library-cuda-key", value.lineno, last, handled, node=value)
    if last == "set_default_tensor_type":
        for text, node in (pair for argument in call.args for pair in scope.strings(argument)):
            if "cuda" in text:
                rule = "py-double-tensor" if "DoubleTensor" in text else "py-default-tensor-type"
                file.hit(rule, node.lineno, text, handled, node=node)
    if file.uses_triton:
        _triton_call(file, call, dotted, scope, handled)


def _triton_call(
    file: FileMatch, call: ast.Call, dotted: str | None, scope: Scope, handled: frozenset[str]
) -> None:
    """Match autotuning, warps and stages, block sizes and grids of Triton."""
    if dotted == "triton.autotune":
        file.hit("py-triton-autotune", call.lineno, f"autotune@{call.lineno}", handled)
    tuned = [word for word in call.keywords if word.arg in LAUNCH_KEYWORDS]
    launches = isinstance(call.func, ast.Subscript)
    if tuned and (launches or dotted == "triton.Config"):
        file.hit("py-triton-num-warps", tuned[0].value.lineno, str(tuned[0].arg), handled)
    if dotted == "triton.Config" and triton.is_large_block(call):
        file.hit("py-triton-block-size", call.lineno, "Config", handled)
    if launches and triton.is_deep_grid(call, scope):
        file.hit("py-triton-grid-large", call.lineno, "grid", handled)
