"""Ways through a syntax tree that are quicker than those of `ast`: without contexts and operators."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from junshi.porting.match.lines import any_between

_FIELDS_WITHOUT_CODE = frozenset(
    {"ctx", "op", "ops", "id", "attr", "arg", "kind", "name", "asname", "module", "level", "type_comment"}
)
_CODE_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {ast.Constant: ()}


def children(node: ast.AST) -> list[ast.AST]:
    """Nodes right below a node, without contexts and operators."""
    kind = type(node)
    fields = _CODE_FIELDS.get(kind)
    if fields is None:
        fields = _CODE_FIELDS[kind] = tuple(name for name in kind._fields if name not in _FIELDS_WITHOUT_CODE)
    found: list[ast.AST] = []
    for name in fields:
        value = getattr(node, name, None)
        if type(value) is list:
            found += [item for item in value if isinstance(item, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def method_calls(
    roots: Iterable[ast.AST], lines: Sequence[int] | None = None
) -> Iterator[tuple[ast.Call, ast.Attribute]]:
    """Yield calls of an attribute in and below some nodes, each with that attribute, in no order.

    Parameters
    ----------
    roots : the nodes
    lines : in order; statements on none of them are passed over
    """
    pending = list(roots)
    while pending:
        node = pending.pop()
        kind = type(node)
        if kind is ast.Name or kind is ast.Constant:
            continue
        if lines is not None and isinstance(node, ast.stmt) and not _is_on(node, lines):
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, node.func
        pending += children(node)


def _is_on(statement: ast.stmt, lines: Sequence[int]) -> bool:
    """Whether a statement stands on one of some lines."""
    return any_between(lines, statement.lineno, (statement.end_lineno or statement.lineno) + 1)


def constants(root: ast.AST) -> Iterator[ast.Constant]:
    """Constants in and below a node."""
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Constant):
            yield node
        else:
            pending += children(node)


def opened(*values: ast.expr) -> Iterator[ast.expr]:
    """Yield values, those in lists, tuples and sets one by one."""
    for value in values:
        yield from value.elts if isinstance(value, ast.List | ast.Tuple | ast.Set) else (value,)


def literals_of(values: Iterable[ast.AST | None]) -> list[ast.Constant]:
    """Strings among some nodes."""
    return [part for part in values if isinstance(part, ast.Constant) and isinstance(part.value, str)]
