"""Runs through the API: from a scenario to a plan, its insights, its files, and back."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from junshi.page.settings import PageSettings
from tests.page.conftest import API, SCENARIO, client_of, ended, start, until

SHORT = {"seconds": 3, "gap": 0.05}
LONG = {"seconds": 300, "gap": 0.0}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a server with a finished plan."""
    folder = tmp_path_factory.mktemp("page")
    with client_of(PageSettings(runs=folder)) as client:
        assert ended(client, start(client, options=SHORT))["status"] == "finished"
    return folder


@pytest.fixture
def client(place: Path, tmp_path: Path) -> Iterator[Any]:
    """Client of a server that has the finished plan, and what it does stays in this test."""
    shutil.copytree(place, tmp_path / "runs")
    with client_of(PageSettings(runs=tmp_path / "runs")) as made:
        yield made


@pytest.fixture
def planned(client: Any) -> str:
    """Id of the finished plan."""
    return str(client.get(f"{API}/runs").json()[0]["id"])


def test_plan_gives_the_object_of_the_command_and_both_views(client: Any, planned: str) -> None:
    """A finished plan has the keys that `--json` has, and a view in each language."""
    result = client.get(f"{API}/runs/{planned}/result").json()
    assert {"cost_mean", "orders_now", "playbook", "lower_bound"} <= result.keys()
    english = client.get(f"{API}/runs/{planned}/view?lang=en").json()
    chinese = client.get(f"{API}/runs/{planned}/view?lang=zh").json()
    assert (english["language"], chinese["language"]) == ("en", "zh")
    assert english["advice"]
    assert len(english["sections"]) == len(chinese["sections"])


def test_run_tells_what_it_was_about(client: Any, planned: str) -> None:
    """A run carries a summary of its scenario, its options, and its own copy of the text."""
    run = client.get(f"{API}/runs/{planned}").json()
    assert run["scenario"]["workloads"] == ["chat"]
    assert run["options"] == {"seconds": 3.0, "gap": 0.05, "seed": 0}
    assert run["title"] == "Small test"
    assert client.get(f"{API}/runs/{planned}/scenario").json() == {"toml": SCENARIO}
    assert [row["id"] for row in client.get(f"{API}/runs").json()] == [planned]


def test_exports(client: Any, planned: str) -> None:
    """A plan can be taken away as list, tables, object and scenario, under a name of its own."""
    address = f"{API}/runs/{planned}/export"
    listed = client.get(f"{address}/purchase-list.csv?lang=zh")
    assert listed.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(listed.text.removeprefix("\ufeff"))))
    assert rows[0][0] == "何时"
    assert planned in listed.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(client.get(f"{address}/tables.zip").content)) as tables:
        assert any(name.endswith(".parquet") for name in tables.namelist())
    assert client.get(f"{address}/plan.json").json() == client.get(f"{API}/runs/{planned}/result").json()
    assert client.get(f"{address}/scenario.toml").text == SCENARIO
    assert client.get(f"{address}/passwd").status_code == 422


def test_insight_starts_from_the_policy_of_a_plan(client: Any, planned: str) -> None:
    """An insight on a run says whose policy it used, and needs no plan of its own."""
    run = start(client, toml=None, kind="stress", run=planned)
    assert ended(client, run)["status"] == "finished"
    assert client.get(f"{API}/runs/{run}").json()["base"] == planned
    assert client.get(f"{API}/runs/{run}/view").json()["name"] == "stress"
    assert client.get(f"{API}/runs/{run}/export/purchase-list.csv").status_code == 404


def test_cancel_keeps_the_result_so_far(client: Any) -> None:
    """A plan that the user stops is shown with what it had found, and can go on later."""
    run = start(client, options=LONG)
    until(client, run, lambda found: (found["progress"]["iteration"] or 0) > 3)
    assert client.delete(f"{API}/runs/{run}").status_code == 409
    assert client.post(f"{API}/runs/{run}/cancel").status_code == 200
    assert ended(client, run)["status"] == "stopped"
    assert client.get(f"{API}/runs/{run}/result").json()["stop_reason"] == "asked"
    assert client.get(f"{API}/runs/{run}/view").json()["advice"]
    again = client.post(f"{API}/runs/{run}/resume")
    assert again.status_code == 200
    before = again.json()["progress"]["iteration"]
    until(client, run, lambda found: found["status"] == "running" and found["progress"]["iteration"] > before)
    client.post(f"{API}/runs/{run}/cancel")
    assert ended(client, run)["status"] == "stopped"


