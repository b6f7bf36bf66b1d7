"""The server: its routes, its fences, its files, and the queue that works beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware

from junshi import __version__
from junshi.page import routes
from junshi.page.api import compare, export, runs, scenarios, start, uploads
from junshi.page.api.errors import answer_errors
from junshi.page.api.language import asked_language
from junshi.page.api.schema import Error
from junshi.page.api.state import Served
from junshi.page.security import Fence
from junshi.page.settings import PageSettings
from junshi.page.speak import SpeakLanguage

API = "/api/v1"
STATIC = Path(__file__).parent / "static"
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Error} for status in (400, 401, 403, 404, 409, 413, 421, 422, 429)
}


def create_app(settings: PageSettings) -> FastAPI:
    """Make the server of the settings; the queue starts with its lifespan."""
    served = Served.of(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        served.pool.start()
        yield
        served.pool.close()

    app = FastAPI(
        title="Junshi",
        version=__version__,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,  # its page loads scripts from another host
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.served = served
    api = APIRouter(prefix=API, responses=REFUSALS, dependencies=[Depends(asked_language)])
    for noun in (start, scenarios, uploads, runs, export, compare):
        api.include_router(noun.router)
    app.include_router(api)
    answer_errors(app, settings.runs)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.include_router(routes.router)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(Fence, settings=settings)
    app.add_middleware(SpeakLanguage)
    return app
