"""Settings of all tests, and the one browser of a run.

Random examples are the same in every run and have no deadline. Playwright takes one loop a process, so all
tests of a process share its browser.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TIMEOUT_MS = 20_000

settings.register_profile(
    "fixed",
    derandomize=True,
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("fixed")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give a browser, or skip with the reason."""
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    from tests.browser.chromium import FLAGS, chromium_path

    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium is installed; on Debian: apt install chromium fonts-noto-cjk")
    with api.sync_playwright() as playwright:
        api.expect.set_options(timeout=TIMEOUT_MS)
        found = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield found
        found.close()
