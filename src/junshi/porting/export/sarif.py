"""SARIF 2.1.0, which code hosts show beside the code."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from junshi import __version__
from junshi.porting.finding import Finding, Outcome
from junshi.porting.registry import load_registry
from junshi.porting.report import ScanReport

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVEL = {
    Outcome.AUTO: "none",
    Outcome.DROP_IN: "note",
    Outcome.MANUAL: "warning",
    Outcome.REWRITE: "warning",
    Outcome.BLOCKED: "error",
    Outcome.UNKNOWN: "note",
}


def sarif_log(report: ScanReport, findings: Sequence[Finding]) -> dict[str, object]:
    """SARIF log of some findings of a report, with the rules that they are of."""
    registry = load_registry()
    used = sorted({finding.hit.rule for finding in findings})
    place = {rule: number for number, rule in enumerate(used)}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "junshi scan",
                        "version": __version__,
                        "rules": [
                            {
                                "id": rule,
                                "shortDescription": {"text": registry.rules[rule].say_title()},
                                "properties": {"family": registry.rules[rule].family.value},
                            }
                            for rule in used
                        ],
                    }
                },
                "columnKind": "utf16CodeUnits",
                "results": [_result(finding, place[finding.hit.rule]) for finding in findings],
                "properties": {"files": report.files, "unknown_share": round(report.unknown_share(), 4)},
            }
        ],
    }


def _result(finding: Finding, rule_index: int) -> dict[str, object]:
    rule = load_registry().rules[finding.hit.rule]
    replacement = rule.replacement.get(finding.target.split(":")[0], "")
    text = f"{finding.target}: {finding.outcome.value}: {rule.say_title()} ({finding.hit.symbol})"
    key = "|".join((finding.hit.rule, finding.hit.file, finding.hit.symbol, finding.target))
    return {
        "ruleId": finding.hit.rule,
        "ruleIndex": rule_index,
        "level": LEVEL[finding.outcome],
        "message": {"text": f"{text} → {replacement}" if replacement else text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": finding.hit.file},
                    "region": {"startLine": finding.hit.line},
                }
            }
        ],
        "partialFingerprints": {"tie/v1": hashlib.sha256(key.encode()).hexdigest()[:32]},
        "properties": {"outcome": finding.outcome.value, "target": finding.target, "reason": finding.reason},
    }
