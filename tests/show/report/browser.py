"""A page opened from disk in Debian's Chromium, offline; what it asks for and says is kept."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import FLAGS, chromium_path

CHROMIUM = chromium_path()
needs_browser = pytest.mark.skipif(
    CHROMIUM is None or importlib.util.find_spec("playwright") is None,
    reason="needs Debian's chromium and the package playwright",
)


@contextmanager
def opened(file: Path, scheme: str, width: int = 1100) -> Iterator[tuple[Any, list[str], list[str]]]:
    """Tab with the file once its charts are drawn, the requests so far and the messages on the console."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            context = browser.new_context(
                viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True
            )
            tab = context.new_page()
            requests: list[str] = []
            messages: list[str] = []
            tab.on("request", lambda request: requests.append(request.url))
            tab.on("console", lambda message: messages.append(message.text))
            tab.on("pageerror", lambda trouble: messages.append(str(trouble)))
            tab.goto(file.as_uri())
            tab.locator("html[data-drawn]").wait_for(state="attached", timeout=30_000)
            yield tab, requests, messages
        finally:
            browser.close()
