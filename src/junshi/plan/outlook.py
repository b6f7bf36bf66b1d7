"""Paths of maturity, price and availability that a plan faces; the collective can hand over its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.catalogue.schema import Accelerator, Ecosystem
from junshi.plan.trends import Trends
from junshi.text import say
from junshi.units import DAYS_PER_QUARTER, Quarter

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Outlook:
    """Deterministic trends on top of the Markov states.

    Attributes
    ----------
    ecosystems, accelerators : ids
    maturity : shape [ecosystem, stage], share of attainable efficiency, 0 to 1
    price_factor : shape [accelerator, stage], base price relative to the first stage
    availability_factor : shape [accelerator, stage], order limit relative to the first stage
    fresh_ratio : shape [ecosystem, stage], throughput as just ported over tuned
    source : where the paths come from, for people
    """

    ecosystems: tuple[str, ...]
    accelerators: tuple[str, ...]
    maturity: NDArray[np.float64]
    price_factor: NDArray[np.float64]
    availability_factor: NDArray[np.float64]
    fresh_ratio: NDArray[np.float64]
    source: str


def default_outlook(
    accelerators: Sequence[Accelerator],
    ecosystems: Sequence[Ecosystem],
    start: Quarter,
    stages: int,
    trends: Trends,
) -> Outlook:
    """Outlook of one organisation that takes the world as given.

    Maturity closes a fixed share of its distance to 1 each year, from the catalogue's day on; prices and
    order limits change by a fixed share a year from the first stage on.
    """
    years = np.arange(stages) / 4.0
    price = [(1.0 + trends.price_change_per_year[chip.origin]) ** years for chip in accelerators]
    available = [(1.0 + trends.availability_change_per_year[chip.origin]) ** years for chip in accelerators]
    maturity = [_maturity(row, start, stages) for row in ecosystems]
    return Outlook(
        ecosystems=tuple(row.id for row in ecosystems),
        accelerators=tuple(chip.id for chip in accelerators),
        maturity=np.array(maturity),
        price_factor=np.array(price),
        availability_factor=np.array(available),
        fresh_ratio=np.array([np.full(stages, row.fresh_ratio) for row in ecosystems]),
        source=say("plan.outlook_default"),
    )


def _maturity(row: Ecosystem, start: Quarter, stages: int) -> FloatArray:
    """Maturity in the middle of each stage."""
    days = (start.first_day - row.day).days + (np.arange(stages) + 0.5) * DAYS_PER_QUARTER
    return np.asarray(1.0 - (1.0 - row.maturity) * (1.0 - row.gap_closed_per_year) ** (days / 365.25))
