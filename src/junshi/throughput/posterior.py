"""Posterior that comes with the package, and a user's overlay."""

from __future__ import annotations

from functools import cache

from junshi.throughput.efficiency import Posterior, before_measurements


@cache
def load_posterior() -> Posterior:
    """Efficiencies fitted on published measurements."""
    return before_measurements()
