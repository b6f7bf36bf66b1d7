"""Names of the closed vocabularies in the language of the reader."""

from __future__ import annotations

from junshi.terms import Archetype, Confidence, Mode, Origin, Ramp, Regime, RiskReading, WorkKind
from junshi.text import say

Term = Regime | Ramp | Mode | WorkKind | Origin | Archetype | RiskReading | Confidence

_PREFIX = {
    Regime: "regime",
    Ramp: "ramp",
    Mode: "mode",
    WorkKind: "kind",
    Origin: "origin",
    Archetype: "archetype",
    RiskReading: "reading",
    Confidence: "confidence",
}


def word(term: Term) -> str:
    """Name of a term for people: `cut off`, or `断供`."""
    return say(f"show.{_PREFIX[type(term)]}_{term.value.replace('-', '_')}")


def yes(value: bool) -> str:
    """Yes, or nothing."""
    return say("show.yes") if value else ""


def rate_unit(kind: WorkKind) -> str:
    """Unit of a demand: work per second, but busy accelerators as they are."""
    unit = say(f"show.unit_{kind.value}")
    return unit if kind is WorkKind.RESEARCH else f"{unit}/s"
