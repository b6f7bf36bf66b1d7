"""What the scan writes for code hosts and for eyes: SARIF by its normative points, and one page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from junshi.porting.effort.estimate import estimate
from junshi.porting.export import sarif
from junshi.porting.export.sarif import sarif_log
from junshi.porting.printable import printable
from junshi.porting.report import ScanReport
from junshi.porting.scan import scan
from junshi.porting.targets.target import Target
from junshi.show.export.scan_page import page
from junshi.show.export.tree_map import HEIGHT, MOST_FILES, WIDTH, drawn_files, tree_map
from junshi.text import in_language

jsonschema = pytest.importorskip("jsonschema_rs", reason="checks the shape of a SARIF log")
CORPUS = Path(__file__).parent / "corpus"
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
RULE = {
    "type": "object",
    "required": ["id", "shortDescription", "fullDescription", "help", "defaultConfiguration"],
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "shortDescription": TEXT,
        "fullDescription": TEXT,
        "help": TEXT,
        "defaultConfiguration": {"type": "object", "properties": {"level": LEVEL}},
    },
}
LOCATION = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation", "region"],
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "required": ["uri"],
                    "properties": {
                        "uri": {"type": "string", "pattern": r"^(?!/)[A-Za-z0-9_.~!$&'()*+,;=@%/-]+$"}
                    },
                },
                "region": {
                    "type": "object",
                    "required": ["startLine"],
                    "properties": {"startLine": {"type": "integer", "minimum": 1}},
                },
            },
        }
    },
}
RESULT = {
    "type": "object",
    "required": ["ruleId", "ruleIndex", "message", "locations", "partialFingerprints", "level"],
    "properties": {
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "kind": {"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
        "message": TEXT,
        "locations": {"type": "array", "minItems": 1, "maxItems": 1, "items": LOCATION},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    # A level other than none goes with the kind fail only, and none with another kind (3.27.9, 3.27.10).
    "if": {"properties": {"kind": {"const": "fail"}}},
    "then": {"properties": {"level": {"not": {"const": "none"}}}},
    "else": {"properties": {"level": {"const": "none"}}},
}
LOG = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "$schema": {"type": "string", "pattern": "^https://"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name", "rules"],
                                "properties": {
                                    "rules": {"type": "array", "uniqueItems": True, "items": RULE}
                                },
                            }
                        },
                    },
                    "results": {"type": "array", "items": RESULT},
                },
            },
        },
    },
}
"""Points of SARIF 2.1.0 and of GitHub's code scanning that our logs rest on; the full schema is not ours."""


@pytest.fixture(scope="module")
def report() -> ScanReport:
    """Scan of the corpus for two targets."""
    return scan(CORPUS, [Target("cann"), Target("rocm")])


def results_of(log: dict[str, object]) -> list[dict[str, object]]:
    """Results of the only run, after JSON took what Python allows."""
    (run,) = json.loads(json.dumps(log))["runs"]
    names = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(names[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    return list(run["results"])


def test_log_has_the_shape_that_sarif_and_code_scanning_ask_for(report: ScanReport) -> None:
    """A log is valid, names each finding once, and gives no two results the same fingerprint."""
    log = sarif_log(report, report.findings)
    jsonschema.validate(LOG, json.loads(json.dumps(log)))
    results = results_of(log)
    assert len(results) == len(report.findings)
    prints = [json.dumps(result["partialFingerprints"]) for result in results]
    assert len(set(prints)) == len(prints)


def test_places_are_relative_addresses_from_the_working_folder(tmp_path: Path) -> None:
    """Odd file names are escaped in addresses, and the scanned folder stands before them."""
    names = ["a b#?%41.py", "中文.py", "new\nline.py", "a:b.py"]
    for name in names:
        (tmp_path / name).write_text("import flash_attn\n")
    report = scan(tmp_path, [Target("cann")])
    log = sarif_log(report, report.findings, "src/code/")
    jsonschema.validate(LOG, json.loads(json.dumps(log)))
    text = json.dumps(log, ensure_ascii=False)
    found = {unquote(uri) for uri in re.findall(r'"uri": "([^"]*)"', text)}
    assert found == {f"src/code/{printable(name)}" for name in names}


def test_the_hardest_are_kept_when_there_are_too_many(
    report: ScanReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of more findings than a host takes the hardest are told, and the rest is counted."""
    monkeypatch.setattr(sarif, "MOST_RESULTS", 20)
    log = sarif_log(report, report.findings)
    kept = results_of(log)
    assert len(kept) == 20
    assert {result["properties"]["outcome"] for result in kept} <= {"blocked", "rewrite"}  # type: ignore[index]
    assert log["runs"][0]["properties"]["left_out"] == len(report.findings) - 20  # type: ignore[index]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_says_all_in_the_language_asked_for(report: ScanReport, language: str) -> None:
    """The page has a map and a key per target, the parts that dominate, what to do first, and no raw key."""
    with in_language(language):
        text = page(report, [estimate(report, label) for label in report.labels])
    assert text.count("<svg") == 2
    assert text.count('class="key"') == 2
    assert ("先做" if language == "zh" else "First: ") in text
    assert not re.search(r"(?:src|href)=|https?://|@import|<script|url\(", text)
    assert "default-src 'none'" in text
    if language == "zh":
        assert not re.search(r">(?:learning|tests|validation|kernels)<", text)


def test_map_shows_each_file_in_proportion() -> None:
    """Areas of files are in proportion to their lines, and darker means more days."""
    lines = {"a/x.py": 300, "a/y.py": 100, "b.py": 600}
    text = tree_map(lines, {"b.py": 9.0, "a/y.py": 0.2})
    files = re.findall(
        r"<title>(\S+): .*?</title><rect x=\"[\d.]+\" y=\"[\d.]+\" width=\"([\d.]+)\" height=\"([\d.]+)\" "
        r'fill="(#\w+)"', text,
    )  # fmt: skip
    areas = {path: float(width) * float(height) for path, width, height, _ in files}
    assert areas == pytest.approx(
        {path: WIDTH * HEIGHT * count / 1000 for path, count in lines.items()}, rel=0.01
    )
    assert len({colour for *_, colour in files}) == 3


def test_map_draws_what_matters_of_many_files() -> None:
    """Of more files than a map has room for, those with days are drawn."""
    lines = {f"f{number}.py": number + 1 for number in range(MOST_FILES + 500)}
    assert "f0.py" in drawn_files(lines, {"f0.py": 0.1})
    assert len(drawn_files(lines, {})) == MOST_FILES
