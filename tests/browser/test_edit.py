"""The editor: tables in place, sliders, faults, undo, and the TOML as the truth."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.browser.conftest import Open
from tests.browser.server import SCENARIO, Server

pytest.importorskip("playwright", reason="Playwright is not installed")
from playwright.sync_api import Page, expect

from junshi.text import LANGUAGES, say

UNITS = "#f-fleet-0-units"


def _text(page: Page) -> str:
    """Text of the file as the page shows it."""
    return page.locator("#toml").input_value()


def _edited(page: Page, field: str, value: str) -> None:
    """Type a value into a field and leave it."""
    page.locator(field).fill(value)
    page.locator(field).press("Tab")


@pytest.mark.parametrize("language", LANGUAGES)
def test_cell_edit_undo_redo(open_page: Open, server: Server, language: str) -> None:
    """A cell changes the text and keeps its comment; undo and redo; a reload keeps draft and history."""
    draft = server.draft()
    page = open_page(f"/scenario/{draft}", language)
    _edited(page, UNITS, "1,200")
    expect(page.locator("#saved")).to_have_text(say("page.saved", language=language))
    assert "units = 1200  # counted in the hall" in _text(page)
    page.get_by_role("button", name=say("page.undo", language=language), exact=True).click()
    expect(page.locator(UNITS)).to_have_value("16")
    assert _text(page) == SCENARIO
    page.keyboard.press("Control+Shift+Z")
    expect(page.locator(UNITS)).to_have_value("1,200")
    expect(page.locator("#saved")).to_have_text(say("page.saved", language=language))
    page.reload()
    expect(page.locator(UNITS)).to_have_value("1,200")
    page.keyboard.press("Control+Z")
    expect(page.locator(UNITS)).to_have_value("16")


@pytest.mark.parametrize("language", LANGUAGES)
def test_fault_stands_at_its_field(open_page: Open, server: Server, language: str) -> None:
    """A bad value is explained below its field, planning is off until it is mended."""
    page = open_page(f"/scenario/{server.draft()}", language)
    _edited(page, "#f-site-pue", "9")
    expect(page.locator("#f-site-pue-fault")).not_to_be_empty()
    expect(page.locator("#f-site-pue")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#plan")).to_be_disabled()
    _edited(page, "#f-site-pue", "1.3")
    expect(page.locator("#f-site-pue-fault")).to_be_empty()
    expect(page.locator("#plan")).to_be_enabled()
    _edited(page, "#f-site-pue", "much")
    expect(page.locator("#f-site-pue-fault")).to_contain_text("much")


@pytest.mark.parametrize("language", LANGUAGES)
def test_field_tells_unit_default_source(open_page: Open, server: Server, language: str) -> None:
    """A field tells its default, and the comment of the file as its source."""
    page = open_page(f"/scenario/{server.draft()}", language)
    expect(page.locator("#f-horizon-discount_rate-hint .source")).to_contain_text("cost of capital, assumed")
    expect(page.locator("#f-horizon-discount_rate-hint .default")).to_contain_text("0.08")
    expect(page.locator("#part-site .unit").first).not_to_be_empty()


def test_numbers_are_read_as_people_write_them(open_page: Open, server: Server) -> None:
    """Chinese and English sizes and percentages are understood, and said shortly beside the field."""
    page = open_page(f"/scenario/{server.draft()}", "zh")
    _edited(page, "#f-budget-per_quarter", "3.5 亿")
    expect(page.locator("#f-budget-per_quarter")).to_have_value("350,000,000")
    expect(page.locator("#part-budget .echo").first).to_have_text("= 3.5 亿")
    assert tomllib.loads(_text(page))["budget"]["per_quarter"] == 350_000_000


def test_rows_are_added_and_removed(open_page: Open, server: Server) -> None:
    """A row can be added to a table and removed; a value for all quarters becomes one for each."""
    page = open_page(f"/scenario/{server.draft()}")
    page.locator("#f-fleet-new").click()
    expect(page.locator("#part-fleet tbody tr")).to_have_count(2)
    assert len(tomllib.loads(_text(page))["fleet"]) == 2
    page.locator("#part-fleet tbody tr").nth(1).get_by_role("button").click()
    expect(page.locator("#part-fleet tbody tr")).to_have_count(1)
    page.locator("#part-budget").get_by_role("button", name=say("page.each_quarter", language="en")).click()
    expect(page.locator("#f-budget-per_quarter-2")).to_have_value("200,000,000")
    _edited(page, "#f-budget-per_quarter-1", "3e8")
    expect(page.locator("#part-budget .echo").nth(1)).to_have_text("= 300 M")
    expect(page.locator("#saved")).to_have_text(say("page.saved", language="en"))
    assert tomllib.loads(_text(page))["budget"]["per_quarter"] == [2e8, 3e8, 2e8, 2e8]


def test_workload_has_more_fields(open_page: Open, server: Server) -> None:
    """Fields that the table has no column for stand below the row."""
    page = open_page(f"/scenario/{server.draft()}")
    page.locator("#part-workload").get_by_role(
        "button", name=say("page.more_of", language="en", name="chat")
    ).click()
    _edited(page, "#f-workload-0-peak_to_mean", "1.5")
    expect(page.locator("#saved")).to_have_text(say("page.saved", language="en"))
    assert tomllib.loads(_text(page))["workload"][0]["peak_to_mean"] == 1.5
    expect(page.locator("#f-workload-0-peak_to_mean")).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_sliders(open_page: Open, server: Server, language: str) -> None:
    """Regime odds keep the sum of one under the keyboard; risk and growth follow their sliders."""
    page = open_page(f"/scenario/{server.draft()}", language)
    page.locator("#odds-from").select_option("open")
    odds = page.locator("#odds-open-cut_off")
    odds.focus()
    odds.press("End")
    expect(page.locator("#saved")).to_have_text(say("page.saved", language=language))
    assert tomllib.loads(_text(page))["supply"]["regime_odds"]["open"]["cut_off"] == 1
    page.get_by_role("button", name=say("page.odds_back", language=language)).click()
    expect(page.get_by_role("button", name=say("page.odds_back", language=language))).to_have_count(0)
    weight = page.locator("#f-slider-risk-weight")
    weight.focus()
    weight.press("ArrowRight")
    expect(page.locator("#f-risk-weight")).to_have_value("0.25")
    growth = page.locator("#f-slider-workload-0-growth_per_year")
    growth.focus()
    growth.press("ArrowRight")
    expect(page.locator("#f-workload-0-growth_per_year")).to_have_value("0.55")
    assert "weight = 0.25  # mild" in _text(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_is_the_truth(open_page: Open, server: Server, language: str, tmp_path: Path) -> None:
    """The text can be edited as such and downloaded as it stands."""
    page = open_page(f"/scenario/{server.draft()}", language)
    page.locator("#toml").fill(SCENARIO.replace("units = 16.0", "units = 17.0"))
    page.locator("#toml").press("Tab")
    expect(page.locator(UNITS)).to_have_value("17")
    with page.expect_download() as download:
        page.locator("#download").click()
    kept = tmp_path / "scenario.toml"
    download.value.save_as(kept)
    assert kept.read_text(encoding="utf-8") == _text(page)
    page.locator("#toml").fill("not = = toml")
    page.locator("#toml").press("Tab")
    expect(page.locator("#faults li")).to_have_count(1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_plan_of_a_draft(open_page: Open, server: Server, language: str) -> None:
    """The plan of a draft is one click away and ends with advice."""
    page = open_page(f"/scenario/{server.draft()}", language)
    _edited(page, UNITS, "24")
    page.locator("#seconds").select_option("30")
    page.locator("#plan").click()
    page.wait_for_url("**/run/*")
    expect(page.locator("#advice .first")).to_be_visible()
    scenario = server.ask("GET", f"runs/{page.url.rsplit('/', 1)[-1]}/scenario")
    assert "units = 24" in scenario["toml"]
