"""CPU time and peak memory of a piece of work."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def cpu_seconds() -> float:
    """CPU time of this process and of its children that have ended, user and system."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def peak_mib() -> float:
    """Peak resident memory of this process so far, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """CPU seconds of a call, and its result."""
    start = cpu_seconds()
    result = work()
    return cpu_seconds() - start, result
