"""The HTML pages: shells in the reader's language; what they show comes from the REST API."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi import Path as InPath
from fastapi.templating import Jinja2Templates

from junshi import __version__
from junshi.catalogue.load import load_catalogue
from junshi.page.api.state import Served
from junshi.page.language import COOKIE, ONE_YEAR, chosen_language
from junshi.page.refusal import Refusal
from junshi.scenario.schema import Supply
from junshi.supply.build import build_chain
from junshi.terms import Regime, WorkKind
from junshi.text import LANGUAGES, say
from junshi.text.say import sentences

PLACE = Path(__file__).parent
AREA = "page"
VOCABULARIES = ("regime_", "ramp_", "archetype_")
Id = Annotated[str, InPath(max_length=64)]
router = APIRouter(include_in_schema=False)
_templates = Jinja2Templates(directory=PLACE / "templates")
_templates.env.trim_blocks = _templates.env.lstrip_blocks = True


@router.get("/")
def start(request: Request) -> Response:
    """Choose an archetype, open a file, look at the runs."""
    return _page(request, "start", {})


@router.get("/scenario/{draft}")
def edit(request: Request, draft: Id) -> Response:
    """Edit one draft."""
    try:
        _served(request).drafts.get(draft)
    except Refusal:
        return missing(request)
    return _page(request, "edit", {"draft": draft} | estimated_supply())


@router.get("/run/{run}")
def run(request: Request, run: Id) -> Response:
    """Progress of a run, then what it found."""
    if _served(request).store.find(run) is None:
        return missing(request)
    return _page(request, "run", {"run": run})


@router.get("/compare")
def compare(request: Request) -> Response:
    """Two runs side by side."""
    return _page(request, "compare", {})


@router.get("/about")
def about(request: Request) -> Response:
    """Version, licence and the list of the API's routes."""
    return _page(request, "about", {}, version=__version__, routes=_api_routes(request))


def missing(request: Request) -> Response:
    """Say that there is no such page."""
    answer = _page(request, "missing", {})
    answer.status_code = 404
    return answer


def _served(request: Request) -> Served:
    """What the server keeps: runs and drafts."""
    served: Served = request.app.state.served
    return served


@cache
def estimated_supply() -> dict[str, object]:
    """Regime now and quarterly odds from regime to regime, from history: where the sliders start."""
    _, estimate = build_chain(Supply(), load_catalogue())
    odds = {
        origin.value: {
            target.value: float(estimate.regimes.transition[row, column])
            for column, target in enumerate(Regime)
        }
        for row, origin in enumerate(Regime)
    }
    return {"odds": odds, "regime_now": estimate.regime_now.value}


def _page(request: Request, name: str, data: dict[str, Any], **more: Any) -> Response:
    """One page in the reader's language, which a cookie keeps when the address names it."""
    language = chosen_language(request)

    def t(key: str, **fields: object) -> str:
        return say(f"{AREA}.{key}", language=language, **fields)

    context = {
        "t": t,
        "language": language,
        "html_lang": "zh-CN" if language == "zh" else "en",
        "other": next(other for other in LANGUAGES if other != language),
        "name": name,
        "words": _words(language),
        "data": data,
        **more,
    }
    response = _templates.TemplateResponse(request, f"{name}.html", context)
    response.headers["Cache-Control"] = "no-store"
    if request.query_params.get("lang") in LANGUAGES:
        response.set_cookie(COOKIE, language, max_age=ONE_YEAR, samesite="lax", httponly=True)
    return response


@cache
def _words(language: str) -> dict[str, str]:
    """Words for the scripts: those of the page, and the names of regimes, ramps, archetypes and work."""
    shown = sentences("show", language)
    names = {key: text for key, text in shown.items() if key.startswith(VOCABULARIES)}
    work = {f"work_{kind.value}": shown[f"kind_{kind.value}"] for kind in WorkKind}
    return {**names, **work, **sentences(AREA, language)}


def _api_routes(request: Request) -> list[dict[str, str]]:
    """Method, path and summary of each route of the API, in the order in which they are declared."""
    found = request.app.openapi()["paths"]
    return [
        {"method": method.upper(), "path": path, "summary": str(about.get("summary", ""))}
        for path, methods in found.items()
        for method, about in methods.items()
    ]
