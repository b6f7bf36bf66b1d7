"""Errors of the API as one kind of object, whatever refused."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from junshi.errors import JunshiError
from junshi.page.refusal import Refusal, error_object
from junshi.page.routes import missing
from junshi.page.security import refusal
from junshi.text import say

INPUT_FAULT = 422
NOT_PAGES = ("/api/", "/static/")
_KNOWN = frozenset({404, 405, 413})


def answer_errors(app: FastAPI, folder: Path) -> None:
    """Install the handlers.

    Parameters
    ----------
    folder : of the server; its name is left out of sentences
    """

    def of_ours(_: Request, trouble: Exception) -> Response:
        if not isinstance(trouble, JunshiError):
            raise TypeError(type(trouble))
        status = trouble.status if isinstance(trouble, Refusal) else INPUT_FAULT
        headers = {"Retry-After": "60"} if status == HTTPStatus.TOO_MANY_REQUESTS else None
        return JSONResponse(error_object(trouble, folder / "uploads"), status_code=status, headers=headers)

    app.add_exception_handler(JunshiError, of_ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def _invalid(_: Request, trouble: Exception) -> Response:
    """Say which values of a request are not valid."""
    if not isinstance(trouble, RequestValidationError):
        raise TypeError(type(trouble))
    faults = []
    for detail in trouble.errors()[:50]:
        place = ".".join(str(part) for part in detail["loc"])[:200]
        faults.append(
            {"place": place, "sentence": say("page_api.bad_field", place=place, reason=detail["msg"])}
        )
    sentence = faults[0]["sentence"] if len(faults) == 1 else say("page_api.faults", count=len(faults))
    return JSONResponse({"error": sentence, "faults": faults}, status_code=INPUT_FAULT)


def _http(request: Request, trouble: Exception) -> Response:
    """Say what the framework refused."""
    if not isinstance(trouble, HTTPException):
        raise TypeError(type(trouble))
    if trouble.status_code == HTTPStatus.NOT_FOUND and not request.url.path.startswith(NOT_PAGES):
        return missing(request)
    sentence = str(trouble.detail)
    if trouble.status_code in _KNOWN and sentence == HTTPStatus(trouble.status_code).phrase:
        sentence = say(f"page_api.status_{trouble.status_code}")
    answer = refusal(request.scope, trouble.status_code, sentence)
    answer.headers.update(trouble.headers or {})
    return answer
