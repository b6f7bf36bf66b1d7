"""Trends that a plan assumes of the coming quarters, from `data/trends.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from junshi.terms import Origin
from junshi.units import QUARTERS_PER_YEAR


@dataclass(frozen=True)
class Trends:
    """Yearly changes by origin, and the uptime and service life of an accelerator."""

    price_change_per_year: dict[Origin, float]
    availability_change_per_year: dict[Origin, float]
    uptime: float
    service_life_quarters: float


@cache
def load_trends() -> Trends:
    """Trends that come with the package."""
    text = resources.files("junshi.plan").joinpath("data", "trends.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)
    return Trends(
        {origin: float(rows["price_change_per_year"][origin.value]["value"]) for origin in Origin},
        {origin: float(rows["availability_change_per_year"][origin.value]["value"]) for origin in Origin},
        float(rows["uptime"]["value"]),
        float(rows["service_life"]["value"]) * QUARTERS_PER_YEAR,
    )
