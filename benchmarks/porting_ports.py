"""Files flagged by `junshi scan` against the files that a real port edited.

    python benchmarks/porting_ports.py BEFORE AFTER ECOSYSTEM WORDS

BEFORE and AFTER are folders, e.g. two unpacked releases; a file counts as edited by the port when it is in
both and an added line matches WORDS (a regular expression such as '(?<![a-z])npu'). A first port rarely edits
all that it will in the end: precision is a lower bound.
"""

from __future__ import annotations

import difflib
import re
import sys
from pathlib import Path

from junshi.porting.finding import Outcome
from junshi.porting.language import language_of
from junshi.porting.scan import scan
from junshi.porting.targets.target import Target

RECALL, PRECISION = 0.85, 0.6


def edited_files(before: Path, after: Path, words: re.Pattern[str]) -> set[str]:
    """Files of both trees in which the later one has an added line that matches."""
    edited: set[str] = set()
    for path in sorted(after.rglob("*")):
        name = path.relative_to(after).as_posix()
        earlier = before / name
        if not path.is_file() or not earlier.is_file() or language_of(name) is None or "-info/" in name:
            continue
        old, new = (
            file.read_text(encoding="utf-8", errors="replace").split("\n") for file in (earlier, path)
        )
        added = (line for line in difflib.unified_diff(old, new, n=0, lineterm="") if line.startswith("+"))
        if old != new and any(words.search(line) for line in added):
            edited.add(name)
    return edited


def main() -> int:
    """Compare one port; 1 when a limit is missed."""
    before, after, ecosystem, words = sys.argv[1:]
    edited = edited_files(Path(before), Path(after), re.compile(words, re.IGNORECASE))
    report = scan(Path(before), [Target(ecosystem)])
    found = set(report.files_found(ecosystem))
    flagged = {finding.hit.file for finding in report.findings if finding.outcome is not Outcome.AUTO}
    recall = len(edited & found) / max(1, len(edited))
    precision = len(edited & flagged) / max(1, len(flagged))
    print(f"{report.files} files read, {len(edited)} edited by the port, {len(flagged)} flagged")
    print(f"recall of edited {recall:.2f} (≥ {RECALL}), precision of flagged {precision:.2f} (≥ {PRECISION})")
    return 0 if recall >= RECALL and precision >= PRECISION else 1


if __name__ == "__main__":
    sys.exit(main())
