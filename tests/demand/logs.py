"""Small logs written by tests."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

OPENB_HEADER = (
    "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,"
    "creation_time,deletion_time,scheduled_time"
)


def job(
    start: float | str,
    end: float | str,
    *,
    gpus: float | str = 1,
    milli: float | str = 1000,
    qos: str = "LS",
    asked: float | str | None = None,
    spec: str = "",
) -> str:
    """Line of a task list; times in seconds, `start` empty = never ran."""
    created = start if asked is None else asked
    return f"t,1000,1024,{gpus},{milli},{spec},{qos},Running,{created},{end},{start}"


def write_jobs(path: Path, lines: Sequence[str]) -> Path:
    """Write a task list with these lines."""
    return write(path, "\n".join([OPENB_HEADER, *lines]) + "\n")


def request(when: str, tokens_in: float | str = 100, tokens_out: float | str = 10) -> str:
    """Line of a serving log."""
    return f"{when},{tokens_in},{tokens_out}"


def write_requests(path: Path, lines: Sequence[str]) -> Path:
    """Write a serving log with these lines."""
    return write(path, "\n".join(["TIMESTAMP,ContextTokens,GeneratedTokens", *lines]) + "\n")


def write(path: Path, text: str) -> Path:
    """Text to a file, packed when its name ends in .gz."""
    content = text.encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path
