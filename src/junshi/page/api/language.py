"""The query parameter `lang`, told in the description of the API; the layer `speak` has heeded it already."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query

LanguageName = Literal["en", "zh"]


def asked_language(
    lang: Annotated[
        LanguageName | None, Query(description="Language of sentences; absent = cookie, then Accept-Language")
    ] = None,
) -> LanguageName | None:
    """Give the language that the address asks for; another than these two is refused."""
    return lang
