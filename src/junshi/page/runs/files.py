"""The folder of a run: names of its files, and how they are written so that none is ever half there."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

REQUEST, STATE, PROGRESS, CANCEL, LOCK = "request.json", "state.json", "progress.json", "cancel", "lock"
SCENARIO, RESULT, LOG, POLICY = "scenario.toml", "result.json", "worker.log", "policy.npz"
VIEW = "view"
_ID = re.compile(r"[0-9a-f]{16}")


def new_id() -> str:
    """Sixteen hex digits that nobody can guess."""
    return secrets.token_hex(8)


def is_id(text: str) -> bool:
    """Whether a text may be an id; nothing else is ever made part of a path.

    Examples
    --------
    >>> is_id("0123456789abcdef"), is_id("../../etc/passwd")
    (True, False)
    """
    return _ID.fullmatch(text) is not None


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all, and is on the disk afterwards."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write one JSON object, whole or not at all."""
    write_bytes(path, json.dumps(content, ensure_ascii=False, allow_nan=False).encode())


def read_json(path: Path) -> dict[str, Any] | None:
    """Object of a file; None when there is none or it is not one."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
