"""A server, and pages that fail their test on console errors, policy reports, foreign requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.chromium import WIDE, context_options, watch
from tests.conftest import TIMEOUT_MS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.server import Server

Open = Callable[..., "Page"]


def _nothing(_text: str) -> bool:
    """No console error is expected."""
    return False


@pytest.fixture(scope="session")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a page with its own folder of runs; only when there is a browser to look at it."""
    pytest.importorskip("fastapi", reason="the page is an extra")
    from tests.browser.server import serving

    with serving(tmp_path_factory.mktemp("page")) as found:
        yield found


@pytest.fixture(scope="session")
def plan(server: Server) -> str:
    """Give the id of a finished plan of the small scenario."""
    from tests.browser.server import SCENARIO

    return server.finished(toml=SCENARIO, options={"seconds": 5, "gap": 0.02})


@pytest.fixture(scope="session")
def frontier(server: Server, plan: str) -> str:
    """Give the id of a finished frontier of that plan."""
    options = {"seconds": 1, "points": 4, "paths": 20, "gap": 0.05}
    return server.finished("frontier", run=plan, options=options)


@pytest.fixture
def open_page(browser: Browser, server: Server) -> Iterator[Open]:
    """Give a function that opens a path in a language; the test fails when a page does what it must not."""
    faults: list[str] = []
    contexts: list[Any] = []

    def opened(
        path: str,
        language: str = "en",
        *,
        dark: bool = False,
        size: tuple[int, int] = WIDE,
        allowed: Callable[[str], bool] = _nothing,
    ) -> Page:
        context = browser.new_context(
            base_url=server.address, **context_options(language, dark=dark, size=size)
        )
        context.set_default_timeout(TIMEOUT_MS)
        watch(context, server.address, faults, allowed)
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []
