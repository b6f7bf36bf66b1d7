"""SARIF 2.1.0, which code hosts show beside the code."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from urllib.parse import quote

from junshi import __version__
from junshi.porting.finding import Finding, Outcome
from junshi.porting.record import FingerPrint, fingerprint
from junshi.porting.registry import Rule, load_registry
from junshi.porting.report import ScanReport

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_RESULTS = 25_000
"""Results that GitHub's code scanning takes of one run."""

LEVEL = {
    Outcome.AUTO: "none",
    Outcome.DROP_IN: "note",
    Outcome.MANUAL: "warning",
    Outcome.REWRITE: "warning",
    Outcome.BLOCKED: "error",
    Outcome.UNKNOWN: "note",
}
_HARDEST_FIRST = (
    Outcome.BLOCKED, Outcome.REWRITE, Outcome.MANUAL, Outcome.UNKNOWN, Outcome.DROP_IN, Outcome.AUTO,
)  # fmt: skip


def sarif_log(report: ScanReport, findings: Sequence[Finding], folder: str = "") -> dict[str, object]:
    """SARIF log of some findings of a report, with the rules that they are of.

    Parameters
    ----------
    report, findings : the scan, and what of it is told
    folder : path of the scanned folder from where the host looks for the files, empty = the same

    Returns
    -------
    log with the hardest `MOST_RESULTS` findings, in the order of files; `properties.left_out` counts the rest
    """
    kept = _hardest(findings)
    used = sorted({finding.hit.rule for finding in kept})
    place = {rule: number for number, rule in enumerate(used)}
    prefix = f"{folder.rstrip('/')}/" if folder else ""
    seen: dict[FingerPrint, int] = {}
    results: list[dict[str, object]] = []
    for finding in kept:
        key = fingerprint(finding)
        seen[key] = seen.get(key, 0) + 1
        results.append(_result(finding, place[finding.hit.rule], prefix, seen[key]))
    rules = load_registry().rules
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "junshi scan",
                        "version": __version__,
                        "rules": [_rule(rules[rule]) for rule in used],
                    }
                },
                "automationDetails": {"id": f"junshi-scan/{'+'.join(report.labels)}/"},
                "columnKind": "utf16CodeUnits",
                "results": results,
                "properties": {
                    "files": report.files,
                    "unknown_share": round(report.unknown_share(), 4),
                    "left_out": len(findings) - len(kept),
                },
            }
        ],
    }


def _hardest(findings: Sequence[Finding]) -> Sequence[Finding]:
    """As many findings as a host takes, the hardest of them, in their order."""
    if len(findings) <= MOST_RESULTS:
        return findings
    ranked = sorted(range(len(findings)), key=lambda number: _HARDEST_FIRST.index(findings[number].outcome))
    return [findings[number] for number in sorted(ranked[:MOST_RESULTS])]


def _rule(rule: Rule) -> dict[str, object]:
    """Rule with the texts that code hosts ask for."""
    title = rule.say_title()
    ways = "; ".join(f"{ecosystem}: {text}" for ecosystem, text in rule.replacement.items() if text)
    return {
        "id": rule.id,
        "shortDescription": {"text": title},
        "fullDescription": {"text": title},
        "help": {"text": ways or title},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"family": rule.family.value, "tags": [rule.family.value]},
    }


def _result(finding: Finding, rule_index: int, prefix: str, occurrence: int) -> dict[str, object]:
    rule = load_registry().rules[finding.hit.rule]
    replacement = rule.replacement.get(finding.target.split(":")[0], "")
    text = f"{finding.target}: {finding.outcome.value}: {rule.say_title()} ({finding.hit.symbol})"
    digest = hashlib.sha256("|".join(fingerprint(finding)).encode()).hexdigest()[:32]
    return {
        "ruleId": finding.hit.rule,
        "ruleIndex": rule_index,
        "kind": "informational" if finding.outcome is Outcome.AUTO else "fail",
        "level": LEVEL[finding.outcome],
        "message": {"text": f"{text} → {replacement}" if replacement else text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(prefix + finding.hit.file)},
                    "region": {"startLine": finding.hit.line},
                }
            }
        ],
        "partialFingerprints": {
            "primaryLocationLineHash": f"{digest}:{occurrence}",
            "tie/v1": f"{digest}:{occurrence}",
        },
        "properties": {"outcome": finding.outcome.value, "target": finding.target, "reason": finding.reason},
    }
