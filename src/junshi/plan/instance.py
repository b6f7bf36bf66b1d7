"""Everything that a plan needs, as frozen arrays in natural units; `assemble.py` makes it from the tables.

Axes are named in this order: `[stage, state, workload, ecosystem, accelerator, mode]`. A test can write an
instance on a page without any file.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.terms import Ramp, Regime

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class PlanState:
    """One Markov state of the plan: import regime, domestic ramp, demand level."""

    regime: Regime
    ramp: Ramp
    level: str

    @property
    def label(self) -> str:
        """Such as `cut_off/base/high`."""
        return f"{self.regime}/{self.ramp}/{self.level}" if self.level else f"{self.regime}/{self.ramp}"


@dataclass(frozen=True)
class Fleet:
    """Accelerators: what is installed, what can be had at which price.

    Attributes
    ----------
    ids : accelerators
    ecosystem : index of each one's ecosystem, shape [accelerator]
    domestic : shape [accelerator]
    installed : units at the start, shape [accelerator]
    lead_time_quarters : order to use, shape [accelerator]
    uptime : share of time in which a unit can work, shape [accelerator]
    power_kw : with host and cooling, per unit at work, shape [accelerator]
    available, rentable : units a quarter, shape [stage, state, accelerator]
    price, resale_price : currency per unit, shape [stage, state, accelerator]
    rent_price : currency per unit and quarter, shape [stage, state, accelerator]
    energy_cost : currency per unit at work and quarter, shape [stage, accelerator]
    operation_cost : currency per owned unit and quarter, shape [stage, accelerator]
    survival : share of units that still work a quarter later, shape [state, accelerator]
    delivered : share of units in transit that arrive, shape [state, accelerator]
    """

    ids: tuple[str, ...]
    ecosystem: IntArray
    domestic: BoolArray
    installed: FloatArray
    lead_time_quarters: IntArray
    uptime: FloatArray
    power_kw: FloatArray
    available: FloatArray
    rentable: FloatArray
    price: FloatArray
    resale_price: FloatArray
    rent_price: FloatArray
    energy_cost: FloatArray
    operation_cost: FloatArray
    survival: FloatArray
    delivered: FloatArray


@dataclass(frozen=True)
class Work:
    """Workloads: demand, throughput, ports.

    Attributes
    ----------
    ids : workloads
    critical, atomic : shape [workload]
    demand : units of work per second, shape [stage, state, workload]
    unmet_cost : currency for a quarter of wholly unmet demand, shape [stage, state, workload]
    throughput : units of work per second of one accelerator, shape [stage, workload, accelerator, mode];
        NaN = cannot
    ported, seasoned : shares at the start, shape [workload, ecosystem]
    effort_days : engineer-days of the whole port, shape [workload, ecosystem]; NaN = cannot be ported
    upkeep_days : engineer-days a quarter of keeping a whole port up to date, shape [workload, ecosystem]
    learning : seasoned share gained in a quarter of running everything there, shape [ecosystem]
    effort_days_low, effort_days_high : range of `effort_days`, same shape; None = unknown. No decision
        depends on it: it is told with the days, and sensitivity takes its range from it.
    """

    ids: tuple[str, ...]
    critical: BoolArray
    atomic: BoolArray
    demand: FloatArray
    unmet_cost: FloatArray
    throughput: FloatArray
    ported: FloatArray
    seasoned: FloatArray
    effort_days: FloatArray
    upkeep_days: FloatArray
    learning: FloatArray
    effort_days_low: FloatArray | None = None
    effort_days_high: FloatArray | None = None

    @property
    def effort_range(self) -> tuple[FloatArray, FloatArray]:
        """Low and high engineer-days of the whole port, shape [workload, ecosystem]; likely where unknown."""
        likely = self.effort_days
        low, high = (
            likely if days is None else np.where(np.isnan(days), likely, days)
            for days in (self.effort_days_low, self.effort_days_high)
        )
        return low, high


@dataclass(frozen=True)
class Limits:
    """Limits of the organisation, each of shape [stage].

    Attributes
    ----------
    budget : new money; `carry_over` lets unspent money be spent later
    engineer_days : for ports and their upkeep; `engineer_cost` is currency per day
    power_kw : of the sites
    racks : owned units that can be at work; infinite = no limit
    min_domestic_share : of the money spent on purchases
    """

    budget: FloatArray
    carry_over: bool
    engineer_days: FloatArray
    engineer_cost: float
    power_kw: FloatArray
    racks: FloatArray
    min_domestic_share: float


@dataclass(frozen=True)
class PlanInstance:
    """One planning problem.

    Attributes
    ----------
    ecosystems : ids
    states : Markov states of every stage but the first, which has `initial` only
    transition : quarterly odds, shape [state, state]
    discount : factor of each stage, shape [stage]
    quarters : names of the stages
    currency : of all money
    service_life_quarters : over which a purchase is written off
    """

    ecosystems: tuple[str, ...]
    quarters: tuple[str, ...]
    states: tuple[PlanState, ...]
    initial: int
    transition: FloatArray
    discount: FloatArray
    fleet: Fleet
    work: Work
    limits: Limits
    currency: str
    service_life_quarters: float = 20.0

    @property
    def stages(self) -> int:
        """Number of stages."""
        return len(self.quarters)

    def can_run(self, workload: int, accelerator: int) -> bool:
        """Whether the workload fits the accelerator and its ecosystem may be used."""
        ecosystem = self.fleet.ecosystem[accelerator]
        return bool(
            not np.isnan(self.work.throughput[0, workload, accelerator, 1])
            and not np.isnan(self.work.effort_days[workload, ecosystem])
        )
