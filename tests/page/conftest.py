"""A page to test: a small scenario, a client in this process, and a server in a process of its own."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

pytest.importorskip("fastapi", reason="the page is an extra")

from starlette.testclient import TestClient

from junshi.page.app import create_app
from junshi.page.settings import PageSettings
from junshi.text import set_language

API = "/api/v1"
ORIGIN = "http://127.0.0.1"
SCENARIO = """\
accelerators = ["h20-96g", "ascend-910c"]  # two are enough

[organisation]
name = "Small test"
archetype = "lab"

[horizon]
start = "2027-Q1"
quarters = 3

[risk]
weight = 0.2  # mild

[budget]
per_quarter = 2e8

[site]
power_mw = 1.0
energy_price_per_kwh = 0.6

[engineers]
days_per_quarter = 200.0
cost_per_day = 3000.0

[[market]]
accelerator = "ascend-910c"
price = 120_000.0
max_order_per_quarter = 400.0
tdp_w = 1000.0

[[fleet]]
accelerator = "h20-96g"
units = 16.0

[[workload]]
id = "chat"
kind = "serve"
model = "qwen3-32b"
demand = 20_000.0
unmet_cost_per_1e9 = 20_000.0
runs_on = { cuda = 1.0 }
critical = true

[[workload.porting]]
ecosystem = "cann"
days = 60.0
"""
LIVE = {"queued", "running"}


@pytest.fixture(autouse=True)
def _unspoken() -> Iterator[None]:
    """Commands that a test runs in this process choose a language; the next test is to have none."""
    yield
    set_language(None)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """Client of a page in this process; runs are worked on in processes of their own."""
    with client_of(PageSettings(runs=tmp_path / "runs")) as made:
        yield made


@contextlib.contextmanager
def client_of(settings: PageSettings) -> Iterator[TestClient]:
    """Client of a page with given settings, which sends what a browser on the same page would."""
    app = create_app(settings)
    with TestClient(
        app, base_url=ORIGIN, headers={"Origin": ORIGIN}, raise_server_exceptions=False
    ) as client:
        yield client


def ended(client: Any, run_id: str, seconds: float = 90.0) -> dict[str, Any]:
    """Run, once it has ended."""
    return until(client, run_id, lambda run: run["status"] not in LIVE, seconds)


def until(client: Any, run_id: str, holds: Any, seconds: float = 90.0) -> dict[str, Any]:
    """Run, once something holds for it."""
    give_up = time.monotonic() + seconds
    while True:
        run: dict[str, Any] = client.get(f"{API}/runs/{run_id}").json()
        if holds(run):
            return run
        assert time.monotonic() < give_up, run
        time.sleep(0.1)


def start(client: Any, **asked: Any) -> str:
    """Id of a run that was started."""
    answer = client.post(f"{API}/runs", json={"kind": "plan", "toml": SCENARIO} | asked)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


class Server:
    """`junshi serve` as a user starts it."""

    def __init__(self, runs: Path, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "junshi", "serve", "--runs", str(runs), "--port", "0", *options],
            stderr=subprocess.PIPE,
            env=os.environ | {"JUNSHI_LANG": "en"},
            text=True,
        )
        assert self.process.stderr is not None
        line = self.process.stderr.readline()
        found = re.search(r"http://\S+", line)
        assert found, line + self.process.stderr.read()
        self.link = found[0]
        address = self.link.split("?")[0].rstrip("/").replace("0.0.0.0", "127.0.0.1")  # noqa: S104
        self.client = httpx.Client(base_url=address, headers={"Origin": address}, timeout=60.0)
        self._wait()

    def _wait(self) -> None:
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up:
            with contextlib.suppress(httpx.TransportError):
                self.client.get(f"{API}/archetypes")
                return
            time.sleep(0.1)
        raise AssertionError(self.process.poll())

    def kill(self) -> None:
        """End it as kill -9 does: nothing of it runs any more."""
        self.process.kill()
        self.process.wait()
        self.client.close()

    def stop(self) -> str:
        """End it as Ctrl-C does, and give what it wrote."""
        self.process.send_signal(signal.SIGINT)
        _, written = self.process.communicate(timeout=60)
        self.client.close()
        return written


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Any]:
    """Start servers on one folder of runs; those that still run are ended after the test."""
    servers: list[Server] = []

    def make(*options: str) -> Server:
        servers.append(Server(tmp_path / "runs", *options))
        return servers[-1]

    yield make
    for server in servers:
        if server.process.poll() is None:
            server.kill()
