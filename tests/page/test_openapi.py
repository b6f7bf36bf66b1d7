"""The description of the API, and what its own description allows: never an error of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

pytest.importorskip("schemathesis", reason="asks the API what its description allows")

import schemathesis
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from junshi.page.app import create_app
from junshi.page.settings import PageSettings
from tests.page.conftest import API, ORIGIN, SCENARIO, client_of, ended, start

RUN, DRAFT = "00000000000000aa", "00000000000000bb"
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]
SLOW = ("/uploads/demand", "/events")
"""Routes that start a process, or stay open."""
HEADERS = {"Origin": ORIGIN, "Host": "127.0.0.1"}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """Folder of a server with a finished plan and a draft, and their ids."""
    folder = tmp_path_factory.mktemp("page")
    with client_of(PageSettings(runs=folder)) as client:
        draft = client.post(f"{API}/drafts", json={"toml": SCENARIO}).json()["id"]
        run = start(client, draft=draft, toml=None, options={"seconds": 2, "gap": 0.2})
        assert ended(client, run)["status"] == "finished"
    return folder, run, draft


@pytest.fixture(scope="module")
def described(known: tuple[Path, str, str]) -> Any:
    """Description of an API whose queue never moves, so that no example starts a process."""
    app = create_app(PageSettings(runs=known[0], at_once=0, waiting=3, starts_per_minute=10_000))
    return schemathesis.openapi.from_asgi(f"{API}/openapi.json", app, headers=HEADERS)


@pytest.mark.parametrize("way", ["allowed", "allowed of what is there", "not allowed"])
def test_no_example_of_the_description_is_a_fault_of_ours(
    described: Any, known: tuple[Path, str, str], way: str
) -> None:
    """Whatever the description allows, and what it does not, is answered as described: no 5xx anywhere."""
    mode = GenerationMode.NEGATIVE if way == "not allowed" else GenerationMode.POSITIVE
    tried = 0
    for found in described.get_all_operations():
        operation = found.ok()
        if operation.path.endswith(SLOW) or (operation.method == "delete" and "there" in way):
            continue
        tried += 1

        @settings(max_examples=12, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            if "there" in way:
                _name_what_is_there(case, *known[1:])
            case.call_and_validate(headers=HEADERS, checks=CHECKS)

        ask()
    assert tried > 15


def _name_what_is_there(case: Any, run: str, draft: str) -> None:
    """Put ids and a scenario that there are in place of invented ones."""
    names = {"run": run, "draft": draft, "left": run, "right": run, "toml": SCENARIO}
    for values in (case.path_parameters, case.query, case.body):
        if isinstance(values, dict):
            values.update({key: value for key, value in names.items() if values.get(key) is not None})


@pytest.fixture
def client(tmp_path: Any) -> Iterator[Any]:
    """Client of a page without runs."""
    with client_of(PageSettings(runs=tmp_path)) as made:
        yield made


def test_description_tells_every_route_and_its_refusals(client: Any) -> None:
    """Each operation has a summary, and says that refusals are our error object."""
    found = client.get(f"{API}/openapi.json").json()
    assert {f"{API}/runs", f"{API}/runs/{{run}}/events", f"{API}/scenarios/edit"} <= found["paths"].keys()
    for methods in found["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            refused = operation["responses"]["422"]["content"]["application/json"]["schema"]
            assert refused["$ref"].endswith("/Error")


def test_unknown_ids_are_told_alike_everywhere(client: Any) -> None:
    """An id that nothing has gives 404 and a sentence, on every route that takes one."""
    for method, path in (
        ("GET", f"runs/{RUN}"),
        ("GET", f"runs/{RUN}/events"),
        ("GET", f"runs/{RUN}/result"),
        ("GET", f"runs/{RUN}/view"),
        ("GET", f"runs/{RUN}/export/plan.json"),
        ("POST", f"runs/{RUN}/cancel"),
        ("POST", f"runs/{RUN}/resume"),
        ("DELETE", f"runs/{RUN}"),
        ("GET", "runs/..%2f..%2fetc"),
        ("GET", f"drafts/{DRAFT}"),
        ("GET", f"compare?left={RUN}&right={RUN}"),
    ):
        answer = client.request(method, f"{API}/{path}")
        assert answer.status_code == 404, path
        assert answer.json()["error"], path


def test_unknown_language_and_option_are_refused(client: Any) -> None:
    """A language or option that there is not is refused with its place."""
    assert client.get(f"{API}/runs?lang=fr").status_code == 422
    asked = {"kind": "plan", "toml": SCENARIO, "options": {"second": 1}}
    answer = client.post(f"{API}/runs", json=asked)
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["place"] == "body.options.second"
    for value in (0, -1, 1e9, "x", None):
        asked["options"] = {"seconds": value}
        assert client.post(f"{API}/runs", json=asked).status_code == (202 if value is None else 422)
    text = json.dumps(asked).replace("null", "NaN")
    answer = client.post(f"{API}/runs", content=text, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
