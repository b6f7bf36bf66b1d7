"""What imports were worth in past quarters: work and price of the parts that arrived, against the reference.

Within one regime the best part that may be imported changed: A800 and H800 until late 2023, H20 from 2024.
Both mean work and mean price are weighted by the units shipped in the quarter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.schema import Accelerator, PriceKind
from junshi.errors import InputError

FloatArray = NDArray[np.float64]

UNITS = "units shipped to China"
PARTS = {
    "NVIDIA A100": ("a100-80g-sxm", "a100-80g-sxm"),
    "NVIDIA A800": ("a800-80g-sxm", "a100-80g-sxm"),
    "NVIDIA H800": ("h800-sxm", "h800-sxm"),
    "NVIDIA H20": ("h20-96g", "h20-96g"),
}
"""Segment of the market figures → accelerator whose rates, and accelerator whose price is taken."""

REFERENCE = "h20-96g"
FEWEST_UNITS = 10_000


def past_imports(catalogue: Catalogue, quarters: tuple[str, ...]) -> tuple[FloatArray, FloatArray]:
    """Work and price of an imported card against the reference, [quarter]; NaN where too few were shipped.

    Raises
    ------
    InputError : the catalogue lacks a rate or a price of one of the parts
    """
    work = {segment: _work(catalogue.accelerator(parts[0])) for segment, parts in PARTS.items()}
    price = {segment: _first_price(catalogue, parts[1]) for segment, parts in PARTS.items()}
    reference_work = _work(catalogue.accelerator(REFERENCE))
    reference_price = _first_price(catalogue, REFERENCE)
    units = {
        (row.period, row.vendor_or_segment): row.value for row in catalogue.market if row.metric == UNITS
    }
    works, prices = np.full(len(quarters), np.nan), np.full(len(quarters), np.nan)
    for place, quarter in enumerate(quarters):
        shipped = {segment: units.get((quarter, segment), 0.0) for segment in PARTS}
        total = sum(shipped.values())
        if total >= FEWEST_UNITS:
            works[place] = sum(shipped[name] * work[name] for name in PARTS) / total / reference_work
            prices[place] = sum(shipped[name] * price[name] for name in PARTS) / total / reference_price
    return works, prices


def _work(chip: Accelerator) -> float:
    """Geometric mean of compute and bandwidth: work is bound by either."""
    if chip.fp16_dense_tflops is None or chip.memory_bandwidth_gbs is None:
        raise InputError("collective.no_rate", accelerator=chip.id)
    return float(np.sqrt(chip.fp16_dense_tflops * chip.memory_bandwidth_gbs))


def _first_price(catalogue: Catalogue, name: str) -> float:
    """First known price as a share of a server, CNY: what it cost when it was new here."""
    for row in catalogue.prices_of(name):
        if row.kind is PriceKind.SERVER_SHARE and row.currency == "CNY":
            return row.price
    raise InputError("collective.no_price", accelerator=name)
