"""Two accelerators side by side on the same workloads: rate, cost, energy, and what binds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.schema import Accelerator
from junshi.scenario.schema import Workload
from junshi.throughput.build import workload_cells
from junshi.throughput.economy import Terms, cost_per_million, economy_of, joules_per_unit
from junshi.throughput.efficiency import Posterior


@dataclass(frozen=True)
class Side:
    """One accelerator on one workload; NaN where it cannot run or a figure is not published.

    Attributes
    ----------
    rate, low, high : units of work per second of one accelerator, likely and 80 % interval
    owned, rented : CNY for a million units
    joules : energy at the meter for a unit
    """

    accelerator: str
    rate: float
    low: float
    high: float
    bound: str
    precision: str
    reason: str
    owned: float
    rented: float
    joules: float


@dataclass(frozen=True)
class Comparison:
    """One workload on two accelerators."""

    workload: Workload
    first: Side
    second: Side

    @property
    def rate_ratio(self) -> float:
        """Throughput of the second over that of the first."""
        return self.second.rate / self.first.rate

    @property
    def cost_ratio(self) -> float:
        """Cost of a unit of work, owned, of the second over that of the first."""
        return self.second.owned / self.first.owned


def compare(
    first: Accelerator,
    second: Accelerator,
    workloads: Sequence[Workload],
    catalogue: Catalogue,
    posterior: Posterior,
    terms: Terms,
) -> tuple[Comparison, ...]:
    """Both accelerators on each workload."""
    found = []
    for workload in workloads:
        cells = workload_cells(workload, [first, second], catalogue, posterior)
        sides = []
        for place, chip in enumerate((first, second)):
            economy = economy_of(chip, catalogue, terms)
            rate = float(cells.value.likely[place])
            runs = not math.isnan(rate)
            sides.append(
                Side(
                    accelerator=chip.id,
                    rate=rate,
                    low=float(cells.value.low[place]),
                    high=float(cells.value.high[place]),
                    bound=cells.bound[place],
                    precision=cells.precision[place],
                    reason=cells.reason[place],
                    owned=cost_per_million(economy.owned, rate) if runs else math.nan,
                    rented=cost_per_million(economy.rent, rate) if runs else math.nan,
                    joules=joules_per_unit(chip, terms, rate) if runs else math.nan,
                )
            )
        found.append(Comparison(workload, sides[0], sides[1]))
    return tuple(found)
