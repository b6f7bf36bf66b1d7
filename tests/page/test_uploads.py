"""Logs become demand that a scenario can name; code bases become scans."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.page.conftest import API, SCENARIO, ended, start

LOG = Path(__file__).parents[2] / "examples" / "logs" / "serving.csv.gz"


def test_log_becomes_demand_that_a_plan_can_use(client: Any) -> None:
    """The demand file of a log has an id; a scenario that names it is sound, and its run has a copy."""
    with LOG.open("rb") as file:
        answer = client.post(
            f"{API}/uploads/demand", files={"file": ("my log.csv.gz", file)}, data={"horizon": 8}
        )
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["demand_toml"].count("[[series]]") >= 1
    assert found["view"]["advice"]
    series = found["demand_toml"].split('name = "')[1].split('"')[0]
    line = f'demand = {{ file = "{found["file"]}", series = "{series}" }}'
    text = SCENARIO.replace("demand = 20_000.0", line)
    checked = client.post(f"{API}/scenarios/check", json={"toml": text}).json()
    assert checked["ok"], checked
    run = start(client, toml=text, options={"seconds": 1, "gap": 0.5})
    assert ended(client, run)["status"] in {"finished", "failed"}
    assert "no such file" not in client.get(f"{API}/runs/{run}").json()["error"]
    assert client.get(f"{API}/runs").json()[0]["id"] == run


def test_options_of_uploads_are_checked(client: Any) -> None:
    """An unknown period or ecosystem is refused with the names that there are."""
    answer = client.post(f"{API}/uploads/demand", files={"file": ("a", b"x")}, data={"period": "year"})
    assert answer.status_code == 422
    answer = client.post(f"{API}/uploads/code", files={"file": ("a", b"PK\x03\x04")}, data={"to": "can"})
    assert answer.status_code == 422
    assert "cann" in answer.json()["error"]
    assert client.post(f"{API}/uploads/code").status_code == 422
