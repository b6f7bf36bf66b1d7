"""Two runs side by side, and the language of a reader."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Open
from tests.browser.server import SCENARIO, Server

pytest.importorskip("playwright", reason="Playwright is not installed")
from playwright.sync_api import expect

from junshi.text import LANGUAGES, say


@pytest.fixture(scope="module")
def other_plan(server: Server) -> str:
    """Give the id of a plan with a smaller budget."""
    toml = SCENARIO.replace("2e8", "5e6").replace("Small test", "Small budget")
    return server.finished(toml=toml, options={"seconds": 5, "gap": 0.02})


@pytest.mark.parametrize("language", LANGUAGES)
def test_compare(open_page: Open, plan: str, other_plan: str, language: str) -> None:
    """Two runs are chosen from lists; inputs and decisions that differ are shown; the address keeps both."""
    page = open_page(f"/compare?left={plan}", language)
    budget = {"en": "5 M", "zh": "500 万"}[language]
    page.locator("#pick-right").select_option(other_plan)
    expect(page.locator("#result table").first).to_contain_text(budget)
    expect(page.locator("#result .advice .first")).to_be_visible()
    assert f"right={other_plan}" in page.url
    page.reload()
    expect(page.locator("#result table").first).to_contain_text(budget)


def test_language_from_browser_address_and_cookie(open_page: Open) -> None:
    """First the browser's language, then the address, then the cookie that keeps it."""
    page = open_page("/", "zh")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("h1")).to_have_text(say("page.start_heading", language="zh"))
    page.locator("#language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("/about")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text(say("page.about_heading", language="en"))


def test_theme_is_kept(open_page: Open) -> None:
    """The switch of light and dark is kept from page to page."""
    page = open_page("/")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.locator("#theme").click()
    page.goto("/about")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("path", ["/run/0123456789abcdef", "/scenario/0123456789abcdef", "/nothing"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_unknown_address(open_page: Open, language: str, path: str) -> None:
    """An address without a run, a draft or a page says so, and leads back to the start."""
    page = open_page(path, language, allowed=lambda text: "404" in text)
    expect(page.locator("h1")).to_have_text(say("page.title_missing", language=language))
    page.locator("#main a").click()
    expect(page.locator("#archetypes .card").first).to_be_visible()
