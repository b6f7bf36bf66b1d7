"""Run benchmarks: `python -m benchmarks [SUBJECT[:SIZE] ...]`; without arguments all of them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.registry import Row, subjects

RESULTS = Path("runs/benchmarks.json")


def main(wanted: list[str]) -> None:
    """Measure, print a table a subject, and keep the rows in runs/benchmarks.json."""
    kept: dict[str, list[Row]] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    found, lacking = subjects()
    for module, package in lacking.items():
        print(f"benchmarks.{module} is left out: it needs {package} (`make bench` installs it)", flush=True)
    for name, subject in found.items():
        asked = [word.partition(":")[2] for word in wanted if word.partition(":")[0] == name]
        if wanted and not asked:
            continue
        sizes = list(subject.sizes) if not asked or "" in asked else asked
        print(f"\n{name}: {subject.question}", flush=True)
        for size in sizes:
            rows = subject.sizes[size]()
            kept[f"{name}:{size}"] = rows
            _print(size, rows)
            RESULTS.parent.mkdir(exist_ok=True)
            RESULTS.write_text(json.dumps(kept, indent=1))


def _print(size: str, rows: list[Row]) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = [columns, *([_text(row.get(name, "")) for name in columns] for row in rows)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(columns))]
    print(f"  size {size}")
    for line in lines:
        print(
            "   ", "  ".join(word.rjust(width) for word, width in zip(line, widths, strict=True)), flush=True
        )


def _text(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main(sys.argv[1:])
