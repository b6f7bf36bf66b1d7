"""Key and fields to a sentence in the chosen language.

Sentences live in `en/<area>.toml` and `zh/<area>.toml`; the key `plan.gap` is entry `gap` of area
`plan`. Both languages have the same keys and the same fields (a test holds them to it).
"""

from __future__ import annotations

import contextlib
import os
import tomllib
from collections.abc import Iterator
from contextvars import ContextVar
from functools import cache
from importlib import resources

LANGUAGES = ("en", "zh")
_language: ContextVar[str | None] = ContextVar("junshi_language", default=None)


def current_language() -> str:
    """Language in force: set by `set_language`, else `JUNSHI_LANG`, else the locale, else English."""
    chosen = _language.get()
    if chosen is not None:
        return chosen
    for variable in ("JUNSHI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def set_language(language: str | None) -> None:
    """Choose `en` or `zh`, or None for the environment's; ValueError for another."""
    if language is not None and language not in LANGUAGES:
        message = f"unknown language {language!r}; known: {', '.join(LANGUAGES)}"
        raise ValueError(message)
    _language.set(language)


@contextlib.contextmanager
def in_language(language: str) -> Iterator[None]:
    """Speak `en` or `zh` inside the block, and as before after it; ValueError for another."""
    before = _language.get()
    set_language(language)
    try:
        yield
    finally:
        _language.set(before)


@cache
def sentences(area: str, language: str) -> dict[str, str]:
    """All sentences of one area in one language, key within the area → template."""
    file = resources.files("junshi.text").joinpath(language, f"{area}.toml")
    entries = tomllib.loads(file.read_text(encoding="utf-8"))
    return {key: str(value) for key, value in entries.items()}


def say(key: str, *, language: str | None = None, **fields: object) -> str:
    """Sentence for a key such as `plan.gap`, its fields filled in.

    Raises
    ------
    KeyError : the key is not in the files, or a field of the sentence is missing: a bug of ours
    """
    area, _, name = key.partition(".")
    template = sentences(area, language or current_language())[name]
    return template.format(**fields)
