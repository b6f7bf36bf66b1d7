"""The page in Debian's Chromium: first chart, bytes, and what a plan at work and twenty viewers cost.

Each figure has the reference of the same session beside it: with a plan at work against idle, viewers
against one. Viewers are clients of the REST API that do what the page's scripts do, each with the stream of
the plan's progress open; one more is a real browser. Runs in the environment of the tests, which has
Playwright:

    .venv/bin/python -m benchmarks page
"""

from __future__ import annotations

import contextlib
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, sync_playwright
from tests.browser.chromium import FLAGS, chromium_path, context_options
from tests.browser.server import SCENARIO, Server, serving

from benchmarks.registry import Row, Subject
from junshi.scenario.archetypes import template
from junshi.terms import Archetype

ROUNDS = 5
VIEWERS, SECONDS, THINK_SECONDS = 20, 20.0, 1.0
FIRST_CHART = """
addEventListener("DOMContentLoaded", () => {
  const seen = () => {
    if (!document.querySelector(".chart canvas")) return;
    watch.disconnect();
    requestAnimationFrame(() => { window.firstChart = performance.now(); });
  };
  const watch = new MutationObserver(seen);
  watch.observe(document.body, {childList: true, subtree: true});
});
"""


@contextlib.contextmanager
def _served() -> Iterator[tuple[Server, str]]:
    """A server, and a finished plan of a start-up on it."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server:
        yield server, server.finished(toml=template(Archetype.STARTUP), options={"seconds": 10})


@contextlib.contextmanager
def _browser() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        raise ModuleNotFoundError("no Chromium is installed", name="chromium")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=list(FLAGS))


@contextlib.contextmanager
def _plan_at_work(server: Server) -> Iterator[str]:
    """A plan of the giant in the worker, stopped at the end."""
    asked = {"kind": "plan", "toml": template(Archetype.GIANT), "options": {"seconds": 600, "gap": 0}}
    run = server.ask("POST", "runs", json=asked)["id"]
    while server.ask("GET", f"runs/{run}")["progress"]["iteration"] is None:
        time.sleep(0.5)
    try:
        yield str(run)
    finally:
        server.ask("POST", f"runs/{run}/cancel")
        while server.ask("GET", f"runs/{run}")["status"] == "running":
            time.sleep(0.5)


def _first_chart(browser: Browser, address: str) -> tuple[float, int]:
    """Seconds from navigation to the first chart, and bytes that came over the wire, with an empty cache."""
    context = browser.new_context(**context_options("en"))
    context.add_init_script(FIRST_CHART)
    page = context.new_page()
    sizes: list[float] = []
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address)
    page.locator(".chart canvas").first.wait_for()
    page.wait_for_timeout(300)
    seconds = float(page.evaluate("window.firstChart")) / 1000
    context.close()
    return seconds, int(sum(sizes))


def load() -> list[Row]:
    """First chart and bytes of the page of a run, idle and with a plan at work, interleaved."""
    with _served() as (server, run), _browser() as browser:
        address = f"{server.address}/run/{run}"
        _first_chart(browser, address)
        idle = [_first_chart(browser, address) for _ in range(ROUNDS)]
        with _plan_at_work(server):
            busy = [_first_chart(browser, address) for _ in range(ROUNDS)]
        idle += [_first_chart(browser, address) for _ in range(ROUNDS)]
    at_rest, at_work = (statistics.median(seconds for seconds, _ in found) for found in (idle, busy))
    return [
        {"what": "first chart, s", "value": at_rest, "best": min(idle)[0], "limit": 1.0},
        {"what": "bytes, kB", "value": statistics.median(size for _, size in idle) / 1000, "limit": 700},
        {"what": "first chart with a plan at work, s", "value": at_work, "best": min(busy)[0]},
        {"what": "with a plan over idle", "value": at_work / at_rest, "limit": 1.5},
    ]


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


class _Viewer(threading.Thread):
    """Somebody who edits a draft, looks at a run and at the list, with a stream of progress open."""

    def __init__(self, server: Server, run: str, watched: str, number: int) -> None:
        super().__init__(daemon=True)
        self._server, self._run, self._watched, self._number = server, run, watched, number
        self.spans: list[float] = []

    def run(self) -> None:
        """Interact until the time is over, with pauses to think."""
        headers = {"Sec-Fetch-Site": "same-origin"}
        with (
            httpx.Client(base_url=f"{self._server.address}/api/v1/", headers=headers, timeout=60) as client,
            client.stream("GET", f"runs/{self._watched}/events"),
        ):
            draft = client.post("drafts", json={"toml": SCENARIO}).json()["id"]
            time.sleep(THINK_SECONDS * self._number / VIEWERS)
            until = time.monotonic() + SECONDS
            turn = self._number
            while time.monotonic() < until:
                self.spans.append(_timed(lambda turn=turn: self._interact(client, draft, turn)))
                turn += 1
                time.sleep(THINK_SECONDS)

    def _interact(self, client: httpx.Client, draft: str, turn: int) -> None:
        """One of the things that the page's scripts do."""
        if turn % 3 == 0:
            edit = {"path": ["fleet", 0, "units"], "value": 16 + turn}
            text = client.post("scenarios/edit", json={"toml": SCENARIO, "edits": [edit]}).json()["toml"]
            client.put(f"drafts/{draft}", json={"toml": text})
        elif turn % 3 == 1:
            client.get(f"runs/{self._run}/view").raise_for_status()
        else:
            client.get("runs").raise_for_status()


