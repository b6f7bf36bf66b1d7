"""The parts of a port: findings grouped into things that are done once, with the days of each."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from junshi.porting.effort.pricing import Price, price
from junshi.porting.finding import Family, Finding, Outcome
from junshi.porting.registry import Registry, Rule
from junshi.porting.targets.target import Target

REPEAT = 0.1
"""Days of a further place of the same API over days of the first; assumed."""

LEARNING = 0.85
"""Each doubling of the number of like pieces lowers the days of one to this share (Wright); assumed."""

TYPICAL_KERNEL_LINES = 60.0
SIZE_EXPONENT = 0.5
"""Days of a kernel grow with the square root of its lines over the typical ones; assumed."""


class PartKind(StrEnum):
    """Kind of work of a part."""

    EDIT = "edit"
    KERNEL = "kernel"
    DEPENDENCY = "dependency"
    BUILD = "build"
    TEST = "test"
    VALIDATION = "validation"
    LEARNING = "learning"
    SETUP = "setup"


@dataclass(frozen=True)
class Part:
    """One thing to do: kind, what it is about, days low/likely/high, and the places behind it, per file."""

    kind: PartKind
    name: str
    family: Family | None
    days: Price
    places: int
    assumed: bool
    outcome: Outcome | None = None
    files: tuple[tuple[str, int], ...] = ()


def parts_of(findings: Iterable[Finding], registry: Registry, target: Target) -> tuple[Part, ...]:
    """Parts of the findings of one target, equal APIs, kernels and packages once, largest first.

    Parameters
    ----------
    findings : of this target
    registry : their rules
    target : where the code is to run
    """
    groups: dict[tuple[str, str, Outcome], list[Finding]] = {}
    for finding in findings:
        rule = registry.rules[finding.hit.rule]
        key = (rule.id, _piece(rule, finding), finding.outcome)
        groups.setdefault(key, []).append(finding)
    pieces = _pieces_per_rule(groups)
    parts = [
        _part(registry.rules[rule_id], piece, outcome, group, target, pieces[rule_id, outcome])
        for (rule_id, piece, outcome), group in groups.items()
    ]
    return tuple(sorted(parts, key=lambda part: (-part.days.likely, part.name)))


def _piece(rule: Rule, finding: Finding) -> str:
    """Name what is done once: the rule, the API, the kernel, the package."""
    return "" if rule.effort.unit == "project" else finding.hit.symbol


def _pieces_per_rule(groups: Mapping[tuple[str, str, Outcome], object]) -> dict[tuple[str, Outcome], int]:
    counted: dict[tuple[str, Outcome], int] = {}
    for rule_id, _, outcome in groups:
        counted[rule_id, outcome] = counted.get((rule_id, outcome), 0) + 1
    return counted


def _part(
    rule: Rule, piece: str, outcome: Outcome, group: list[Finding], target: Target, pieces: int
) -> Part:
    unit = price(rule, outcome, target)
    optional = all(finding.hit.optional for finding in group)
    factor = 0.0 if optional else reuse(pieces)
    size = max(finding.hit.size for finding in group)
    if rule.effort.unit == "100_loc":
        factor *= max(size, 1) / 100.0
    elif rule.effort.unit in ("kernel", "file") and size:
        factor *= math.pow(max(size, 5) / TYPICAL_KERNEL_LINES, SIZE_EXPONENT)
    if rule.effort.unit == "occurrence":
        factor *= 1.0 + REPEAT * (len(group) - 1)
    return Part(
        kind=_kind(rule),
        name=f"{rule.id} {piece}".strip(),
        family=rule.family,
        days=unit.scaled(factor),
        places=len(group),
        assumed=rule.effort.basis != "published" or target.ecosystem != rule.effort.ecosystem,
        outcome=outcome,
        files=tuple(sorted(Counter(finding.hit.file for finding in group).items())),
    )


def reuse(pieces: int) -> float:
    """Mean days of one of several like pieces, over the days of a first one.

    Examples
    --------
    >>> reuse(1)
    1.0
    """
    return math.pow(max(pieces, 1), math.log2(LEARNING))


def _kind(rule: Rule) -> PartKind:
    if rule.family is Family.KERNEL and rule.effort.unit in ("kernel", "100_loc", "plugin"):
        return PartKind.KERNEL
    if rule.family is Family.LIBRARY or rule.effort.unit == "dependency":
        return PartKind.DEPENDENCY
    if rule.family in (Family.BUILD, Family.DEPLOYMENT, Family.LAUNCH):
        return PartKind.BUILD
    return PartKind.EDIT
