"""Sentences are compared in English, whatever the environment of the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from junshi.text import set_language


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """English unless a test asks for Chinese."""
    set_language("en")
    yield
    set_language(None)
