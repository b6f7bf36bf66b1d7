"""ThroughputTable: the only thing that leaves this folder for the plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ThroughputTable:
    """Work per second of one accelerator on each workload, tuned, at today's maturity.

    Attributes
    ----------
    workloads, accelerators : ids, in axis order `[workload, accelerator]`
    units_per_s : likely value in the workload's unit of work per second of one accelerator; NaN = cannot run
    low, high : 80 % interval, same shape
    bound : what binds: `compute`, `bandwidth`, `memory`, `interconnect`, `latency`; empty when it cannot run
    reason : why it cannot run (a sentence key of `text`); empty when it can
    precision : number format chosen
    """

    workloads: tuple[str, ...]
    accelerators: tuple[str, ...]
    units_per_s: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    bound: tuple[tuple[str, ...], ...]
    reason: tuple[tuple[str, ...], ...]
    precision: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        shape = (len(self.workloads), len(self.accelerators))
        for name in ("units_per_s", "low", "high"):
            array = getattr(self, name)
            if array.shape != shape:
                message = f"{name} has shape {array.shape}, expected {shape}"
                raise ValueError(message)
        runs = ~np.isnan(self.units_per_s)
        if np.any(self.units_per_s[runs] <= 0):
            message = "throughput must be positive where the workload runs"
            raise ValueError(message)
