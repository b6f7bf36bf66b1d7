"""What Python names stand for: imports, aliases and simple assignments, scope by scope."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeGuard

_DEPTH = 8
_STRING_DEPTH = 4
_MOST_BINDINGS = 8
_MOST_STRINGS = 64
_MOST_PARTS = 16
_LONGEST_NAME = 300
_MAY_BE_NAMED = ast.Name | ast.Attribute | ast.Call
_SEQUENCE = ast.Tuple | ast.List

WELL_KNOWN = {"torch": "torch", "triton": "triton", "tl": "triton.language"}
"""Names taken at their word when a file does not bind them, or imports them through a module of its own."""

_FRAMEWORKS = frozenset({"torch", "triton"})


@dataclass
class Scope:
    """Bindings of one module, class or function: name → dotted names, expressions, or None for the rest."""

    parent: Scope | None = None
    is_class: bool = False
    bindings: dict[str, list[str | ast.expr | None]] = field(default_factory=dict)
    inner: dict[ast.AST, Scope] = field(default_factory=dict)
    resolved: dict[str, str | None] = field(default_factory=dict)
    imported: set[str] = field(default_factory=set)
    named: dict[str, list[ast.AST]] = field(default_factory=dict)
    texts: dict[tuple[str, int], list[tuple[str, ast.expr]]] = field(default_factory=dict)

    def bind(self, name: str, value: str | ast.expr | None) -> None:
        """Add one binding of a name."""
        self.bindings.setdefault(name, []).append(value)
        if isinstance(value, str):
            self.imported.add(name)

    def release(self) -> None:
        """Take the scopes apart, so that the syntax tree is freed without the collector of cycles."""
        pending = [self]
        while pending:
            scope = pending.pop()
            pending.extend(scope.inner.values())
            scope.inner.clear()
            scope.bindings.clear()
            scope.texts.clear()
            scope.named.clear()
            scope.parent = None

    def look_up(self, name: str) -> tuple[Scope, list[str | ast.expr | None]] | None:
        """Bindings of a name in the nearest scope that has it; class scopes are seen only from themselves."""
        scope: Scope | None = self
        first = True
        while scope is not None:
            if name in scope.bindings and (first or not scope.is_class):
                return scope, scope.bindings[name]
            scope, first = scope.parent, False
        return None

    def dotted(self, expression: ast.expr, depth: int = 0) -> str | None:
        """Dotted name that an expression stands for, None when it stands for anything else."""
        if depth > _DEPTH:
            return None
        parts: list[str] = []
        node = expression
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        base = self._base(node, depth) if len(parts) <= _MOST_PARTS else None
        if base is None or len(base) > _LONGEST_NAME:
            return None
        return ".".join([base, *reversed(parts)])

    def _base(self, node: ast.expr, depth: int) -> str | None:
        if isinstance(node, ast.Name):
            return self.name(node.id, depth)
        if isinstance(node, ast.Call) and node.args:
            return self._getattr(node, depth) if len(node.args) >= 2 else imported_module(node)
        return None

    def _getattr(self, call: ast.Call, depth: int) -> str | None:
        """`getattr(torch, "cuda")` is `torch.cuda`."""
        name = call.args[1]
        if not isinstance(call.func, ast.Name) or call.func.id != "getattr":
            return None
        if not isinstance(name, ast.Constant) or not isinstance(name.value, str):
            return None
        base = self.dotted(call.args[0], depth + 1)
        return None if base is None else f"{base}.{name.value}"

    def name(self, name: str, depth: int = 0) -> str | None:
        """Dotted name that a name stands for in this scope."""
        if name in self.resolved:
            return self.resolved[name]
        self.resolved[name] = None  # a name that is defined by itself stands for nothing
        found = self._resolve(name, depth)
        self.resolved[name] = found
        return found

    def _resolve(self, name: str, depth: int) -> str | None:
        """Dotted name of a name, from its bindings: an import first, else an assignment that leads to one."""
        found = self.look_up(name)
        if found is None:
            return WELL_KNOWN.get(name)
        scope, values = found
        if scope is not self:
            return scope.name(name, depth)
        for value in values:
            if isinstance(value, str):
                return value
        for value in values:
            if isinstance(value, ast.Name) and value.id == name:
                return scope.parent.dotted(value, depth + 1) if scope.parent else None
            if isinstance(value, _MAY_BE_NAMED):
                dotted = scope.dotted(value, depth + 1)
                if dotted is not None:
                    return dotted
        return None

    def strings(self, expression: ast.expr, depth: int = 0) -> Iterator[tuple[str, ast.expr]]:
        """Beginnings of the strings that an expression can be, with the node that holds each literal."""
        if depth > _STRING_DEPTH:
            return
        if isinstance(expression, ast.Constant):
            if isinstance(expression.value, str):
                yield expression.value, expression
        elif isinstance(expression, ast.Name):
            found = self.look_up(expression.id)
            if found is not None:
                yield from found[0].named_strings(expression.id, depth)
        else:
            yield from self._compound_strings(expression, depth)

    def named_strings(self, name: str, depth: int) -> list[tuple[str, ast.expr]]:
        """What a name of this scope can be, each literal once; kept, since names stand for names."""
        known = self.texts.get((name, depth))
        if known is None:
            values = [value for value in self.bindings[name][:_MOST_BINDINGS] if isinstance(value, ast.expr)]
            found = {
                (text, id(node)): (text, node)
                for value in values
                for text, node in self.strings(value, depth + 1)
            }
            known = self.texts[name, depth] = list(found.values())[:_MOST_STRINGS]
        return known

    def _compound_strings(self, expression: ast.expr, depth: int) -> Iterator[tuple[str, ast.expr]]:
        if isinstance(expression, ast.IfExp):
            yield from self.strings(expression.body, depth + 1)
            yield from self.strings(expression.orelse, depth + 1)
        elif isinstance(expression, ast.BoolOp):
            for value in expression.values:
                yield from self.strings(value, depth + 1)
        elif isinstance(expression, ast.JoinedStr) and expression.values:
            first = expression.values[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value, expression
        elif isinstance(expression, ast.BinOp) and isinstance(expression.op, ast.Add | ast.Mod):
            for text, _ in self.strings(expression.left, depth + 1):
                yield text.split("%")[0], expression.left
        elif _is_format(expression) and isinstance(expression.func, ast.Attribute):
            for text, _ in self.strings(expression.func.value, depth + 1):
                yield text.split("{")[0], expression.func.value


def imported_module(call: ast.Call) -> str | None:
    """Module of `importlib.import_module("…")`, None for any other call."""
    function, name = call.func, call.args[0] if call.args else None
    last = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if last in ("import_module", "__import__") and isinstance(name, ast.Constant):
        return name.value if isinstance(name.value, str) else None
    return None


def _is_format(expression: ast.expr) -> TypeGuard[ast.Call]:
    """Whether an expression is `….format(…)`."""
    return (
        isinstance(expression, ast.Call)
        and isinstance(expression.func, ast.Attribute)
        and expression.func.attr == "format"
    )


def module_scope(tree: ast.Module) -> Scope:
    """Scope of a module with the scopes of everything inside it."""
    scope = Scope()
    pending: list[tuple[list[ast.stmt], Scope]] = [(tree.body, scope)]
    while pending:
        body, current = pending.pop()
        for statement in body:
            _bind_statement(statement, current, pending)
    return scope


_BINDS_NOTHING = frozenset(
    {
        ast.Expr,
        ast.Return,
        ast.Raise,
        ast.AugAssign,
        ast.Assert,
        ast.Pass,
        ast.Delete,
        ast.Continue,
        ast.Break,
    }
)
"""Most statements; asked first because the cases of a `match` are tried one by one."""


def _bind_statement(statement: ast.stmt, scope: Scope, pending: list[tuple[list[ast.stmt], Scope]]) -> None:
    """Record what a statement binds and queue the statements inside it."""
    if type(statement) in _BINDS_NOTHING:
        return
    match statement:  # the commonest first
        case ast.Assign():
            for target in statement.targets:
                _bind_target(target, statement.value, scope)
        case ast.Import() | ast.ImportFrom():
            _bind_import(statement, scope)
        case ast.AnnAssign(value=ast.expr()):
            _bind_target(statement.target, statement.value, scope)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            pending.append((statement.body, _inner_scope(statement, scope)))
        case ast.For() | ast.AsyncFor() | ast.If() | ast.While():
            _bind_target(getattr(statement, "target", None), None, scope)
            pending.extend((part, scope) for part in (statement.body, statement.orelse))
        case ast.With() | ast.AsyncWith():
            for item in statement.items:
                _bind_target(item.optional_vars, None, scope)
            pending.append((statement.body, scope))
        case ast.Try() | ast.TryStar():
            pending.extend((part, scope) for part in (statement.body, statement.orelse, statement.finalbody))
            pending.extend((handler.body, scope) for handler in statement.handlers)
        case ast.Match():
            pending.extend((case.body, scope) for case in statement.cases)
        case _:
            pass


def _bind_import(statement: ast.Import | ast.ImportFrom, scope: Scope) -> None:
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            top = alias.name.split(".", 1)[0]
            scope.bind(alias.asname or top, alias.name if alias.asname else top)
        return
    base = "." * statement.level + (statement.module or "")
    joint = "" if base.endswith(".") else "."
    for alias in statement.names:
        known = WELL_KNOWN.get(alias.name) if base.split(".", 1)[0] not in _FRAMEWORKS else None
        scope.bind(alias.asname or alias.name, known or f"{base}{joint}{alias.name}")


def _inner_scope(statement: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, scope: Scope) -> Scope:
    """Scope of a function or class, its parameters bound to what nobody knows."""
    scope.bind(statement.name, None)
    inner = Scope(scope, is_class=isinstance(statement, ast.ClassDef))
    scope.inner[statement] = inner
    scope.named.setdefault(statement.name, []).append(statement)
    if not isinstance(statement, ast.ClassDef):
        for argument in _arguments(statement.args):
            inner.bind(argument.arg, None)
    return inner


def _bind_target(target: ast.expr | None, value: ast.expr | None, scope: Scope) -> None:
    if isinstance(target, ast.Name):
        scope.bind(target.id, value)
    elif isinstance(target, _SEQUENCE):
        same = isinstance(value, _SEQUENCE) and len(value.elts) == len(target.elts)
        for place, part in enumerate(target.elts):
            inner = value.elts[place] if same and isinstance(value, _SEQUENCE) else None
            _bind_target(part, inner, scope)


def _arguments(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from arguments.posonlyargs
    yield from arguments.args
    yield from arguments.kwonlyargs
    if arguments.vararg:
        yield arguments.vararg
    if arguments.kwarg:
        yield arguments.kwarg


def first_literal(expression: ast.expr) -> str | None:
    """Text that an expression begins with, no names followed; of a choice, the first side that has one."""
    if isinstance(expression, ast.Constant):
        return expression.value if isinstance(expression.value, str) else None
    if isinstance(expression, ast.IfExp):
        return first_literal(expression.body) or first_literal(expression.orelse)
    if isinstance(expression, ast.JoinedStr):
        return first_literal(expression.values[0]) if expression.values else None
    return first_literal(expression.left) if isinstance(expression, ast.BinOp) else None
