"""Branches of an `if` and handlers of a `try`: which ecosystems reach what stands in or after them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from junshi.porting.finding import EVERYONE, NOTHING
from junshi.porting.guards import (
    branch_handling,
    ecosystems_of,
    expression_words,
)
from junshi.porting.match.python.scope import Scope
from junshi.porting.match.python.strings import (
    last_name,
)

_ABSENCE = frozenset(
    {"ImportError", "ModuleNotFoundError", "Exception", "RuntimeError", "OSError", "FileNotFoundError",
     "CalledProcessError", "SubprocessError"}
)  # fmt: skip
Statements = list[ast.stmt]


def if_chain(statement: ast.If) -> list[tuple[ast.If, frozenset[str]]]:
    """Branches of an `if` … `elif` chain, each with the ecosystems that later branches test for."""
    branches = [statement]
    while len(branches[-1].orelse) == 1 and isinstance(branches[-1].orelse[0], ast.If):
        branches.append(branches[-1].orelse[0])
    later = NOTHING
    chain: list[tuple[ast.If, frozenset[str]]] = []
    for branch in reversed(branches):
        chain.append((branch, later))
        later |= ecosystems_of(" ".join(sorted(expression_words(branch.test))))
    return chain[::-1]


def covered_returns(body: Statements) -> Iterator[tuple[ast.Return, frozenset[str]]]:
    """All `return` statements of a body, with what the branches around and before each are handled for."""
    pending: list[tuple[Statements, frozenset[str]]] = [(body, NOTHING)]
    while pending:
        statements, handled = pending.pop()
        for statement in statements:
            if isinstance(statement, ast.Return):
                yield statement, handled
            elif isinstance(statement, ast.If):
                rest = handled
                for branch, later in if_chain(statement):
                    inside, other = branch_handling(branch.test, later)
                    pending.append((branch.body, rest | inside))
                    rest |= other
                    last = branch
                pending.append((last.orelse, rest))
                handled |= handled_after(statement)
            else:
                inner = ("body", "orelse", "finalbody")
                parts = [getattr(statement, name, None) or [] for name in inner]
                parts += [
                    part.body for name in ("handlers", "cases") for part in getattr(statement, name, ())
                ]
                pending.extend((part, handled) for part in parts)


def handled_after(statement: ast.If) -> frozenset[str]:
    """Ecosystems that never reach what follows an `if`, because its body leaves."""
    if not statement.body or not isinstance(
        statement.body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break
    ):
        return NOTHING
    if isinstance(statement.body[-1], ast.Raise):
        return NOTHING
    return branch_handling(statement.test, NOTHING)[1] - EVERYONE


_TELLING = frozenset(
    {"print", "info", "debug", "warn", "warning", "warning_once", "info_once", "error", "log",
     "rank_zero_info", "rank_zero_warn", "print_rank_0"}
)  # fmt: skip


def does_nothing(body: Statements, orelse: Statements) -> bool:
    """Whether a branch and what stands after it only tell, check or import: no device is chosen there."""
    imports = all(isinstance(statement, ast.Import | ast.ImportFrom) for statement in body)
    raises = bool(orelse) and all(isinstance(part[-1], ast.Raise) for part in (body, orelse))
    return imports or raises or (all(map(_tells, body)) and all(map(_tells, orelse)))


def built_for_cuda(test: ast.expr, scope: Scope) -> bool | None:
    """Which branch only builds of PyTorch for NVIDIA reach: the body (True), the rest (False), or none.

    `torch.version.cuda` is None in all other builds.
    """
    if scope.dotted(test) == "torch.version.cuda":
        return True
    if isinstance(test, ast.Compare) and scope.dotted(test.left) == "torch.version.cuda":
        operator = test.ops[0]
        if isinstance(operator, ast.Is | ast.IsNot):
            return isinstance(operator, ast.IsNot)
    return None


def _tells(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Assert):
        return True
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Call) and last_name(value.func) in _TELLING


_PROBE = re.compile(r"(?:_*is_\w+_available|_*has_\w+|_*require_\w+|\w*collect_env\w*|_*get_cuda_home)\Z")


def is_probe(statement: ast.stmt) -> bool:
    """Whether a function only asks whether CUDA or a library is there, or reports the environment.

    On another platform such a function answers as it should: no; what depends on the answer is found where it
    is asked.
    """
    return isinstance(statement, ast.FunctionDef) and _PROBE.match(statement.name) is not None


SHORT_TRY = 12
"""A longer `try` guards a whole run, not one question."""


_SKIPS = frozenset({"skipif", "skipIf", "skipUnless"})


def is_skipped_without_cuda(decorators: list[ast.expr]) -> bool:
    """Whether a decorator leaves a test out where there is no NVIDIA card or no such library."""
    for decorator in decorators:
        function = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = last_name(function)
        words = expression_words(decorator)
        if name.startswith("require_") and words & {"cuda", "gpu", "bnb", "bitsandbytes", "triton", "apex"}:
            return True
        if name in _SKIPS and words & {"cuda", "gpu"}:
            return True
    return False


def tolerates_all(handler: ast.ExceptHandler) -> bool:
    """Whether a handler catches whatever goes wrong and goes on."""
    return tolerates_absence(handler) and (
        handler.type is None or last_name(handler.type) in ("Exception", "BaseException")
    )


def tolerates_absence(handler: ast.ExceptHandler) -> bool:
    """Whether a handler catches a missing module and goes on."""
    if handler.body and isinstance(handler.body[-1], ast.Raise):
        return False
    kind = handler.type
    if kind is None:
        return True
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(last_name(part) in _ABSENCE for part in kinds)
