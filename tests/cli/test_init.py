"""`junshi init` and `junshi schema` write files that the other commands read."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from junshi.scenario.json_schema import json_schema
from junshi.terms import Archetype
from tests.cli.command import assert_refused, junshi


@pytest.mark.parametrize("archetype", list(Archetype))
def test_init_then_check(archetype: Archetype, tmp_path: Path) -> None:
    """A template written to a file is found sound, and says its limits."""
    file = tmp_path / "new" / "mine.toml"
    written = junshi("init", "--archetype", archetype.value, "--out", file)
    assert (written.code, written.out) == (0, "")
    answer = junshi("check", file)
    assert answer.code == 0, answer.err
    assert "budget.per_quarter" in answer.out


def test_init_to_standard_output_is_toml_alone() -> None:
    """Without `--out` the template and nothing else is on standard output."""
    answer = junshi("init", "--archetype", "lab", "--lang", "zh")
    assert tomllib.loads(answer.out)["organisation"]["archetype"] == "lab"
    assert "假定" in answer.out
    assert answer.err == ""


def test_init_keeps_an_existing_file(tmp_path: Path) -> None:
    """A file that exists stays as it is, unless `--force` is given."""
    file = tmp_path / "mine.toml"
    file.write_text("mine", encoding="utf-8")
    assert_refused(junshi("init", "-a", "lab", "--out", file), "exists already", "--force")
    assert file.read_text(encoding="utf-8") == "mine"
    assert junshi("init", "-a", "lab", "--out", file, "--force").code == 0
    assert file.read_text(encoding="utf-8").startswith("# ")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


def test_init_where_nothing_can_be_written(tmp_path: Path) -> None:
    """A place that cannot be written gives a sentence."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert_refused(junshi("init", "-a", "lab", "--out", tmp_path / "file" / "x.toml"), "cannot be written")


def test_schema_describes_every_key() -> None:
    """The schema is JSON, and every key of the top level is in it."""
    answer = junshi("schema")
    schema = json.loads(answer.out)
    assert schema == json_schema()
    assert {"organisation", "horizon", "workload", "supply"} <= set(schema["properties"])


def test_check_as_json(tmp_path: Path) -> None:
    """`check --json` prints one object with the whole scenario and its hash."""
    file = tmp_path / "mine.toml"
    junshi("init", "-a", "startup", "--out", file)
    answer = junshi("check", file, "--json")
    found = json.loads(answer.out)
    assert found["stages"] == 12
    assert len(found["scenario_hash"]) == 64
    assert found["scenario"]["organisation"]["archetype"] == "startup"
