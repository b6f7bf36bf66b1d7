"""The start page: first plan by one click, files of one's own, list of runs."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.browser.conftest import Open
from tests.browser.server import SCENARIO, Server

pytest.importorskip("playwright", reason="Playwright is not installed")
from playwright.sync_api import expect

from junshi.text import LANGUAGES, say

LOG = Path(__file__).parents[2] / "examples" / "logs" / "jobs.csv.gz"


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_plan_by_one_click(open_page: Open, language: str) -> None:
    """One click starts a plan with live progress; a reload loses nothing; stopping keeps a result."""
    page = open_page("/", language)
    expect(page.locator("#archetypes .card")).to_have_count(5)
    page.locator(".card", has=page.locator("#archetype-startup")).locator("button.primary").click()
    page.wait_for_url("**/run/*")
    expect(page.locator("#progress dd").nth(2)).to_be_visible()
    page.reload()
    expect(page.locator("#progress dd").nth(2)).to_be_visible()
    page.get_by_role("button", name=say("page.cancel", language=language)).click()
    expect(page.locator("#advice .first")).to_be_visible()
    expect(page.locator(".kicker .status")).to_have_text(say("page.status_stopped", language=language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_scenario_file(open_page: Open, language: str) -> None:
    """A scenario file that is chosen opens in the editor."""
    page = open_page("/", language)
    page.set_input_files(
        "#file-scenario",
        {"name": "own.toml", "mimeType": "application/toml", "buffer": SCENARIO.encode()},
    )
    page.wait_for_url("**/scenario/*")
    expect(page.locator("#f-fleet-0-units")).to_have_value("16")


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_demand_log(open_page: Open, language: str) -> None:
    """A job log becomes a demand file that can be downloaded and referred to."""
    page = open_page("/", language)
    page.set_input_files("#file-demand", LOG)
    expect(page.locator("#demand-result code").first).to_contain_text("upload:")
    expect(page.locator("#demand-result a[download]")).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_code_base(open_page: Open, language: str) -> None:
    """A zip of code is scanned and its report shown."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr(
            "train.py", "import torch\ntorch.cuda.synchronize()\nmodel = torch.nn.Linear(2, 2).cuda()\n"
        )
    page = open_page("/", language)
    page.set_input_files(
        "#file-code", {"name": "code.zip", "mimeType": "application/zip", "buffer": code.getvalue()}
    )
    page.wait_for_url("**/run/*")
    expect(page.locator("#sections section").first).to_be_visible()


def test_list_of_runs(open_page: Open, server: Server, plan: str) -> None:
    """Runs are listed with their state; a click opens one; another can be deleted."""
    spare = server.finished(toml=SCENARIO.replace("Small test", "Spare"), options={"seconds": 1, "gap": 0.5})
    page = open_page("/")
    row = page.locator("#runs tr", has=page.locator(f'a[href="/run/{spare}"]'))
    expect(row).to_contain_text(say("page.status_finished", language="en"))
    row.get_by_role("button").click()
    row.get_by_role("button", name=say("page.delete_sure", language="en")).click()
    expect(row).to_have_count(0)
    page.locator(f'a[href="/run/{plan}"]').click()
    expect(page.locator("#advice .first")).to_be_visible()
