"""Statements: what each kind holds, and for which ecosystems the code inside costs nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from junshi.porting.finding import EVERYONE, NOTHING
from junshi.porting.guards import (
    branch_handling,
    ecosystems_of,
    expression_words,
    words_of,
)
from junshi.porting.match.python import triton
from junshi.porting.match.python.branches import (
    SHORT_TRY,
    Statements,
    built_for_cuda,
    does_nothing,
    handled_after,
    if_chain,
    is_probe,
    is_skipped_without_cuda,
    tolerates_absence,
    tolerates_all,
)
from junshi.porting.match.python.definitions import match_autograd, match_defaults, match_returned_devices
from junshi.porting.match.python.expressions import match_expressions
from junshi.porting.match.python.file import FileMatch
from junshi.porting.match.python.imports import match_import
from junshi.porting.match.python.requirements import match_requirements
from junshi.porting.match.python.scope import Scope
from junshi.porting.match.python.strings import (
    device_literals,
    is_backend_name,
    is_device_name,
    is_layout,
    last_name,
    name_of,
    named_beside,
)


def match_body(
    file: FileMatch, body: Statements, scope: Scope, handled: frozenset[str], optional: bool
) -> None:
    """Hits of a body; what follows a branch that leaves is handled for the ecosystems of that branch."""
    for statement in body:
        first = statement.lineno
        decorators = getattr(statement, "decorator_list", None)
        if decorators:
            first = min(first, decorators[0].lineno)
        if file.has_trigger(first, statement.end_lineno or first):
            before = len(file.hits)
            _statement(file, statement, scope, handled, optional)
            if is_probe(statement) or is_skipped_without_cuda(decorators or []):
                file.tolerate(before, whatever=True)
            elif optional:
                file.tolerate(before)
        if isinstance(statement, ast.If):
            handled = handled | handled_after(statement)


def _statement(
    file: FileMatch, statement: ast.stmt, scope: Scope, handled: frozenset[str], optional: bool
) -> None:
    """Hits of one statement."""
    match statement:
        case ast.If():
            _if(file, statement, scope, handled, optional)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            _function(file, statement, scope, handled, optional)
        case ast.ClassDef():
            _class(file, statement, scope, handled, optional)
        case ast.Try() | ast.TryStar():
            _try(file, statement, scope, handled, optional)
        case ast.For() | ast.AsyncFor():
            match_expressions(file, (statement.target, statement.iter), scope, handled)
            match_body(file, statement.body, scope, handled, optional)
            match_body(file, statement.orelse, scope, handled, optional)
        case ast.While():
            match_expressions(file, (statement.test,), scope, handled)
            match_body(file, statement.body, scope, handled, optional)
            match_body(file, statement.orelse, scope, handled, optional)
        case ast.With() | ast.AsyncWith():
            match_expressions(file, (item.context_expr for item in statement.items), scope, handled)
            match_body(file, statement.body, scope, handled, optional)
        case ast.Match():
            _match(file, statement, scope, handled, optional)
        case ast.Import() | ast.ImportFrom():
            match_import(file, statement, handled, optional)
        case ast.Expr() if isinstance(statement.value, ast.Constant):
            pass
        case ast.Return() if is_layout(statement.value):
            pass
        case _:
            _assignment(file, statement, scope, handled)
            match_expressions(file, (statement,), scope, handled)


def _try(
    file: FileMatch, statement: ast.Try | ast.TryStar, scope: Scope, handled: frozenset[str], optional: bool
) -> None:
    """Hits of a `try`: what its body does without is optional."""
    tolerant = any(tolerates_absence(handler) for handler in statement.handlers)
    before = len(file.hits)
    match_body(file, statement.body, scope, handled, optional or tolerant)
    lines = (statement.body[-1].end_lineno or statement.lineno) - statement.lineno
    if lines <= SHORT_TRY and any(tolerates_all(handler) for handler in statement.handlers):
        file.tolerate(before, whatever=True)
    for handler in statement.handlers:
        match_expressions(file, (handler.type,) if handler.type else (), scope, handled)
        match_body(file, handler.body, scope, handled, optional)
    match_body(file, statement.orelse, scope, handled, optional)
    match_body(file, statement.finalbody, scope, handled, optional)


def _if(file: FileMatch, statement: ast.If, scope: Scope, handled: frozenset[str], optional: bool) -> None:
    """Hits of an `if` chain; what earlier branches tested for counts for later ones."""
    earlier = NOTHING
    rest_for_cuda = False
    branches = if_chain(statement)
    for branch, following in branches:
        later = earlier | following
        body, rest = branch_handling(branch.test, later)
        if last_name(branch.test) == "TYPE_CHECKING" or _is_never(branch.test):
            body = EVERYONE
        before = len(file.hits)
        match_expressions(file, (branch.test,), scope, handled | later)
        for_cuda = built_for_cuda(branch.test, scope)
        if does_nothing(branch.body, branch.orelse) or for_cuda is not None:
            file.tolerate(before, whatever=True)
        asks = expression_words(branch.test)
        available = optional or bool(asks & {"available", "installed", "has", "have", "support", "supports"})
        before = len(file.hits)
        match_body(file, branch.body, scope, handled | body, available)
        if for_cuda:
            file.tolerate(before, whatever=True)
        rest_for_cuda = rest_for_cuda or for_cuda is False
        handled, earlier = handled | rest, rest - EVERYONE
    before = len(file.hits)
    match_body(file, branches[-1][0].orelse, scope, handled, optional)
    if rest_for_cuda:
        file.tolerate(before, whatever=True)


def _match(
    file: FileMatch, statement: ast.Match, scope: Scope, handled: frozenset[str], optional: bool
) -> None:
    """Hits of a `match` statement."""
    match_expressions(file, (statement.subject,), scope, handled)
    literals = [
        node.value
        for case in statement.cases
        for node in _compared_patterns(case.pattern)
        if isinstance(node, ast.MatchValue) and isinstance(node.value, ast.Constant)
    ]
    beside = named_beside([node for node in literals if isinstance(node.value, str)])
    for literal in literals:
        file.compared(literal, handled | beside)
    for case in statement.cases:
        match_body(file, case.body, scope, handled | beside, optional)


def _assignment(file: FileMatch, statement: ast.stmt, scope: Scope, handled: frozenset[str]) -> None:
    """Match devices, back ends and requirements by the name that they are assigned to."""
    if isinstance(statement, ast.Assign):
        targets, value = statement.targets, statement.value
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets, value = [statement.target], statement.value
    else:
        return
    for name, part in (pair for target in targets for pair in _assigned(target, value)):
        if is_device_name(name):
            file.devices(device_literals(part, scope), handled)
        if is_backend_name(name):
            file.backends(part, scope, handled)
        if file.is_setup and name is not None and ("require" in name or "depend" in name):
            match_requirements(file, part, handled)


def _function(
    file: FileMatch,
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    scope: Scope,
    handled: frozenset[str],
    optional: bool,
) -> None:
    """Hits of a function."""
    inner = scope.inner.get(function, scope)
    jit = next((mark for mark in function.decorator_list if triton.is_jit(mark, scope)), None)
    if jit is not None and isinstance(function, ast.FunctionDef):
        last = function.end_lineno or function.lineno
        size = last - function.lineno + 1
        rule = triton.kernel_rule(function, inner, file.text_of(function.lineno, last))
        file.hit(rule, jit.lineno, function.name, handled, size=size)
    match_expressions(file, function.decorator_list, scope, handled)
    match_defaults(file, function.args, scope, handled)
    if ecosystems_of(function.name) and not words_of(function.name) & {"cuda", "gpu"}:
        handled = handled | EVERYONE
    match_body(file, function.body, inner, handled, optional)
    if is_device_name(function.name) or "get_device" in function.name:
        match_returned_devices(file, function, inner, handled)


def _class(
    file: FileMatch, node: ast.ClassDef, scope: Scope, handled: frozenset[str], optional: bool
) -> None:
    """Hits of a class."""
    file.called.update(map(id, node.bases))
    match_expressions(
        file, (*node.decorator_list, *node.bases, *(word.value for word in node.keywords)), scope, handled
    )
    inner = scope.inner.get(node, scope)
    if any((scope.dotted(base) or "").endswith("autograd.Function") for base in node.bases):
        match_autograd(file, node, inner, handled)
    match_body(file, node.body, inner, handled, optional)


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[str | None, ast.expr]]:
    """Names that an assignment binds, each with its value; tuples of one length are taken apart."""
    if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
        if len(target.elts) == len(value.elts):
            for part, inner in zip(target.elts, value.elts, strict=True):
                yield from _assigned(part, inner)
    else:
        yield name_of(target), value


def _compared_patterns(pattern: ast.pattern) -> Iterator[ast.pattern]:
    """Yield the patterns that the subject, or a part of a tuple, is compared with; no keys or fields."""
    yield pattern
    if isinstance(pattern, ast.MatchOr | ast.MatchSequence):
        for part in pattern.patterns:
            yield from _compared_patterns(part)
    elif isinstance(pattern, ast.MatchAs) and pattern.pattern is not None:
        yield from _compared_patterns(pattern.pattern)


def _is_never(test: ast.expr) -> bool:
    """Whether a condition is `False` or `0`, so that the code below is dead."""
    return isinstance(test, ast.Constant) and not test.value
