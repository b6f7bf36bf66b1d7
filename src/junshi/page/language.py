"""Language of a reader: the address, else the cookie, else what the browser asks for, else English."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers
from starlette.requests import Request

from junshi.text import LANGUAGES

COOKIE = "junshi_language"
ONE_YEAR = 365 * 24 * 3600


def chosen_language(request: Request) -> str:
    """`en` or `zh` for a request."""
    for language in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if language in LANGUAGES:
            return str(language)
    return accepted_language(request.headers.get("accept-language", ""))


def accepted_language(header: str) -> str:
    """First of our languages in an Accept-Language header, by its weights; English when none is there.

    Examples
    --------
    >>> accepted_language("fr, zh-CN;q=0.9, en;q=0.8"), accepted_language("zh;q=0, en"), accepted_language("")
    ('zh', 'en', 'en')
    """
    best, weight = "en", 0.0
    for part in header.split(",")[:20]:
        name, _, rest = part.strip().partition(";")
        language = name.strip().lower()[:2]
        try:
            own = float(rest.partition("=")[2]) if rest else 1.0
        except ValueError:
            own = 0.0
        if language in LANGUAGES and own > weight:
            best, weight = language, own
    return best


def cookie(headers: Headers, name: str) -> str:
    """Value of a cookie, or nothing."""
    try:
        jar: SimpleCookie = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    return jar[name].value if name in jar else ""
