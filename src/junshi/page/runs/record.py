"""What is asked of a run, and what is known about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a run finds out; all but the last three read a scenario."""

    PLAN = "plan"
    FRONTIER = "frontier"
    CERTAINTY = "certainty"
    STRESS = "stress"
    PLAYBOOK = "playbook"
    ALTERNATIVES = "alternatives"
    SENSITIVITY = "sensitivity"
    BACKTEST = "backtest"
    SWITCH = "switch"
    COLLECTIVE = "collective"
    SCAN = "scan"
    DEMAND = "demand"


WITH_SCENARIO = frozenset(Kind) - {Kind.COLLECTIVE, Kind.SCAN, Kind.DEMAND}
FROM_POLICY = frozenset({Kind.STRESS, Kind.PLAYBOOK, Kind.ALTERNATIVES, Kind.SENSITIVITY, Kind.SWITCH})
"""Kinds that can start from the policy of another run; the others that read a scenario plan by themselves."""


class Status(StrEnum):
    """Where a run stands. `stopped` = the user said so; `interrupted` = its process was lost, can go on."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


LIVE = frozenset({Status.QUEUED, Status.RUNNING})


@dataclass(frozen=True)
class Request:
    """What was asked.

    Attributes
    ----------
    base : run whose policy and scenario are used, empty for none
    upload : name of the uploaded file of a scan or a demand log, empty for none
    options : of the kind, as the API checked them
    language : of sentences inside the result
    created : with time zone
    """

    id: str
    kind: Kind
    title: str
    created: str
    language: str
    base: str = ""
    upload: str = ""
    options: dict[str, Any] = field(default_factory=dict)

    def to_object(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def of(cls, found: dict[str, Any]) -> Request:
        """Request that `to_object` made."""
        return cls(**{**found, "kind": Kind(found["kind"])})


@dataclass(frozen=True)
class State:
    """Where a run stands, as its folder says.

    Attributes
    ----------
    started, finished : moments with time zone, empty when not yet
    seconds : spent by earlier processes of this run that were lost or stopped
    error : sentence by language, empty when there is none
    """

    status: Status
    started: str = ""
    finished: str = ""
    seconds: float = 0.0
    error: dict[str, str] = field(default_factory=dict)

    def to_object(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def of(cls, found: dict[str, Any]) -> State:
        """State that `to_object` made."""
        return cls(**{**found, "status": Status(found["status"])})


def now() -> str:
    """Give the present moment in ISO 8601 with time zone."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
