"""Which files a first port edits: a logistic model of what measured ports edited, file by file.

logit P(edited) = Σ coefficient · feature, fitted on the files with a finding in the release before each port.
A first port makes the trainer or the engine run and leaves much alone that a complete port needs: kernels
with a replacement beside them, single models, what is kept as legacy. The sum of the probabilities is the
number of existing files that it is expected to edit.
"""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources

from junshi.porting.finding import Family, Finding, Outcome
from junshi.porting.language import Language
from junshi.porting.report import FileSummary, ScanReport
from junshi.porting.role import Role, role_of

FEATURES = (
    "constant", "device", "communication", "python_kernel", "native", "library", "precision", "build",
    "by_hand", "anew", "unknown", "switch", "query", "test", "aside", "config", "other_platform", "project",
)  # fmt: skip
"""Names of the features, in the order of the coefficients."""

_SWITCHES = frozenset({"py-device-switch", "py-device-string-compare", "py-nccl-string-compare"})
_QUERY = "py-torch-cuda-runtime"
_NATIVE = frozenset({Language.CUDA, Language.CPP})
_CONFIG = frozenset({Language.YAML, Language.REQUIREMENTS, Language.TOML})


def edit_probabilities(report: ScanReport, label: str) -> dict[str, float]:
    """Probability that a first port to a target edits a file.

    Parameters
    ----------
    report : of a scan
    label : short name of one of its targets

    Returns
    -------
    file with a finding → probability, in the order of paths; files without a finding are not in it
    """
    weights = coefficients()
    chances: dict[str, float] = {}
    for file, row in features(report, label).items():
        score = sum(weights[name] * value for name, value in zip(FEATURES, row, strict=True))
        chances[file] = 1.0 / (1.0 + math.exp(-score))
    return chances


def features(report: ScanReport, label: str) -> dict[str, tuple[float, ...]]:
    """Features of each file with a finding, in the order of `FEATURES`."""
    grouped: dict[str, list[Finding]] = {}
    for finding in report.of(label):
        grouped.setdefault(finding.hit.file, []).append(finding)
    summaries = {summary.path: summary for summary in report.summaries}
    size = math.log(max(len(grouped), 1))
    return {file: _row(file, grouped[file], summaries.get(file), size) for file in sorted(grouped)}


def _row(
    file: str, findings: Sequence[Finding], summary: FileSummary | None, size: float
) -> tuple[float, ...]:
    families = Counter(finding.category for finding in findings)
    outcomes = {finding.outcome for finding in findings}
    rules = {finding.hit.rule for finding in findings}
    language = summary.language if summary else Language.PYTHON
    role = role_of(file)
    return (
        1.0,
        math.log1p(families[Family.DEVICE]),
        math.log1p(families[Family.COLLECTIVE_COMM]),
        float(bool(families[Family.KERNEL]) and language is Language.PYTHON),
        float(language in _NATIVE),
        float(bool(families[Family.LIBRARY])),
        float(bool(families[Family.PRECISION])),
        _any(families, (Family.BUILD, Family.LAUNCH, Family.DEPLOYMENT)),
        float(bool(outcomes & {Outcome.MANUAL, Outcome.DROP_IN})),
        float(bool(outcomes & {Outcome.REWRITE, Outcome.BLOCKED})),
        float(Outcome.UNKNOWN in outcomes),
        float(bool(rules & _SWITCHES)),
        float(_QUERY in rules),
        float(role is Role.TEST),
        float(role is Role.ASIDE),
        float(language in _CONFIG),
        float(summary is not None and summary.knows_others),
        size,
    )


def _any(families: Mapping[Family, int], wanted: Iterable[Family]) -> float:
    return float(any(families[family] for family in wanted))


@cache
def coefficients() -> Mapping[str, float]:
    """Fitted coefficient of each feature, from `first_port.toml`."""
    text = resources.files("junshi.porting.effort").joinpath("first_port.toml").read_text(encoding="utf-8")
    fitted: Mapping[str, float] = tomllib.loads(text)["coefficients"]
    return {name: float(fitted[name]) for name in FEATURES}
