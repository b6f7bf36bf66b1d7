"""DemandTable: work wanted per workload and quarter, and how it may differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class DemandTable:
    """Demand in units of work per second, mean of the quarter, at the base level.

    Attributes
    ----------
    workloads : ids
    units_per_s : shape [workload, stage]; capacity demand (mean times `peak_to_mean`)
    level_factor : shape [level, workload, stage]; multiplies `units_per_s` in each demand level
    level_transition : shape [level, level], quarterly; one level = no uncertainty
    level_names : for people
    level_start : index of the level at stage 0
    """

    workloads: tuple[str, ...]
    units_per_s: NDArray[np.float64]
    level_factor: NDArray[np.float64]
    level_transition: NDArray[np.float64]
    level_names: tuple[str, ...]
    level_start: int
