"""Precision and recall on a labelled corpus of our own, with traps; `make test` prints both."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from junshi.porting.scan import scan
from junshi.porting.targets.target import Target

CORPUS = Path(__file__).parent / "corpus"
LABEL = re.compile(r"tie(?:@([a-z]+))?: ([\w@., -]+)")
ECOSYSTEMS = ("cann", "rocm")
PRECISION, RECALL, PLACES = 0.97, 0.95, 300

Place = tuple[str, int, str, str]


def labelled() -> set[Place]:
    """Places that are ties, per ecosystem: (file, line, rule, ecosystem)."""
    places: set[Place] = set()
    for path in sorted(CORPUS.rglob("*")):
        if path.is_dir():
            continue
        name = path.relative_to(CORPUS).as_posix()
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".labels":
            source = next(
                other for other in path.parent.iterdir() if other.stem == path.stem and other != path
            )
            for row in text.splitlines():
                line, rule = row.split()
                places |= {
                    (source.relative_to(CORPUS).as_posix(), int(line), rule, eco) for eco in ECOSYSTEMS
                }
            continue
        for number, row in enumerate(text.split("\n"), 1):
            for found in LABEL.finditer(row):
                for word in re.split(r"[,\s]+", found[2].strip()):
                    rule, _, at = word.partition("@")
                    wanted = (found[1],) if found[1] else ECOSYSTEMS
                    places |= {(name, int(at or number), rule, eco) for eco in wanted}
    return places


def found_places() -> set[Place]:
    """Places that the scan finds, per ecosystem."""
    report = scan(CORPUS, [Target(name) for name in ECOSYSTEMS])
    return {(f.hit.file, f.hit.line, f.hit.rule, f.target) for f in report.findings}


def test_corpus_is_large_enough() -> None:
    """The corpus has at least as many labelled places as asked for."""
    assert len({place[:3] for place in labelled()}) >= PLACES


def test_precision_and_recall(capsys: pytest.CaptureFixture[str]) -> None:
    """Of the places found, at least 97 % are labelled; of those labelled, at least 95 % are found."""
    wanted, found = labelled(), found_places()
    right = wanted & found
    precision, recall = len(right) / len(found), len(right) / len(wanted)
    with capsys.disabled():
        print(f"\nlabelled corpus: {len(wanted)} places, precision {precision:.3f}, recall {recall:.3f}")
        for place in sorted(found - wanted):
            print("  not labelled:", *place, file=sys.stdout)
        for place in sorted(wanted - found):
            print("  not found:", *place, file=sys.stdout)
    assert precision >= PRECISION
    assert recall >= RECALL