def _field_edits(browser: Browser, server: Server) -> list[float]:
    """Seconds from leaving a changed field to the new text on the page, in a browser."""
    context = browser.new_context(**context_options("en"))
    page = context.new_page()
    page.goto(f"{server.address}/scenario/{server.draft()}")
    field = page.locator("#f-fleet-0-units")
    field.wait_for()
    spans = []
    until = time.monotonic() + SECONDS / 2
    while time.monotonic() < until:
        units = 100 + len(spans)
        field.fill(str(units))
        waiting: dict[str, Any] = {"arg": f"units = {units}"}

        def left(waiting: dict[str, Any] = waiting) -> None:
            field.press("Tab")
            page.locator("#toml").evaluate(
                "(area, text) => new Promise((done) => { const look = () => area.value.includes(text)"
                " ? done() : setTimeout(look, 5); look(); })",
                **waiting,
            )

        spans.append(_timed(left))
        page.wait_for_timeout(300)
    context.close()
    return spans


def _p95(spans: list[float]) -> float:
    return statistics.quantiles(spans, n=20)[-1]


def viewers() -> list[Row]:
    """Interactions of twenty viewers with a plan at work, against one viewer alone."""
    with _served() as (server, run), _browser() as browser:
        alone = _Viewer(server, run, run, 0)
        alone.start()
        alone.join()
        edits_alone = _field_edits(browser, server)
        with _plan_at_work(server) as watched:
            crowd = [_Viewer(server, run, watched, number) for number in range(VIEWERS)]
            for viewer in crowd:
                viewer.start()
            edits = _field_edits(browser, server)
            for viewer in crowd:
                viewer.join()
    spans = [span for viewer in crowd for span in viewer.spans]
    rows = (
        ("request of a viewer", alone.spans, spans),
        ("edit of a field in the browser", edits_alone, edits),
    )
    return [
        {
            "what": what,
            "alone p95, s": _p95(one),
            f"{VIEWERS} viewers and a plan p95, s": _p95(many),
            "ratio": _p95(many) / _p95(one),
            "count": len(many),
            "limit, s": 0.5,
        }
        for what, one, many in rows
    ]


SUBJECT = Subject(
    "page",
    "how fast the page shows its first chart, how much it transfers, and what others at work cost",
    {"load": load, "viewers": viewers},
)
