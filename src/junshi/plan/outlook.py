"""Paths of maturity, price and availability that a plan faces; the collective can hand over its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


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
