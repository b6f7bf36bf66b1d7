"""The ASGI layer that puts a request's language in force for everything inside it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from junshi.page.language import chosen_language
from junshi.text import set_language


class SpeakLanguage:
    """Chooses, then passes on; each request has a context of its own, so that none hears another's."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Choose the language of an HTTP request."""
        if scope["type"] == "http":
            set_language(chosen_language(Request(scope)))
        await self.app(scope, receive, send)
