"""A finished run: advice, pictures that move, sources, files, links."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import Open

pytest.importorskip("playwright", reason="Playwright is not installed")
from playwright.sync_api import Route, expect

from junshi.text import LANGUAGES, say


@pytest.mark.parametrize("language", LANGUAGES)
def test_advice_then_pictures(open_page: Open, plan: str, language: str) -> None:
    """The answer comes first; each picture is drawn when it comes into sight."""
    page = open_page(f"/run/{plan}", language)
    expect(page.locator("#advice .first")).to_be_visible()
    charts = page.locator("#sections .chart")
    for place in range(charts.count()):
        charts.nth(place).scroll_into_view_if_needed()
        expect(charts.nth(place).locator("canvas").first).to_be_visible()
    assert charts.count() >= 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_regime_and_quarter_are_kept_in_the_link(open_page: Open, plan: str, language: str) -> None:
    """Regime and quarter move by keyboard; the address restores them, in the other language too."""
    page = open_page(f"/run/{plan}", language)
    picture = page.locator("#sections .picture", has=page.locator(".segments")).first
    picture.get_by_role("radio").last.focus()
    page.keyboard.press("Space")
    slider = picture.locator('input[type="range"]')
    slider.focus()
    slider.press("End")
    expect(picture.locator("output")).to_have_text("2027-Q4")
    assert "regime=cut_off" in page.url
    assert "quarter=2027-Q4" in page.url
    page.goto(f"{page.url}&lang={'en' if language == 'zh' else 'zh'}")
    expect(picture.locator("output")).to_have_text("2027-Q4")
    expect(picture.get_by_role("radio").last).to_be_checked()


@pytest.mark.parametrize("language", LANGUAGES)
def test_source_of_a_number(open_page: Open, plan: str, language: str) -> None:
    """A number tells what it is and what it rests on; Escape closes and gives the focus back."""
    page = open_page(f"/run/{plan}", language)
    number = page.locator(".source-link:visible").first
    number.click()
    panel = page.locator("#sources")
    expect(panel.locator(".source-value")).to_have_text(number.inner_text())
    expect(panel.locator(".fact").first).to_be_attached()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(number).to_be_focused()
    chart = page.locator(".chart canvas").first
    expect(chart).to_be_visible()
    page.locator(".picture").first.get_by_role(
        "button", name=say("page.sources_button", language=language)
    ).click()
    expect(panel).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_figure_as_table_and_files(open_page: Open, plan: str, language: str, tmp_path: Path) -> None:
    """A picture can be read as a table and saved as PNG, SVG and CSV."""
    page = open_page(f"/run/{plan}", language)
    picture = page.locator(".picture").first
    expect(picture.locator("canvas").first).to_be_visible()
    picture.locator("[aria-expanded]").click()
    expect(picture.locator(".figure-table table")).to_be_visible()
    begins = {"PNG": b"\x89PNG", "SVG": b"<svg", "CSV": "\ufeff".encode()}
    for kind, magic in begins.items():
        with page.expect_download() as download:
            picture.get_by_text(kind, exact=True).click()
        kept = tmp_path / kind
        download.value.save_as(kept)
        assert kept.read_bytes().startswith(magic)


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_of_a_run(open_page: Open, plan: str, language: str, tmp_path: Path) -> None:
    """Report, purchase list, tables, result and scenario can be taken away."""
    page = open_page(f"/run/{plan}", language)
    page.locator(".menu summary").click()
    links = page.locator(".menu a")
    expect(links).to_have_count(5)
    for place in range(5):
        with page.expect_download() as download:
            links.nth(place).click()
        kept = tmp_path / str(place)
        download.value.save_as(kept)
        assert kept.stat().st_size > 100


def _spread(route: Route) -> None:
    """Answer with the view of a frontier whose points lie apart, whatever the small scenario gives."""
    view = route.fetch().json()
    figure = view["sections"][0]["figures"][0]
    points = len(figure["frames"])
    figure["option"]["series"][0]["data"] = [[1e6 * place, 1e6 * (points - place)] for place in range(points)]
    route.fulfill(json=view)


@pytest.mark.parametrize("language", LANGUAGES)
def test_frontier_point_is_chosen(open_page: Open, frontier: str, language: str) -> None:
    """The point of the frontier moves by arrow keys and by dragging; what it decides stands beside it."""
    page = open_page("/about", language)
    page.route("**/view?*", _spread)
    page.goto(f"/run/{frontier}")
    page.locator(".chart").first.scroll_into_view_if_needed()
    picture = page.locator(".picture", has=page.locator(".draggable")).first
    slider = picture.locator('input[type="range"]')
    decided = picture.locator(".beside .pairs")
    expect(decided).to_be_visible()
    slider.focus()
    slider.press("Home")
    first = decided.inner_text()
    slider.press("End")
    expect(decided).not_to_have_text(first, use_inner_text=True)
    assert "point=" in page.url
    last = int(slider.input_value())
    box = picture.locator("canvas").first.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.9, middle)
    page.mouse.down()
    seen = set()
    for share in (0.85, 0.7, 0.5, 0.3, 0.15):
        page.mouse.move(box["x"] + box["width"] * share, middle, steps=3)
        seen.add(int(slider.input_value()))
    page.mouse.up()
    assert seen - {last}


@pytest.mark.parametrize("language", LANGUAGES)
def test_further_question(open_page: Open, plan: str, language: str) -> None:
    """A further question is a run of its own that links back to its plan."""
    page = open_page(f"/run/{plan}", language)
    page.get_by_role("button", name=say("page.kind_playbook", language=language)).click()
    page.wait_for_url(lambda address: "/run/" in address and plan not in address)
    expect(page.locator(f'#kicker a[href="/run/{plan}"]')).to_be_visible()
    expect(page.locator("#advice .first")).to_be_visible(timeout=90_000)


@pytest.mark.parametrize("language", LANGUAGES)
def test_change_the_scenario_of_a_run(open_page: Open, plan: str, language: str) -> None:
    """From a run one comes to a draft of its scenario."""
    page = open_page(f"/run/{plan}", language)
    page.get_by_role("button", name=say("page.edit_again", language=language)).click()
    page.wait_for_url("**/scenario/*")
    expect(page.locator("#f-fleet-0-units")).to_have_value("16")
