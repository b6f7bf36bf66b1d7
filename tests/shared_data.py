"""Reference data that is not part of the repository: found next to the checkout, or the test is skipped."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def shared_file(relative: str) -> Path:
    """Path of a reference file under `JUNSHI_SHARED` or `../shared`; skips the test when it is absent."""
    root = Path(os.environ.get("JUNSHI_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    path = root / relative
    if not path.exists():
        pytest.skip(f"reference file {relative} is not present")
    return path
