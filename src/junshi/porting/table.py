"""EffortTable: what it costs to make each workload run on each ecosystem."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class EffortTable:
    """Engineer-days per (workload, ecosystem); NaN = cannot or may not be ported.

    Attributes
    ----------
    workloads, ecosystems : ids, axis order `[workload, ecosystem]`
    days, days_low, days_high : engineer-days for the whole port, once
    upkeep_days_per_year : to keep it up to date
    """

    workloads: tuple[str, ...]
    ecosystems: tuple[str, ...]
    days: NDArray[np.float64]
    days_low: NDArray[np.float64]
    days_high: NDArray[np.float64]
    upkeep_days_per_year: NDArray[np.float64]

    @property
    def spread(self) -> tuple[NDArray[np.float64], ...]:
        """Likely, low and high days once, and days a year of upkeep."""
        return self.days, self.days_low, self.days_high, self.upkeep_days_per_year
