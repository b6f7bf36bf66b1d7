"""Scenarios through the API: templates, schema, check, edit, drafts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from junshi.page.settings import PageSettings
from junshi.terms import Archetype
from tests.page.conftest import API, SCENARIO, client_of


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("archetype", [one.value for one in Archetype])
def test_every_archetype_is_offered_and_sound(client: Any, archetype: str, language: str) -> None:
    """Each archetype has a name and a summary, and its scenario has no fault."""
    rows = client.get(f"{API}/archetypes?lang={language}").json()
    assert all(row["name"] and row["summary"] for row in rows)
    assert archetype in [row["id"] for row in rows]
    toml = client.get(f"{API}/archetypes/{archetype}/scenario?lang={language}").json()["toml"]
    found = client.post(f"{API}/scenarios/check?lang={language}", json={"toml": toml}).json()
    assert (found["ok"], found["faults"]) == (True, [])
    assert len(found["sheets"]) == 3
    assert found["scenario"]["organisation"]["archetype"] == archetype


@pytest.mark.parametrize("language", ["en", "zh"])
def test_schema_names_every_field(client: Any, language: str) -> None:
    """Every field of the schema has a title and a description; Chinese ones are in Chinese."""
    schema = client.get(f"{API}/schema?lang={language}").json()
    tables = [schema, *schema["$defs"].values()]
    fields = {name: field for table in tables for name, field in table.get("properties", {}).items()}
    assert len(fields) > 60
    for name, field in fields.items():
        assert field["title"], name
        assert field["description"], name
    spoken = [
        any("\u4e00" <= letter <= "\u9fff" for letter in field["description"]) for field in fields.values()
    ]
    assert all(spoken) if language == "zh" else not any(spoken)


def test_accelerators_tell_their_sources(client: Any) -> None:
    """Every figure of an accelerator has unit, source and confidence."""
    rows = client.get(f"{API}/accelerators").json()
    facts = [fact for row in rows for fact in row["facts"].values()]
    assert {"h20-96g", "ascend-910c"} <= {row["id"] for row in rows}
    assert all(fact["source"] and fact["confidence"] for fact in facts)


def test_check_tells_all_faults_at_their_places(client: Any) -> None:
    """All faults come together, each with its place; the table is given as far as it could be read."""
    text = SCENARIO.replace("weight = 0.2", "weight = 2").replace('"lab"', '"lap"')
    found = client.post(f"{API}/scenarios/check", json={"toml": text}).json()
    assert not found["ok"]
    assert {"risk.weight", "organisation.archetype"} == {fault["place"] for fault in found["faults"]}
    assert found["scenario"]["risk"]["weight"] == 2
    assert found["sheets"] == []


def test_check_of_what_is_no_toml(client: Any) -> None:
    """A text that is no TOML is one fault with line and column, without the server's folder."""
    found = client.post(f"{API}/scenarios/check", json={"toml": "a = \n"}).json()
    assert not found["ok"]
    assert found["scenario"] is None
    assert found["faults"][0]["sentence"].startswith("scenario.toml: line 1")


def test_edit_gives_text_and_faults(client: Any) -> None:
    """An edit keeps comments and says at once what is wrong with the new text."""
    edits = [{"path": ["risk", "weight"], "value": 3}, {"path": ["fleet", 0], "value": None}]
    found = client.post(f"{API}/scenarios/edit", json={"toml": SCENARIO, "edits": edits}).json()
    assert "weight = 3  # mild" in found["toml"]
    assert "[[fleet]]" not in found["toml"]
    assert [fault["place"] for fault in found["faults"]] == ["risk.weight"]


def test_drafts_survive_a_restart(tmp_path: Path) -> None:
    """A draft is as it was left, faults and all, after the server is started anew."""
    settings = PageSettings(runs=tmp_path)
    with client_of(settings) as client:
        draft = client.post(f"{API}/drafts", json={"toml": "a = [", "name": "草稿"}).json()["id"]
        changed = client.put(f"{API}/drafts/{draft}", json={"toml": SCENARIO})
        assert changed.json()["name"] == "草稿"
    with client_of(settings) as client:
        assert client.get(f"{API}/drafts/{draft}").json() == {"id": draft, "toml": SCENARIO, "name": "草稿"}
        assert client.put(f"{API}/drafts/{'0' * 16}", json={"toml": ""}).status_code == 404


def test_language_comes_from_address_then_browser(client: Any) -> None:
    """The address decides, else the browser's wish."""
    path = f"{API}/drafts/nothing"
    chinese = client.get(path, headers={"Accept-Language": "zh-CN,en;q=0.5"}).json()["error"]
    english = client.get(f"{path}?lang=en", headers={"Accept-Language": "zh-CN"}).json()["error"]
    assert "草稿" in chinese
    assert "draft" in english
