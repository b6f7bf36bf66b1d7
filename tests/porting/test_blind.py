"""Precision and recall on code that was written and labelled without knowledge of the rules.

Each corpus was labelled line by line before the scan saw it. Rules were then mended on what was missed, so
the figures below are no longer those of unseen code; the first ones are in docs/porting.md.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from junshi.porting.scan import scan
from junshi.porting.targets.target import Target

BLIND = Path(__file__).parent / "blind"
LEAST = {"python": (0.95, 0.93), "native": (0.97, 0.92), "project": (0.96, 0.95)}
"""Corpus → least precision and recall of lines."""


def figures(corpus: str) -> tuple[float, float, int]:
    """Precision, recall and number of the labelled lines; lines of `also` count neither way."""
    labels = tomllib.loads((BLIND / f"{corpus}.labels.toml").read_text(encoding="utf-8"))
    report = scan(BLIND / corpus, [Target("cann")])
    found = {(finding.hit.file, finding.hit.line) for finding in report.findings}
    ties = {(file, tie[0]) for file, entry in labels.items() for tie in entry["ties"]}
    neither = {(file, line) for file, entry in labels.items() for line in entry.get("also", [])}
    right = found & ties
    return len(right) / len(found - neither), len(right) / len(ties), len(ties)


@pytest.mark.parametrize("corpus", sorted(LEAST))
def test_precision_and_recall_on_independent_code(corpus: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the lines found most are labelled as ties, and most labelled ones are found."""
    precision, recall, places = figures(corpus)
    with capsys.disabled():
        print(
            f"\nindependent corpus {corpus}: {places} lines, precision {precision:.3f}, recall {recall:.3f}"
        )
    assert precision >= LEAST[corpus][0]
    assert recall >= LEAST[corpus][1]
