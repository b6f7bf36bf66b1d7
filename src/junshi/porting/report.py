"""The report of a scan: frozen, complete, with plain values for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from junshi.porting.finding import NEEDS_EDIT, Finding, Outcome
from junshi.porting.language import Language
from junshi.porting.targets.target import Target


@dataclass(frozen=True)
class FileSummary:
    """A file that was read: path, language, lines, and whether it has code for other platforms than CUDA."""

    path: str
    language: Language
    lines: int
    knows_others: bool = False


@dataclass(frozen=True)
class ScanReport:
    """What ties a code base to CUDA, seen from each target.

    Attributes
    ----------
    root : what was scanned
    targets, labels : where it is to run, and the short name of each in the findings
    summaries : files that were read, in the order of paths
    findings : one per place and target; places that the code guards for a target are left out
    guarded : places left out, per target
    credits : places, of those looked at, where the code speaks to another ecosystem or an abstraction
    skipped : files not read, by reason
    unread_parts : parts that no parser took
    seconds : wall time of the scan [s]
    """

    root: str
    targets: tuple[Target, ...]
    labels: tuple[str, ...]
    summaries: tuple[FileSummary, ...]
    findings: tuple[Finding, ...]
    guarded: Mapping[str, int] = field(default_factory=dict)
    credits: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    unread_parts: int = 0
    seconds: float = 0.0

    @property
    def files(self) -> int:
        """Files that were read."""
        return len(self.summaries)

    @property
    def lines(self) -> int:
        """Lines of the files that were read."""
        return sum(summary.lines for summary in self.summaries)

    def of(self, label: str) -> tuple[Finding, ...]:
        """Select the findings of one target."""
        return tuple(finding for finding in self.findings if finding.target == label)

    def target(self, label: str) -> Target:
        """Target of a short name; KeyError for another."""
        return dict(zip(self.labels, self.targets, strict=True))[label]

    def outcomes(self, label: str) -> Mapping[Outcome, int]:
        """Count the findings of a target per outcome, every outcome named."""
        counted = Counter(finding.outcome for finding in self.of(label))
        return {outcome: counted[outcome] for outcome in Outcome}

    def unknown_share(self, label: str | None = None) -> float:
        """Share of findings about which nothing is known, of one target or of all; 0 without findings."""
        findings = self.findings if label is None else self.of(label)
        if not findings:
            return 0.0
        return sum(finding.outcome is Outcome.UNKNOWN for finding in findings) / len(findings)

    def files_to_edit(self, label: str) -> tuple[str, ...]:
        """Files with a finding that needs an edit on a target, in the order of paths."""
        return tuple(
            sorted({finding.hit.file for finding in self.of(label) if finding.outcome in NEEDS_EDIT})
        )

    def files_found(self, label: str) -> tuple[str, ...]:
        """Files with any finding on a target, in the order of paths."""
        return tuple(sorted({finding.hit.file for finding in self.of(label)}))
