"""What a scan says: a hit is a place in the code, a finding is a hit seen from one target."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What a tie means on a target, from free to impossible; `unknown` is never counted as fine."""

    AUTO = "auto"
    DROP_IN = "drop_in"
    MANUAL = "manual"
    REWRITE = "rewrite"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


class Family(StrEnum):
    """What part of a code base a rule is about; also the folder of its rules."""

    DEVICE = "device"
    COLLECTIVE_COMM = "collective_comm"
    KERNEL = "kernel"
    LIBRARY = "library"
    PRECISION = "precision"
    BUILD = "build"
    LAUNCH = "launch"
    DEPLOYMENT = "deployment"


EVERYWHERE = "*"
"""In `Hit.handled`: the code costs nothing on any target (it is guarded or of another ecosystem)."""

EVERYONE = frozenset({EVERYWHERE})
"""In `Hit.handled`: the code costs nothing on any target."""

NOTHING: frozenset[str] = frozenset()
"""In `Hit.handled`: no ecosystem is handled."""

NEEDS_EDIT = frozenset({Outcome.DROP_IN, Outcome.MANUAL, Outcome.REWRITE, Outcome.BLOCKED})


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that a rule matched.

    Attributes
    ----------
    file : path relative to the scanned root, with forward slashes
    line : from 1
    rule : id of the rule
    symbol : name of the API, kernel or package that was found; equal symbols are priced once
    size : lines of a kernel or file, 0 for a single place
    handled : ecosystems for which the code is already guarded or ported; `*` = all
    optional : an import whose absence the code tolerates
    """

    file: str
    line: int
    rule: str
    symbol: str
    size: int = 0
    handled: frozenset[str] = frozenset()
    optional: bool = False


def in_order(hits: Iterable[Hit]) -> list[Hit]:
    """Each hit once, by file and line; a total order, so that it does not hang on hashes."""
    return sorted(
        set(hits),
        key=lambda hit: (
            hit.file, hit.line, hit.rule, hit.symbol, hit.size, hit.optional, sorted(hit.handled),
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit seen from one target.

    Attributes
    ----------
    hit : the place
    category : family of the rule
    target : name of the target
    outcome : what it means there
    reason : `rule`, `listed`, `not_listed`, `limited` or `optional`: what decided the outcome
    validate : whether it runs unedited there and may still give another result or speed, without a word
    """

    hit: Hit
    category: Family
    target: str
    outcome: Outcome
    reason: str = "rule"
    validate: bool = False

    def to_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "rule": self.hit.rule,
            "file": self.hit.file,
            "line": self.hit.line,
            "category": self.category.value,
            "target": self.target,
            "outcome": self.outcome.value,
            "symbol": self.hit.symbol,
            "reason": self.reason,
            "validate": self.validate,
        }
