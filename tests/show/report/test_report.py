"""The report: one file, complete, that asks for nothing from outside."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from junshi.plan.planner import PlanSettings
from junshi.show.report import has_charts, report_page
from junshi.show.report.elements import element
from junshi.show.view import both_languages, read_view, write_view
from junshi.show.view.plan import plan_view
from junshi.study import plan_study, read_inputs
from tests.cli.small_scenario import small_scenario
from tests.show.report.browser import opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LARGEST = 5_000_000
LANGUAGES = ("en", "zh")
needs_echarts = pytest.mark.skipif(
    not has_charts(), reason="this build has no ECharts: npm was not on the path"
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run folder with the views of a small plan."""
    folder = tmp_path_factory.mktemp("run")
    inputs = read_inputs(small_scenario(folder))
    study = plan_study(
        inputs, PlanSettings(gap=0.1, iterations=50, check_paths=10, report_paths=10, workers=1)
    )
    write_view(folder, both_languages(lambda: plan_view(study)))
    return folder


@pytest.fixture(scope="module", params=LANGUAGES)
def page(request: pytest.FixtureRequest, run: Path) -> str:
    """Report in one language."""
    return report_page([read_view(run, request.param)])


class _Reader(HTMLParser):
    """Attributes that load, ids, tables, texts of scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.tables = 0
        self.inline: list[tuple[str, str]] = []
        self.policy = ""
        self.language = ""
        self._open: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect what the element says."""
        words = dict(attrs)
        self.loads += [words[name] or "" for name in ("src", "srcset", "data", "poster") if words.get(name)]
        if tag == "link":
            self.loads.append(words.get("href") or "")
        if tag == "a" and (words.get("href") or "").startswith("#"):
            self.targets.append((words["href"] or "")[1:])
        if words.get("id"):
            self.ids.append(words["id"] or "")
        if words.get("http-equiv") == "Content-Security-Policy":
            self.policy = words.get("content") or ""
        self.language = words.get("lang") or self.language if tag == "html" else self.language
        self.tables += tag == "table"
        assert not any(name.startswith("on") or name == "style" for name in words)
        is_code = tag == "style" or (tag == "script" and words.get("type") != "application/json")
        self._open = tag if is_code else None

    def handle_data(self, data: str) -> None:
        """Text of a script or style."""
        if self._open is not None:
            self.inline.append((self._open, data))
            self._open = None


def read(page: str) -> _Reader:
    """Parsed page."""
    reader = _Reader()
    reader.feed(page)
    return reader


def test_report_is_one_small_file(page: str) -> None:
    """Nothing is loaded, and it is below the limit."""
    assert read(page).loads == []
    assert len(page.encode()) < LARGEST
    assert not re.search(r"@import|url\(\s*['\"]?https?:", page)


def test_report_says_its_language(page: str) -> None:
    """`lang` names the language, and a Chinese report has Chinese headings."""
    language = read(page).language
    assert language in {"en", "zh-CN"}
    assert ("决策报告" in page) == (language == "zh-CN")


def test_policy_allows_only_what_is_there(page: str) -> None:
    """Each script and style has its hash in the policy; nothing else may run or load."""
    reader = read(page)
    assert "default-src 'none'" in reader.policy
    assert "unsafe" not in reader.policy
    for _, text in reader.inline:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in reader.policy


def test_ids_are_unique_and_links_lead_somewhere(page: str) -> None:
    """No id twice; every inner link has its target."""
    reader = read(page)
    assert len(set(reader.ids)) == len(reader.ids)
    assert set(reader.targets) <= set(reader.ids)


def test_each_figure_has_its_table(run: Path, page: str) -> None:
    """As many tables as figures, tables and the sources ask for."""
    view = read_view(run, "zh" if read(page).language == "zh-CN" else "en")
    figures = sum(len(section["figures"]) for section in view["sections"])
    sheets = sum(1 for section in view["sections"] for sheet in section["sheets"] if sheet["rows"])
    assert figures > 0
    assert read(page).tables == figures + sheets + 1


def test_several_runs_make_one_report(run: Path) -> None:
    """Ids of two runs do not clash."""
    view = read_view(run, "en")
    reader = read(report_page([view, view]))
    assert len(set(reader.ids)) == len(reader.ids)


def test_names_cannot_become_markup(run: Path) -> None:
    """A name with a tag stays text, in the page and in its data."""
    view = read_view(run, "en")
    view["title"] = "<script>alert(1)</script>"
    view["sections"][0]["figures"][0]["title"] = "</script><img src=x>"
    page = report_page([view])
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_elements_escape_attributes() -> None:
    """A quote cannot end an attribute."""
    assert element("p", title='"><b>').text == '<p title="&quot;&gt;&lt;b&gt;"></p>'


@needs_echarts
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_report_opens_from_disk(
    browser: Browser, run: Path, tmp_path: Path, language: str, scheme: str
) -> None:
    """No request, no message on the console, every chart drawn, and sources on a button."""
    file = tmp_path / "report.html"
    file.write_text(report_page([read_view(run, language)]), encoding="utf-8")
    with opened(browser, file, scheme) as (tab, requests, messages):
        count = tab.locator("figure.picture").count()
        assert tab.locator("html").get_attribute("data-drawn") == str(count)
        assert tab.locator("figure.picture canvas").count() >= count
        tab.locator("figure.picture .tools button").first.click()
        assert tab.locator("figure.picture .sources li").count() > 0
        regime = tab.locator(".segments button").nth(3)
        regime.focus()
        regime.press("Enter")
        assert regime.get_attribute("aria-pressed") == "true"
        assert requests == [file.as_uri()]
        assert messages == []


@needs_echarts
def test_report_fits_a_phone(browser: Browser, run: Path, tmp_path: Path) -> None:
    """At 360 pixels nothing makes the page scroll sideways."""
    file = tmp_path / "report.html"
    file.write_text(report_page([read_view(run, "zh")]), encoding="utf-8")
    with opened(browser, file, "light", width=360) as (tab, _, _):
        wide, room = tab.locator("html").evaluate("page => [page.scrollWidth, page.clientWidth]")
        assert wide <= room
