"""Who may ask: host name, token, origin and size of each request; headers that fence each answer in.

A browser lets any site send requests to a server on this machine. A foreign `Host` (DNS rebinding) and an
unsafe method that does not come from our own pages are refused before anything is read.
"""

from __future__ import annotations

import hmac
import ipaddress
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from junshi.page.limits import BODY_BYTES, FORM_BYTES, UPLOAD_BYTES
from junshi.page.settings import LOOPBACK_NAMES, PageSettings, is_loopback
from junshi.text import say

TOKEN_COOKIE = "junshi_token"  # noqa: S105 - the name of a cookie
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "manifest-src 'self'"
)
FENCES = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Fence:
    """ASGI layer that refuses what should not be asked, and puts `FENCES` on every answer."""

    def __init__(self, app: ASGIApp, settings: PageSettings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on with a bounded body."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def fenced(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in FENCES.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/api/"):
                    headers.setdefault("Cache-Control", "no-store")
                elif scope["path"].startswith("/static/"):  # a new version shows at once
                    headers.setdefault("Cache-Control", "no-cache")
            await send(message)

        refused = self._refused(scope)
        if refused is not None:
            await refused(scope, receive, fenced)
            return
        await self.app(scope, _Bounded(receive, _limit(scope["path"])), fenced)

    def _refused(self, scope: Scope) -> Response | None:
        """Answer of a request that goes no further."""
        headers = Headers(scope=scope)
        if not host_is_ours(headers.get("host", ""), self.settings):
            return refusal(scope, 421, say("page_api.foreign_host"))
        bearer = False
        if self.settings.token is not None:
            asked = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"))).get("token")
            bearer = _same(_bearer(headers), self.settings.token)
            if asked is not None and scope["method"] in SAFE and _same(asked, self.settings.token):
                return self._welcomed(scope)
            if not bearer and not _same(
                HTTPConnection(scope).cookies.get(TOKEN_COOKIE, ""), self.settings.token
            ):
                return refusal(scope, 401, say("page_api.no_token"))
        if scope["method"] not in SAFE and not bearer and not origin_is_ours(headers, scope["scheme"]):
            return refusal(scope, 403, say("page_api.foreign_origin"))
        length = headers.get("content-length", "0")
        if not length.isdigit() or len(length) > 15 or int(length) > _limit(scope["path"]):
            return refusal(scope, 413, say("page_api.too_large", limit=_limit(scope["path"]) // 1_000_000))
        return None

    def _welcomed(self, scope: Scope) -> Response:
        """Redirect to the same address without the token, which a cookie carries from now on."""
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        rest = urlencode([(name, value) for name, value in pairs if name != "token"])
        # one slash at the beginning: "//host" would lead to another host
        path = "/" + scope["path"].lstrip("/\\")
        answer = RedirectResponse(path + (f"?{rest}" if rest else ""), status_code=303)
        answer.set_cookie(
            TOKEN_COOKIE,
            self.settings.token or "",
            httponly=True,
            samesite="lax",
            secure=scope["scheme"] == "https",
        )
        return answer


class _Bounded:
    """Receives a body up to a limit."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._limit, self._seen = receive, limit, 0

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._seen += len(message.get("body", b""))
            if self._seen > self._limit:
                raise HTTPException(413, say("page_api.too_large", limit=self._limit // 1_000_000))
        return message


def refusal(scope: Scope, status: int, sentence: str) -> Response:
    """A sentence, as JSON under `/api/` and as text elsewhere."""
    if scope["path"].startswith("/api/"):
        return JSONResponse({"error": sentence, "faults": []}, status_code=status)
    return PlainTextResponse(sentence, status_code=status)


def host_is_ours(header: str, settings: PageSettings) -> bool:
    """Whether a `Host` header names this server.

    Loopback names always do. An address of numbers does where the server is bound to more than loopback:
    only names can be rebound.
    """
    try:
        name = urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return False
    if name in LOOPBACK_NAMES or name in settings.names:
        return True
    if is_loopback(settings.host):
        return False
    return name == settings.host or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def origin_is_ours(headers: Headers, scheme: str) -> bool:
    """Whether a request comes from our own pages: the browser's word, or the same origin."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return headers.get("origin", "") == f"{scheme}://{headers.get('host', '')}"


def _limit(path: str) -> int:
    return UPLOAD_BYTES + FORM_BYTES if path.startswith("/api/v1/uploads/") else BODY_BYTES


def _bearer(headers: Headers) -> str:
    kind, _, value = headers.get("authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else ""


def _same(given: str, token: str) -> bool:
    """Compare in a time that does not depend on what is the same."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())
