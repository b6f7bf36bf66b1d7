"""Closed vocabularies of the field, the same in files, code, messages and results."""

from enum import StrEnum


class Regime(StrEnum):
    """State of import supply, from free purchase to none."""

    OPEN = "open"
    LICENSED = "licensed"
    RESTRICTED = "restricted"
    CUT_OFF = "cut_off"


class Ramp(StrEnum):
    """State of domestic supply."""

    SLOW = "slow"
    BASE = "base"
    FAST = "fast"


class WorkKind(StrEnum):
    """Kind of work; each has its unit of work (`WORK_UNIT`) and its own efficiency."""

    PRETRAIN = "pretrain"
    FINETUNE = "finetune"
    SERVE = "serve"
    PREFILL = "prefill"
    DECODE = "decode"
    BATCH = "batch"
    RESEARCH = "research"
    DIFFUSION = "diffusion"
    RECOMMENDATION = "recommendation"
    VISION = "vision"
    EMBEDDING = "embedding"


WORK_UNIT: dict[WorkKind, str] = {
    WorkKind.PRETRAIN: "trained token",
    WorkKind.FINETUNE: "trained token",
    WorkKind.SERVE: "output token",
    WorkKind.PREFILL: "input token",
    WorkKind.DECODE: "output token",
    WorkKind.BATCH: "output token",
    WorkKind.RESEARCH: "accelerator-second of the reference accelerator",
    WorkKind.DIFFUSION: "sample",
    WorkKind.RECOMMENDATION: "sample",
    WorkKind.VISION: "sample",
    WorkKind.EMBEDDING: "sample",
}


class Mode(StrEnum):
    """How a workload runs on an ecosystem: as just ported, or tuned by use."""

    FRESH = "fresh"
    SEASONED = "seasoned"


class Archetype(StrEnum):
    """Kinds of organisation; each has a template scenario."""

    VANGUARD = "vanguard"
    GIANT = "giant"
    STARTUP = "startup"
    LAB = "lab"
    STATE_CENTRE = "state-centre"


class Origin(StrEnum):
    """Where an accelerator comes from, seen from China."""

    IMPORT = "import"
    DOMESTIC = "domestic"


class Confidence(StrEnum):
    """How well a fact is known; `assumed` is a stated guess."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    ASSUMED = "assumed"


class RiskReading(StrEnum):
    """Which total the CVaR is taken of: stage by stage, or of the total at the end."""

    NESTED = "nested"
    END = "end"
