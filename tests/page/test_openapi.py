"""The description of the API, and what its own description allows: never an error of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

schemathesis = pytest.importorskip("schemathesis", reason="asks the API what its description allows")

from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from junshi.page.app import create_app
from junshi.page.settings import PageSettings
from tests.page.conftest import API, ORIGIN, SCENARIO, client_of

RUN, DRAFT = "00000000000000aa", "00000000000000bb"
HEADERS = {"Origin": ORIGIN, "Host": "127.0.0.1"}


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Description of an API whose queue never moves, so that no example starts a process."""
    folder = tmp_path_factory.mktemp("page")
    app = create_app(PageSettings(runs=folder, waiting=3, starts_per_minute=10_000))
    app.state.served.pool.at_once = 0
    return schemathesis.openapi.from_asgi(f"{API}/openapi.json", app, headers=HEADERS)


schema = schemathesis.pytest.from_fixture("described")


@schema.exclude(path_regex="uploads/demand|events").parametrize()
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_example_of_the_description_is_a_fault_of_ours(case: Any) -> None:
    """Whatever the description allows, and what it does not, is answered as described."""
    case.call_and_validate(
        headers=HEADERS,
        checks=[not_a_server_error, status_code_conformance, response_schema_conformance],
    )


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
