"""Files flagged by `junshi scan` against the files that a real port edited.

    python benchmarks/porting_ports.py ECOSYSTEM WORDS BEFORE AFTER [LATER …]

BEFORE, AFTER and LATER are folders, e.g. unpacked releases; a file counts as edited by the port when it is in
both and an added line matches WORDS (a regular expression such as '(?<![a-z])npu').

A first port rarely edits all that it will in the end. With LATER releases a second precision is printed:
of the flagged files that are still there in the last of them, those that any release edited. Files that
a back end beside the old one replaces (`files_to_replace`) are left out of that one.
"""

from __future__ import annotations

import difflib
import re
import sys
from pathlib import Path

from junshi.porting.effort.estimate import estimate
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
    """Compare one port; 1 when a limit is missed by the last precision printed."""
    ecosystem, words, *folders = sys.argv[1:]
    before, *after = (Path(folder) for folder in folders)
    pattern = re.compile(words, re.IGNORECASE)
    edited = edited_files(before, after[0], pattern)
    report = scan(before, [Target(ecosystem)])
    found = set(report.files_found(ecosystem))
    flagged = {finding.hit.file for finding in report.findings if finding.outcome is not Outcome.AUTO}
    recall = len(edited & found) / max(1, len(edited))
    precision = len(edited & flagged) / max(1, len(flagged))
    print(f"{report.files} files read, {len(edited)} edited by the port, {len(flagged)} flagged")
    print(f"recall of edited {recall:.2f} (≥ {RECALL}), precision of flagged {precision:.2f} (≥ {PRECISION})")
    if after[1:]:
        replaced = set(estimate(report, ecosystem).files_to_replace)
        kept = {name for name in flagged - replaced if (after[-1] / name).is_file()}
        ever = edited.union(*(edited_files(before, later, pattern) for later in after[1:]))
        precision = len(kept & ever) / max(1, len(kept))
        print(f"{len(kept)} flagged, not replaced, still in the last release: precision {precision:.2f}")
        for name in sorted(kept - ever):
            print("  never edited:", name)
    return 0 if recall >= RECALL and precision >= PRECISION else 1


if __name__ == "__main__":
    sys.exit(main())
