"""Debian's Chromium without graphics, and a watch on what a page must not do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation",
  (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
"""
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
WIDE, PHONE = (1280, 900), (360, 740)


def chromium_path() -> str | None:
    """Path of the browser: `JUNSHI_CHROMIUM`, else the first that is installed, else None."""
    return os.environ.get("JUNSHI_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def context_options(language: str, *, dark: bool = False, size: tuple[int, int] = WIDE) -> dict[str, Any]:
    """Options of a browser context: language, theme, window."""
    return {
        "locale": LOCALES[language],
        "color_scheme": "dark" if dark else "light",
        "viewport": {"width": size[0], "height": size[1]},
        "accept_downloads": True,
        "reduced_motion": "reduce",
    }


def watch(context: Any, address: str, faults: list[str], allowed: Callable[[str], bool]) -> None:
    """Collect console errors, page errors, policy reports and foreign requests of a context's pages."""
    host = urlsplit(address).netloc

    def on_console(message: Any) -> None:
        if message.type == "error" and not allowed(message.text):
            faults.append(f"console: {message.text} ({message.location.get('url', '')})")

    def on_request(request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != host:
            faults.append(f"request off the host: {request.url}")

    context.add_init_script(REPORT_VIOLATIONS)
    context.on("console", on_console)
    context.on("weberror", lambda error: faults.append(f"page error: {error.error}"))
    context.on("request", on_request)
