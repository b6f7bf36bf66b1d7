"""HTML from plain data; text is escaped, only what an element gave back is markup."""

from __future__ import annotations

import html
from dataclasses import dataclass

VOID = {"meta", "input", "link", "br"}


@dataclass(frozen=True)
class Markup:
    """Text that is HTML already."""

    text: str


Child = Markup | str | None


def element(tag: str, *children: Child, **attributes: str | bool | None) -> Markup:
    """Element with its children; an attribute is named in Python's way: `class_`, `data_figure`.

    Examples
    --------
    >>> element("p", "a < b", class_="note").text
    '<p class="note">a &lt; b</p>'
    >>> element("input", type="range", hidden=True, title=None).text
    '<input type="range" hidden>'
    """
    words = "".join(_attribute(key, value) for key, value in attributes.items())
    if tag in VOID:
        return Markup(f"<{tag}{words}>")
    return Markup(f"<{tag}{words}>{joined(*children).text}</{tag}>")


def joined(*children: Child) -> Markup:
    """Children after each other; plain text is escaped."""
    return Markup("".join(_text(child) for child in children))


def _text(child: Child) -> str:
    if child is None:
        return ""
    return child.text if isinstance(child, Markup) else html.escape(child, quote=False)


def _attribute(key: str, value: str | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{html.escape(str(value))}"'
