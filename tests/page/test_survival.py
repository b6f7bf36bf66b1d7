"""The server and its workers may die at any time: what was found stays, and can be gone on with."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.page.conftest import API, SCENARIO, ended, start, until

KEPT = {"seconds": 8, "gap": 0.0}


def _folder(tmp_path: Path, run: str) -> Path:
    return tmp_path / "runs" / "runs" / run


def _await_policy(server: Any, tmp_path: Path, run: str) -> float:
    """Bound that a plan has proven when its policy is first kept."""
    found = until(server.client, run, lambda _: (_folder(tmp_path, run) / "policy.npz").exists())
    return float(found["progress"]["lower_bound"])


def test_kill_of_the_server_loses_nothing(serve: Any, tmp_path: Path) -> None:
    """After kill -9 during a plan the run is listed as interrupted, goes on from its policy, and finishes.

    What waited in the queue is taken up again by itself; drafts and finished runs are as they were.
    """
    first = serve()
    draft = first.client.post(f"{API}/drafts", json={"toml": SCENARIO, "name": "mine"}).json()["id"]
    done = start(first.client, options={"seconds": 2, "gap": 0.2})
    assert ended(first.client, done)["status"] == "finished"
    result = first.client.get(f"{API}/runs/{done}/result").json()
    run = start(first.client, draft=draft, toml=None, options=KEPT)
    waiting = start(first.client, options={"seconds": 2, "gap": 0.2})
    bound = _await_policy(first, tmp_path, run)
    first.kill()

    second = serve()
    found = until(second.client, run, lambda one: one["status"] != "running")
    assert found["status"] == "interrupted"
    assert found["resumable"]
    assert found["error"]
    assert ended(second.client, waiting)["status"] == "finished"
    assert second.client.get(f"{API}/drafts/{draft}").json()["name"] == "mine"
    assert second.client.get(f"{API}/runs/{done}/result").json() == result
    before = found["progress"]["iteration"]

    assert second.client.post(f"{API}/runs/{run}/resume").status_code == 200
    assert ended(second.client, run)["status"] == "finished"
    plan = second.client.get(f"{API}/runs/{run}/result").json()
    assert plan["iterations"] > before
    assert plan["lower_bound"] >= bound - 1e-6 * abs(bound)
    assert len(second.client.get(f"{API}/runs").json()) == 3


def test_kill_of_the_worker_leaves_a_run_to_go_on_with(serve: Any, tmp_path: Path) -> None:
    """After kill -9 of the process of a run the server goes on, and tells the run as interrupted."""
    server = serve()
    run = start(server.client, options=KEPT)
    _await_policy(server, tmp_path, run)
    for worker in _workers(_folder(tmp_path, run)):
        os.kill(worker, signal.SIGKILL)
    assert ended(server.client, run)["status"] == "interrupted"
    assert server.client.get(f"{API}/runs/{run}/result").status_code == 404


def _workers(folder: Path) -> list[int]:
    """Processes that work on a folder."""
    if not Path("/proc").is_dir():
        pytest.skip("processes are found through /proc")
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().split(b"\0")
        except OSError:
            continue
        if os.fsencode(folder) in words:
            found.append(int(entry.parent.name))
    assert found
    return found


def test_end_of_the_server_saves_what_runs(serve: Any, tmp_path: Path) -> None:
    """Ctrl-C ends the server after its runs have kept what they had, and nothing of it is a traceback."""
    server = serve()
    run = start(server.client, options={"seconds": 300, "gap": 0.0})
    _await_policy(server, tmp_path, run)
    assert "Traceback" not in server.stop()
    assert server.process.returncode == 0
    state = json.loads((_folder(tmp_path, run) / "state.json").read_text(encoding="utf-8"))
    assert state["status"] == "running"
    assert serve().client.get(f"{API}/runs/{run}").json()["status"] == "interrupted"


def test_several_people_at_once(serve: Any) -> None:
    """Many viewers follow one run, and all hear its end; each reads in a language of their own."""
    server = serve()
    run = start(server.client, options={"seconds": 3, "gap": 0.0})
    last: list[str] = []

    def watch() -> None:
        with server.client.stream("GET", f"{API}/runs/{run}/events") as stream:
            told = [line for line in stream.iter_lines() if line.startswith("data:")]
        last.append(json.loads(told[-1][5:])["status"])

    viewers = [threading.Thread(target=watch) for _ in range(12)]
    for viewer in viewers:
        viewer.start()
    names = [server.client.get(f"{API}/archetypes", headers={"Accept-Language": one}).json()[3]["name"]
             for one in ("zh-CN", "en") * 5]  # fmt: skip
    for viewer in viewers:
        viewer.join()
    assert names == ["研究实验室", "The laboratory"] * 5
    assert last == ["finished"] * 12
