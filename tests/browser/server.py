"""A server of the page in a process of its own, and what tests ask of its API."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

SCENARIO = """\
accelerators = ["h20-96g", "ascend-910c"]  # two are enough

[organisation]
name = "Small test"
archetype = "lab"

[horizon]
start = "2027-Q1"
quarters = 4
discount_rate = 0.08  # cost of capital, assumed

[risk]
weight = 0.2  # mild

[budget]
per_quarter = 2e8

[site]
power_mw = 4.0
energy_price_per_kwh = 0.6

[engineers]
days_per_quarter = 200.0
cost_per_day = 3000.0

[[market]]
accelerator = "ascend-910c"
price = 120_000.0
max_order_per_quarter = 400.0
tdp_w = 600.0

[[fleet]]
accelerator = "h20-96g"
units = 16.0  # counted in the hall

[[workload]]
id = "chat"
kind = "serve"
model = "qwen3-32b"
demand = 120_000.0
growth_per_year = 0.5
unmet_cost_per_1e9 = 30_000.0
runs_on = { cuda = 1.0 }
critical = true

[[workload.porting]]
ecosystem = "cann"
days = 60.0
"""
START_SECONDS, RUN_SECONDS = 60.0, 120.0
LIVE = {"queued", "running"}


@dataclass(frozen=True)
class Server:
    """Address of a running page, such as `http://127.0.0.1:8420`."""

    address: str

    def ask(self, method: str, path: str, **given: Any) -> Any:
        """Object that a route of the API answers with."""
        headers = {"Sec-Fetch-Site": "same-origin"}
        answer = httpx.request(
            method, f"{self.address}/api/v1/{path}", headers=headers, timeout=60.0, **given
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def draft(self, toml: str = SCENARIO) -> str:
        """Id of a new draft."""
        return str(self.ask("POST", "drafts", json={"toml": toml, "name": "Small test"})["id"])

    def finished(self, kind: str = "plan", **asked: Any) -> str:
        """Id of a run that has been waited for."""
        run = str(self.ask("POST", "runs", json={"kind": kind, **asked})["id"])
        until = time.monotonic() + RUN_SECONDS
        while (found := self.ask("GET", f"runs/{run}"))["status"] in LIVE:
            if time.monotonic() > until:
                raise TimeoutError(found)
            time.sleep(0.2)
        if found["status"] != "finished":
            raise RuntimeError(found)
        return run


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Start `junshi serve` on a free port; stop it at the end."""
    command = [sys.executable, "-m", "junshi", "--lang", "en", "serve", "--runs", str(folder), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield Server(_address(process))
        finally:
            process.terminate()


def _address(process: subprocess.Popen[str]) -> str:
    """Address that the command says, once it answers."""
    assert process.stderr is not None
    found = None
    for line in process.stderr:
        found = re.search(r"http://[\w.:]+", line)
        if found:
            break
    if found is None:
        raise RuntimeError("the server said no address")
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(found[0], timeout=5.0).status_code == 200:
                return found[0]
        time.sleep(0.1)
    raise TimeoutError(found[0])