def test_events_end_with_the_last_status(client: Any) -> None:
    """The stream of progress comes from the queue to the end, and says what the run ended in."""
    run = start(client, options=SHORT)
    with client.stream("GET", f"{API}/runs/{run}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        told = [json.loads(line[5:]) for line in stream.iter_lines() if line.startswith("data:")]
    assert told[-1]["status"] == "finished"
    assert any(one["lower_bound"] is not None for one in told)


def test_queue_is_visible_and_what_waits_can_be_taken_out(client: Any) -> None:
    """The queue tells how many are ahead; a run that waits leaves it at once when cancelled."""
    first, second, third = (start(client, options=LONG) for _ in range(3))
    until(client, first, lambda run: run["status"] == "running")
    assert client.get(f"{API}/runs/{third}").json()["progress"]["ahead"] == 1
    assert client.get(f"{API}/runs/{third}/result").status_code == 409
    assert client.post(f"{API}/runs/{second}/cancel").json()["status"] == "stopped"
    assert client.get(f"{API}/runs/{third}").json()["progress"]["ahead"] == 0
    assert client.delete(f"{API}/runs/{third}").status_code == 204
    assert client.get(f"{API}/runs/{third}").status_code == 404
    client.post(f"{API}/runs/{first}/cancel")
    ended(client, first)


def test_fault_of_a_scenario_is_told_before_a_run_is_made(client: Any) -> None:
    """A run of a scenario with faults is refused with each fault, in the language asked for."""
    broken = SCENARIO.replace('"h20-96g", ', '"h20-96gg", ')
    answer = client.post(f"{API}/runs?lang=zh", json={"kind": "plan", "toml": broken})
    assert answer.status_code == 422
    assert "accelerators[0]" in [fault["place"] for fault in answer.json()["faults"]]
    assert len(client.get(f"{API}/runs").json()) == 1


def test_run_that_fails_says_why_in_both_languages(client: Any) -> None:
    """What only planning finds out becomes the run's sentence, without the folder of the server."""
    run = start(client, toml=SCENARIO.replace("tdp_w = 1000.0\n", ""), options=SHORT)
    assert ended(client, run)["status"] == "failed"
    english = client.get(f"{API}/runs/{run}?lang=en").json()["error"]
    chinese = client.get(f"{API}/runs/{run}?lang=zh").json()["error"]
    assert "tdp_w" in english
    assert english != chinese
    assert "/runs/" not in english


def test_compare_tells_inputs_and_decisions(client: Any, planned: str) -> None:
    """Two plans differ in the values that were changed, named in the reader's words."""
    other = start(client, toml=SCENARIO.replace("units = 16.0", "units = 64.0"), options=SHORT)
    ended(client, other)
    found = client.get(f"{API}/compare?left={planned}&right={other}&lang=en").json()
    assert [(row["path"], row["left"], row["right"]) for row in found["inputs"]] == [
        ("fleet.h20-96g.units", 16.0, 64.0)
    ]
    assert found["inputs"][0]["name"] == "Fleet · h20-96g · Units"
    assert found["decisions"][0]["rows"]
    assert found["advice"]
    names = [figure["title"].split(":")[0] for figure in found["figures"]]
    assert names == ["Small test (1)", "Small test (2)"]
    same = client.get(f"{API}/compare?left={planned}&right={planned}").json()
    assert same["inputs"] == []


def test_exactly_one_scenario_is_named(client: Any, planned: str) -> None:
    """A start without a scenario, or with two, is refused; so is a base that there is not."""
    for asked in ({}, {"toml": SCENARIO, "run": planned}):
        assert client.post(f"{API}/runs", json={"kind": "plan"} | asked).status_code == 422
    assert client.post(f"{API}/runs", json={"kind": "stress", "run": "0" * 16}).status_code == 404
    assert client.post(f"{API}/runs", json={"kind": "scan"}).status_code == 422
    asked = {"kind": "backtest", "toml": SCENARIO, "options": {"last": "2050-Q1"}}
    assert "2050-Q1" in client.post(f"{API}/runs", json=asked).json()["error"]
