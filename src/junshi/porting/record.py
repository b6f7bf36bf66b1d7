"""A report and its estimates as plain values: what `--json` prints and `--diff` reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from junshi.errors import InputError
from junshi.porting.effort.estimate import EffortEstimate
from junshi.porting.effort.history import DAYS_PER_AUTHOR_WEEK, calibrate
from junshi.porting.finding import Finding
from junshi.porting.report import ScanReport

_TOP_PARTS = 10
_BASE_LIMIT = 500_000_000
FingerPrint = tuple[str, str, str, str]


def scan_record(report: ScanReport, estimates: Sequence[EffortEstimate]) -> dict[str, object]:
    """Everything of a scan.

    Returns
    -------
    `files`, `seconds`, `findings`, `effort_days` per target, `keep_up_days_per_year` (likely days, summed
    over the targets), `unknown_share` (of all findings), and under `targets` the same and more per target
    """
    calibration = calibrate()
    return {
        "root": report.root,
        "files": report.files,
        "lines": report.lines,
        "seconds": round(report.seconds, 3),
        "findings": [finding.to_dict() for finding in report.findings],
        "effort_days": {entry.target: entry.days.to_dict() for entry in estimates},
        "keep_up_days_per_year": round(sum(entry.keep_up_days_per_year.p50 for entry in estimates), 2),
        "unknown_share": round(report.unknown_share(), 4),
        "targets": {entry.target: target_record(report, entry) for entry in estimates},
        "skipped": dict(report.skipped),
        "unread_parts": report.unread_parts,
        "credits": report.credits,
        "calibration": {
            "cases": len(calibration.left_out),
            "leave_one_out_coverage": round(calibration.coverage, 3),
            "leave_one_out_error_factor": round(calibration.error_factor, 2),
            "engineer_days_per_author_week": DAYS_PER_AUTHOR_WEEK,
            "assumed": True,
        },
    }


def target_record(report: ScanReport, entry: EffortEstimate) -> dict[str, object]:
    """One target of a scan."""
    target = report.target(entry.target)
    return {
        "ecosystem": target.ecosystem,
        "chip": target.chip,
        "framework": target.framework,
        "shape": entry.shape.value,
        "effort_days": entry.days.to_dict(),
        "keep_up_days_per_year": entry.keep_up_days_per_year.to_dict(),
        "author_weeks": entry.author_weeks.to_dict(),
        "bottom_up_days": entry.bottom_up.to_dict(),
        "top_down_days": entry.top_down.to_dict(),
        "unknown_share": round(report.unknown_share(entry.target), 4),
        "outcomes": {outcome.value: count for outcome, count in report.outcomes(entry.target).items()},
        "guarded": report.guarded.get(entry.target, 0),
        "files_found": list(report.files_found(entry.target)),
        "files_to_edit": list(entry.files_to_edit),
        "files_to_replace": list(entry.files_to_replace),
        "files_expected_in_first_port": round(sum(entry.first_port.values()), 1),
        "first_port": {file: round(chance, 3) for file, chance in entry.first_port.items()},
        "days_by_family": {family.value: round(days, 2) for family, days in entry.by_family.items()},
        "largest_parts": [
            {
                "kind": part.kind.value,
                "name": part.name,
                "days_low": round(part.days.low, 3),
                "days_likely": round(part.days.likely, 3),
                "days_high": round(part.days.high, 3),
                "places": part.places,
                "assumed": part.assumed,
            }
            for part in entry.parts[:_TOP_PARTS]
        ],
        "blocked": list(entry.blocked),
        "assumed_share": round(entry.assumed_share, 3),
    }


def fingerprint(finding: Finding) -> FingerPrint:
    """Rule, file, symbol and target: what stays equal when lines move."""
    return (finding.hit.rule, finding.hit.file, finding.hit.symbol, finding.target)


def fingerprints(findings: Iterable[Finding]) -> dict[FingerPrint, int]:
    """How often each (rule, file, symbol, target) occurs: what stays equal when lines move."""
    counted: dict[FingerPrint, int] = {}
    for finding in findings:
        key = fingerprint(finding)
        counted[key] = counted.get(key, 0) + 1
    return counted


def read_base(path: Path, labels: Sequence[str] = ()) -> dict[FingerPrint, int]:
    """Fingerprints of an earlier scan from the file that `--json` wrote.

    Parameters
    ----------
    path : the file
    labels : targets that it must have been made for; all their ties would be new otherwise

    Raises
    ------
    InputError : no such file, too large, not JSON, not a scan, or one of other targets
    """
    if not path.is_file():
        raise InputError("errors.missing_file", file=str(path))
    if path.stat().st_size > _BASE_LIMIT:
        raise InputError(
            "errors.too_large", file=str(path), size_mb=path.stat().st_size / 1e6, limit_mb=_BASE_LIMIT / 1e6
        )
    try:
        raw = json.loads(path.read_bytes())
        rows = raw["findings"]
        counted: dict[FingerPrint, int] = {}
        for row in rows:
            key = (str(row["rule"]), str(row["file"]), str(row["symbol"]), str(row["target"]))
            counted[key] = counted.get(key, 0) + 1
    except (ValueError, KeyError, TypeError, RecursionError) as trouble:
        raise InputError("porting.bad_base", file=str(path)) from trouble
    known = raw.get("targets")
    missing = [label for label in labels if isinstance(known, Mapping) and label not in known]
    if missing:
        raise InputError(
            "porting.base_without_target", file=str(path), missing=", ".join(missing), known=", ".join(known)
        )
    return counted


def new_findings(findings: Iterable[Finding], base: Mapping[FingerPrint, int]) -> tuple[Finding, ...]:
    """Leave out what an earlier scan had: of equal findings, the first ones up to the earlier count."""
    left = dict(base)
    new: list[Finding] = []
    for finding in findings:
        key = fingerprint(finding)
        if left.get(key, 0) > 0:
            left[key] -= 1
        else:
            new.append(finding)
    return tuple(new)
