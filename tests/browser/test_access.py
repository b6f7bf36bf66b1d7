"""Who cannot see well, has no mouse, or holds a phone."""

from __future__ import annotations

import pytest

from tests.browser.chromium import PHONE
from tests.browser.conftest import Open
from tests.browser.server import Server

pytest.importorskip("playwright", reason="Playwright is not installed")
from playwright.sync_api import Page, expect

from junshi.text import LANGUAGES, say

PAGES = {
    "start": ("/", "#archetypes .card"),
    "edit": ("/scenario/{draft}", "#part-toml"),
    "plan": ("/run/{plan}", "#sections canvas"),
    "frontier": ("/run/{frontier}", "#sections canvas"),
    "compare": ("/compare?left={plan}&right={plan}", "#result section"),
    "about": ("/about", "table"),
}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
BAD = {"serious", "critical"}


@pytest.fixture(scope="module")
def addresses(server: Server, plan: str, frontier: str) -> dict[str, tuple[str, str]]:
    """Give the address of each page, and what shows that it is there."""
    ids = {"draft": server.draft(), "plan": plan, "frontier": frontier}
    return {name: (path.format(**ids), sign) for name, (path, sign) in PAGES.items()}


def _opened(page: Page, sign: str) -> Page:
    if "canvas" in sign:  # drawn when it comes into sight
        page.locator("#sections .chart").first.scroll_into_view_if_needed()
    expect(page.locator(sign).first).to_be_visible()
    return page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(
    open_page: Open, addresses: dict[str, tuple[str, str]], name: str, language: str, dark: bool
) -> None:
    """axe-core has no serious or critical finding, contrast included."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed")
    path, sign = addresses[name]
    page = _opened(open_page(path, language, dark=dark), sign)
    if name in {"plan", "frontier"}:
        page.locator(".source-link:visible").first.click()
    found = axe.Axe().run(page, options=RULES).response["violations"]
    serious = [
        (one["id"], [node["html"][:150] for node in one["nodes"]][:3])
        for one in found
        if one["impact"] in BAD
    ]
    assert serious == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_phone_needs_no_sideways_scrolling(
    open_page: Open, addresses: dict[str, tuple[str, str]], name: str, language: str
) -> None:
    """At 360 px the page is no wider than the screen."""
    path, sign = addresses[name]
    page = _opened(open_page(path, language, size=PHONE), sign)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_keyboard_reaches_the_content(open_page: Open) -> None:
    """The first Tab offers to skip the head, and Enter does."""
    page = open_page("/")
    page.keyboard.press("Tab")
    skip = page.get_by_text(say("page.skip", language="en"))
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
