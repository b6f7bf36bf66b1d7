"""Where numbers come from: a fact with its source, and the record of a run."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from junshi.errors import InputError
from junshi.terms import Confidence


@dataclass(frozen=True)
class Fact:
    """One figure with what is needed to judge it.

    Attributes
    ----------
    value : number, or text or truth value for what is not counted
    unit : such as `GB/s`; empty for what has none
    source : address or full citation
    day : day on which it was true or last checked; None when neither is known
    confidence : how well it is known
    """

    value: float | str | bool
    unit: str
    source: str
    day: dt.date | None
    confidence: Confidence

    def as_json(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "value": self.value,
            "unit": self.unit,
            "source": self.source,
            "day": None if self.day is None else self.day.isoformat(),
            "confidence": self.confidence.value,
        }


@dataclass(frozen=True)
class RunRecord:
    """What made a result: enough to make it again.

    Attributes
    ----------
    version : of Junshi
    inputs_hash : `hash_inputs` of the scenario, the catalogue overlay and every file they name
    seed : of all random numbers
    solver, solver_version, solver_status : who solved it and how it ended
    started, finished : with time zone; `finished` is None while the run goes on
    command : words of the command line
    language : of the sentences written
    """

    version: str
    inputs_hash: str
    seed: int
    solver: str
    solver_version: str
    solver_status: str
    started: dt.datetime
    finished: dt.datetime | None
    command: tuple[str, ...]
    language: str

    def __post_init__(self) -> None:
        for moment in (self.started, self.finished):
            if moment is not None and moment.tzinfo is None:
                message = f"a moment needs its time zone: {moment}"
                raise ValueError(message)

    def to_json(self) -> str:
        """One JSON object, keys as the attributes, moments in ISO 8601."""
        entries = asdict(self)
        entries["started"] = self.started.isoformat()
        entries["finished"] = None if self.finished is None else self.finished.isoformat()
        entries["command"] = list(self.command)
        return json.dumps(entries, ensure_ascii=False, indent=2)

    @classmethod
    def from_json(cls, text: str, file: Path | str = "run.json") -> RunRecord:
        """Record that `to_json` wrote; further keys are ignored, so that newer records can be read.

        Raises
        ------
        InputError : not JSON, or a key is missing or has the wrong form
        """
        try:
            entries = json.loads(text)
            finished = entries["finished"]
            return cls(
                version=str(entries["version"]),
                inputs_hash=str(entries["inputs_hash"]),
                seed=int(entries["seed"]),
                solver=str(entries["solver"]),
                solver_version=str(entries["solver_version"]),
                solver_status=str(entries["solver_status"]),
                started=dt.datetime.fromisoformat(entries["started"]),
                finished=None if finished is None else dt.datetime.fromisoformat(finished),
                command=tuple(str(word) for word in entries["command"]),
                language=str(entries["language"]),
            )
        except json.JSONDecodeError as trouble:
            reason = f"{trouble.msg} ({trouble.lineno}:{trouble.colno})"
            raise InputError("provenance.bad_record", file=file, reason=reason) from trouble
        except KeyError as trouble:
            raise InputError("provenance.bad_record", file=file, reason=str(trouble)) from trouble
        except (TypeError, ValueError, AttributeError) as trouble:
            raise InputError("provenance.bad_record", file=file, reason=str(trouble)) from trouble


def hash_inputs(*parts: bytes) -> str:
    """SHA-256 over all parts, hexadecimal; where one part ends and the next begins counts.

    Examples
    --------
    >>> hash_inputs(b"ab", b"c") == hash_inputs(b"a", b"bc")
    False
    >>> len(hash_inputs())
    64
    """
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()
