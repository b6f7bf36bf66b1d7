"""`junshi scan` as a user runs it: a real process."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from junshi.porting.effort.estimate import estimate
from junshi.porting.scan import scan
from junshi.porting.targets.target import Target
from junshi.show.scan_sheets import top_sheet
from junshi.show.terminal import drawn
from junshi.text import in_language

CORPUS = Path(__file__).parent / "corpus"


def run(*words: str | Path, language: str = "en") -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "junshi", "--lang", language, "scan", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")


def test_json_is_one_object_with_the_agreed_keys() -> None:
    """`--json` prints one object: files, seconds, findings, effort per target, keep-up, unknown share."""
    done = run(
        CORPUS, "--to", "cann", "--chip", "ascend-910c", "--framework", "torch-2.13", "--to", "rocm", "--json"
    )
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert record["files"] > 10
    assert record["seconds"] > 0
    assert set(record["effort_days"]) == {"cann", "rocm"}
    assert all(set(days) == {"p10", "p50", "p90"} for days in record["effort_days"].values())
    assert record["keep_up_days_per_year"] > 0
    assert 0 <= record["unknown_share"] <= 1
    keys = {"rule", "file", "line", "category", "target", "outcome"}
    assert all(keys <= set(finding) for finding in record["findings"])
    assert record["targets"]["cann"]["chip"] == "ascend-910c"


@pytest.mark.parametrize(("language", "word"), [("en", "engineer-days"), ("zh", "人日")])
def test_summary_in_both_languages(language: str, word: str) -> None:
    """The summary says the range, the unknown share and the calibration, in the language asked for."""
    done = run(CORPUS, "--to", "cann", language=language)
    assert done.returncode == 0, done.stderr
    assert word in done.stdout
    assert "10" in done.stdout


def test_sarif_and_page_are_written(tmp_path: Path) -> None:
    """SARIF has rules, places and fingerprints; the page fetches nothing and holds the tree map."""
    sarif, html = tmp_path / "o.sarif", tmp_path / "o.html"
    assert run(CORPUS, "--to", "cann", "--sarif", sarif, "--html", html).returncode == 0
    log = json.loads(sarif.read_text(encoding="utf-8"))
    (scan,) = log["runs"]
    assert log["version"] == "2.1.0"
    names = [rule["id"] for rule in scan["tool"]["driver"]["rules"]]
    for result in scan["results"]:
        assert names[result["ruleIndex"]] == result["ruleId"]
        assert result["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1
    text = html.read_text(encoding="utf-8")
    assert "<svg" in text
    assert not re.search(r"(?:src|href)=|https?://(?!www\.w3)|@import|<script", text)


def test_page_escapes_names(tmp_path: Path) -> None:
    """A file name with markup in it stays text."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "<b>x.py").write_text("import torch\ntorch.cuda.init()\n")
    html = tmp_path / "o.html"
    assert run(tmp_path / "code", "--to", "cann", "--html", html).returncode == 0
    assert "<b>" not in html.read_text(encoding="utf-8")


def test_gate_fails_only_on_new_ties(tmp_path: Path) -> None:
    """`--diff` with `--fail-on` exits 0 on old ties and 1 on a new one that is hard enough."""
    code = tmp_path / "code"
    code.mkdir()
    (code / "a.py").write_text("import flash_attn\n")
    base = tmp_path / "base.json"
    base.write_text(run(code, "--to", "cann", "--json").stdout, encoding="utf-8")
    gate = ("--to", "cann", "--diff", base, "--fail-on", "manual")
    assert run(code, *gate).returncode == 0
    (code / "b.py").write_text("import torch\ntorch.cuda.init()\n")
    assert run(code, *gate).returncode == 0
    (code / "c.py").write_text("import flashinfer\n")
    failed = run(code, *gate)
    assert failed.returncode == 1
    listed = failed.stdout.partition("New places")[2]
    assert "py-flashinfer" in listed
    assert "py-flash-attn" not in listed
    assert run(code, "--to", "cann", "--diff", code, "--fail-on", "any").returncode == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere", "--to", "cann"], "no such file"),
        ([CORPUS], "no target"),
        ([CORPUS, "--to", "cuda"], "unknown ecosystem"),
        ([CORPUS, "--to", "cann", "--chip", "ascend-910x"], "ascend-910"),
        ([CORPUS, "--to", "cann", "--framework", "torch-9"], "torch-2.13"),
        ([CORPUS, "--to", "cann", "--ignore", "py-nothing"], "unknown rule"),
        ([CORPUS, "--to", "cann", "--fail-on", "hard"], "--fail-on"),
        ([CORPUS, "--to", "cann", "--shape", "round"], "--shape"),
        ([CORPUS, "--to", "cann", "--diff", CORPUS / "build" / "setup.py"], "not a scan"),
    ],
)
def test_wrong_input_is_one_sentence(words: list[str | Path], said: str) -> None:
    """Wrong input exits with 2 and one sentence, without a traceback."""
    done = run(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(
    not hasattr(os, "killpg"), reason="an interrupt reaches a group of processes on POSIX only"
)
def test_interrupt_leaves_nothing_behind(tmp_path: Path) -> None:
    """An interrupt of all processes ends the scan with 130, without a traceback and without a file."""
    code = tmp_path / "code"
    code.mkdir()
    for number in range(3000):
        (code / f"f{number}.py").write_text("import torch\n" + f"torch.cuda.init()  # {number}\n" * 200)
    page = tmp_path / "page.html"
    command = [
        sys.executable,
        "-m",
        "junshi",
        "scan",
        str(code),
        "--to",
        "cann",
        "--html",
        str(page),
        "--jobs",
        "2",
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as running:  # fmt: skip
        time.sleep(1.5)
        os.killpg(running.pid, signal.SIGINT)
        _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert b"Traceback" not in said
    assert list(tmp_path.iterdir()) == [code]


def test_outputs_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """An output that cannot be written is one sentence, and a device may stand for a file."""
    done = run(CORPUS, "--to", "cann", "--sarif", tmp_path)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert list(tmp_path.iterdir()) == []
    assert run(CORPUS, "--to", "cann", "--html", "/dev/null").returncode == 0


def test_base_of_other_targets_is_refused(tmp_path: Path) -> None:
    """A base without the target would make every tie new: it is refused, naming both."""
    base = tmp_path / "base.json"
    base.write_text(run(CORPUS, "--to", "rocm", "--json").stdout, encoding="utf-8")
    done = run(CORPUS, "--to", "cann", "--diff", base)
    assert done.returncode == 2
    assert "expected cann, found rocm" in done.stderr


@pytest.mark.parametrize("language", ["en", "zh"])
def test_narrow_terminal_keeps_the_numbers(language: str) -> None:
    """On 50 columns a long name of a part is folded, and its days and range are still there."""
    report = scan(CORPUS, [Target("cann")])
    entry = estimate(report, "cann")
    with in_language(language):
        sheet = top_sheet(entry)
    console = Console(width=50, file=io.StringIO(), record=True)
    console.print(drawn(sheet))
    shown = console.export_text()
    assert all(row[3] in shown and row[4] in shown for row in sheet.rows)
