"""A page opened from disk in Chromium, offline; what it asks for and says is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@contextmanager
def opened(
    browser: Browser, file: Path, scheme: str, width: int = 1100
) -> Iterator[tuple[Any, list[str], list[str]]]:
    """Tab with the file once its charts are drawn, the requests so far and the messages on the console."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True)
    try:
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
        context.close()
