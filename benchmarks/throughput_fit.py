"""Fit the efficiencies that come with the package, and cross-validate them by leaving out sources.

    python benchmarks/throughput_fit.py MEASUREMENTS.csv [--write]

The rows of `data/published.csv` are fitted as well. Prints the error and the coverage within the data, with
whole publishers left out, and with single source documents left out; `--write` replaces the data files of
`junshi.throughput`.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from junshi.catalogue.load import load_catalogue
from junshi.throughput.calibration import (
    GROUPS,
    LeftOut,
    answer,
    coverage,
    fit,
    informed,
    leave_sources_out,
    scatter_of,
    source_names,
)
from junshi.throughput.measurements import Question, question_of, read_measurements
from junshi.throughput.posterior import Evidence, package_files
from junshi.throughput.wording import publisher

FOLDS = 12
DATA = Path(__file__).parents[1] / "src" / "junshi" / "throughput" / "data"
PUBLISHED = DATA / "published.csv"
"""Rows that come with the package, beside those of the file given."""


def document(question: Question) -> str:
    """Fold of a source document; each fold leaves out whole documents."""
    return str(sum(question.row.source.encode()) % FOLDS)


def evidence(questions: list[Question]) -> list[Evidence]:
    """Rows by publisher, kind and accelerator, with one of their sources."""
    counts: Counter[tuple[str, str, str]] = Counter()
    first: dict[tuple[str, str, str], str] = {}
    for question in questions:
        key = (publisher(question.row.source), question.group, question.traits.accelerator)
        counts[key] += 1
        first.setdefault(key, question.row.source)
    return [Evidence(*key, rows, first[key]) for key, rows in sorted(counts.items())]


def show(title: str, groups: list[str], error: np.ndarray, covered: dict[str, float]) -> None:
    """One line a group."""
    print(title)
    for group in GROUPS:
        mine = np.array([name == group for name in groups])
        share = np.median(np.abs(np.expm1(-error[mine])))
        print(
            f"  {group:8s} {mine.sum():4d} rows  median error {share:6.1%}  inside 80 % {covered[group]:6.1%}"
        )


def main() -> None:
    """Fit, validate, print, and write when asked."""
    catalogue = load_catalogue()
    rows = (*read_measurements(Path(sys.argv[1])), *read_measurements(PUBLISHED))
    questions = [q for q in (question_of(row, catalogue) for row in rows) if isinstance(q, Question)]
    whole = fit(questions)
    left_outs: dict[str, LeftOut] = {
        "publishers left out": leave_sources_out(questions),
        f"documents left out ({FOLDS} folds)": leave_sources_out(questions, document),
    }
    unseen, seen = left_outs.values()
    scatter = scatter_of([unseen]) | {f"{g}.within": width for g, width in scatter_of([seen]).items()}
    whole = informed(replace(whole, scatter=whole.scatter | scatter))
    answers = answer(questions, whole)
    error = np.log([q.measured for q in questions]) - answers.log_value
    groups = [q.group for q in questions]
    spread = whole.spread([q.traits for q in questions], answers.slopes, groups, source_names(questions))
    inside = {
        g: float(
            np.mean([abs(e) <= 1.2816 * s for e, s, k in zip(error, spread, groups, strict=True) if k == g])
        )
        for g in GROUPS
    }
    show(f"all {len(questions)} rows in the fit, {len(whole.names)} effects", groups, error, inside)
    for title, one in left_outs.items():
        suffix = "" if one is unseen else ".within"
        show(title, groups, one.error, {g: coverage(one, g, scatter[g + suffix]) for g in GROUPS})
    print("scatter", scatter)
    if "--write" in sys.argv:
        for name, text in package_files(whole, evidence(questions)).items():
            (DATA / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
