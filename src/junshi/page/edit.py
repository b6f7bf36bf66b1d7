"""Changes to a scenario's TOML that leave its comments, order and layout as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import tomlkit
from tomlkit.container import OutOfOrderTableProxy
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AbstractTable, AoT, Array

from junshi.page.refusal import Refusal
from junshi.scenario.faults import shortened, written

Key = str | int


@dataclass(frozen=True)
class Edit:
    """A new value at a place; None removes what is there."""

    path: tuple[Key, ...]
    value: Any


def edit_toml(text: str, edits: Sequence[Edit]) -> str:
    r"""Text with all edits made, in their order.

    Tables on the way to a new key are made; the index after the last one appends.

    Raises
    ------
    Refusal : not TOML, or a place that cannot be there

    Examples
    --------
    >>> edit_toml("[risk]\nweight = 0.1 # mild\n", [Edit(("risk", "weight"), 0.5)])
    '[risk]\nweight = 0.5 # mild\n'
    """
    try:
        document = tomlkit.parse(text)
    except (TOMLKitError, ValueError, RecursionError) as trouble:
        raise Refusal(422, "page_api.edit_not_toml", reason=str(trouble)[:200]) from trouble
    for edit in edits:
        _make(document, edit)
    return tomlkit.dumps(document)


def _make(document: Any, edit: Edit) -> None:
    """Make one edit."""
    if not edit.path:
        raise Refusal(422, "page_api.edit_place", place="")
    parent = document
    for depth, key in enumerate(edit.path[:-1]):
        parent = _inside(parent, key, edit, depth)
    try:
        if edit.value is None:
            _remove(parent, edit.path[-1])
        else:
            _set(parent, edit.path[-1], edit.value)
    except (TOMLKitError, KeyError, IndexError, TypeError, ValueError) as trouble:
        raise _bad_place(edit) from trouble


def _inside(parent: Any, key: Key, edit: Edit, depth: int) -> Any:
    """Give what stands at a key or index; a table that is missing is made."""
    if _is_table(parent) and isinstance(key, str):
        if key not in parent:
            if edit.value is None:
                raise _bad_place(edit)
            follows = edit.path[depth + 1]
            parent[key] = _new_table(parent) if isinstance(follows, str) else tomlkit.array()
        return parent[key]
    if isinstance(parent, AoT | Array) and isinstance(key, int) and 0 <= key < len(parent):
        return parent[key]
    raise _bad_place(edit)


def _new_table(parent: Any) -> Any:
    """Table that can stand inside another: one with a header, or one on the line."""
    is_on_line = isinstance(parent, tomlkit.items.InlineTable)
    return tomlkit.inline_table() if is_on_line else tomlkit.table()


def _set(parent: Any, key: Key, value: Any) -> None:
    """Put a value at a key, or at an index; the index after the last one appends."""
    if _is_table(parent) and isinstance(key, str):
        before = parent.get(key)
        item = _item(value, rows=key not in parent or isinstance(before, AoT))
        _keep_comment(before, item)
        parent[key] = item
        return
    if isinstance(parent, AoT | Array) and isinstance(key, int) and 0 <= key <= len(parent):
        item = tomlkit.item(value, _parent=parent) if isinstance(parent, AoT) else _on_line(value)
        if key == len(parent):
            parent.append(item)
        else:
            _replace(parent, key, item)
        return
    raise TypeError(key)


def _replace(parent: AoT | Array, key: int, item: Any) -> None:
    """Replace one row or element."""
    if isinstance(parent, AoT):
        row = parent[key]
        for name in [name for name in row if name not in item]:
            row.remove(name)
        for name, value in item.items():
            _set(row, name, value)
        return
    parent[key] = item


def _remove(parent: Any, key: Key) -> None:
    """Remove a key or an element; a key that is not there is as removed as it can be."""
    if _is_table(parent) and isinstance(key, str):
        if key in parent:
            parent.remove(key)
        return
    if isinstance(parent, AoT | Array) and isinstance(key, int) and 0 <= key < len(parent):
        del parent[key]
        return
    raise TypeError(key)


def _item(value: Any, *, rows: bool) -> Any:
    """TOML item of a plain value; a list of tables becomes rows with headers where `rows` says so."""
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value) and rows:
        return tomlkit.item(value)
    if isinstance(value, dict):
        table = tomlkit.inline_table()
        table.update({name: _on_line(one) for name, one in value.items() if one is not None})
        return table
    return _on_line(value)


def _on_line(value: Any) -> Any:
    """Item that stands on a line: tables and lists in brackets."""
    if isinstance(value, dict):
        return _item(value, rows=False)
    if isinstance(value, list):
        array = tomlkit.array()
        for one in value:
            array.append(_on_line(one))
        return array
    return tomlkit.item(value)


def _keep_comment(before: Any, after: Any) -> None:
    """Give the new value the comment at the end of the old one's line."""
    old, new = getattr(before, "trivia", None), getattr(after, "trivia", None)
    if old is not None and new is not None and not isinstance(before, AbstractTable | AoT):
        new.comment_ws, new.comment, new.trail = old.comment_ws, old.comment, old.trail


def _is_table(value: Any) -> bool:
    return isinstance(value, AbstractTable | tomlkit.TOMLDocument | OutOfOrderTableProxy)


def _bad_place(edit: Edit) -> Refusal:
    return Refusal(422, "page_api.edit_place", place=shortened(written(edit.path)))
