"""What a function or class says beside its body: defaults, devices it returns, kernels it wraps."""

from __future__ import annotations

import ast

from junshi.porting.match.python.branches import covered_returns
from junshi.porting.match.python.expressions import match_expressions
from junshi.porting.match.python.file import FileMatch
from junshi.porting.match.python.imports import COMPILED
from junshi.porting.match.python.nodes import method_calls
from junshi.porting.match.python.scope import Scope
from junshi.porting.match.python.strings import (
    device_literals,
    is_device_name,
    is_text_name,
)


def match_returned_devices(
    file: FileMatch, function: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope, handled: frozenset[str]
) -> None:
    """Match devices that a function returns whose name says that it gives one."""
    for statement, covered in covered_returns(function.body):
        if isinstance(statement.value, ast.Constant | ast.IfExp | ast.JoinedStr):
            file.devices(device_literals(statement.value, scope), handled | covered)


def match_autograd(file: FileMatch, node: ast.ClassDef, scope: Scope, handled: frozenset[str]) -> None:
    """Hit a `torch.autograd.Function` that calls a compiled extension."""
    for _, called in method_calls((node,)):
        module = (scope.dotted(called) or "").rpartition(".")[0]
        if module and (COMPILED.search(module) or module.rpartition(".")[2] in ("_C", "_ext")):
            file.hit("py-autograd-function-kernel", node.lineno, node.name, handled)
            return


def match_defaults(file: FileMatch, arguments: ast.arguments, scope: Scope, handled: frozenset[str]) -> None:
    """Match defaults of parameters."""
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = list(
        zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True)
    )
    pairs += [
        (arg, value) for arg, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value
    ]
    for argument, value in pairs:
        if is_text_name(argument.arg):
            continue
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            file.devices(device_literals(value, scope), handled)
            if value.value == "nccl":
                file.hit("py-nccl-backend", value.lineno, argument.arg, handled, node=value)
        elif is_device_name(argument.arg):
            file.devices(device_literals(value, scope), handled)
        match_expressions(file, (value,), scope, handled)
