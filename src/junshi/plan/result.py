"""What a plan says, in natural units: the object that tables, pictures and JSON are made from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.plan.diagnose import Shortfall
from junshi.plan.instance import PlanInstance, PlanState
from junshi.terms import Mode, RiskReading

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Trade:
    """Units ordered, rented or resold, and the money for it (currency of the plan, not discounted)."""

    accelerator: str
    units: float
    cost: float


@dataclass(frozen=True)
class PortStep:
    """Share of a workload made able to run on an ecosystem in one quarter.

    Attributes
    ----------
    engineer_days, cost : of this share, by the likely days
    days_low, days_high : engineer-days of this share by the low and the high days
    """

    workload: str
    ecosystem: str
    share: float
    engineer_days: float
    cost: float
    days_low: float
    days_high: float


@dataclass(frozen=True)
class Actions:
    """Decisions of one quarter in one Markov state."""

    orders: tuple[Trade, ...]
    rents: tuple[Trade, ...]
    resales: tuple[Trade, ...]
    ports: tuple[PortStep, ...]


@dataclass(frozen=True)
class NextQuarter:
    """What to do next quarter if a state is found; `odds` of finding it."""

    state: PlanState
    odds: float
    actions: Actions


@dataclass(frozen=True)
class Placed:
    """Share of a workload that runs on an accelerator in one mode."""

    workload: str
    accelerator: str
    mode: Mode
    share: float


@dataclass(frozen=True)
class Course:
    """The plan if one state holds from the second quarter on.

    Attributes
    ----------
    state : the state that holds
    owned, rented, ordered : units, shape [stage, accelerator]
    unmet : share of demand, shape [stage, workload]
    placement : placement[stage]
    actions : actions[stage]
    """

    state: PlanState
    owned: FloatArray
    rented: FloatArray
    ordered: FloatArray
    unmet: FloatArray
    placement: tuple[tuple[Placed, ...], ...]
    actions: tuple[Actions, ...]


@dataclass(frozen=True)
class Served:
    """Share of demand served in a quarter after a cut-off, weighed by the loss of unmet work."""

    quarter: str
    critical: float
    all_work: float


@dataclass(frozen=True)
class LimitUse:
    """A limit in the first quarter.

    Attributes
    ----------
    name : budget, power, racks, engineers or domestic_share
    limit, used : in `unit`
    shadow_price : fall of the total cost for one more unit of the limit, currency per unit
    """

    name: str
    unit: str
    limit: float
    used: float
    shadow_price: float


@dataclass(frozen=True)
class CostSummary:
    """Cost of the plan and how sure it is; money in currency, discounted to the first quarter.

    Attributes
    ----------
    lower_bound : proven: no plan has a lower objective
    objective : of this plan, estimated by simulation (exact for the whole tree)
    objective_ci95 : 95 % interval of the estimate
    cost_mean, cost_mean_ci95, cost_standard_error : mean of the total cost
    cost_cvar : mean of the worst `tail` share of the total cost
    tail, risk_weight, reading : what the objective is
    gap, gap_ci95 : (objective - lower_bound) / |lower_bound|
    parts : mean discounted cost by kind (purchase, rent, energy, …)
    """

    lower_bound: float
    objective: float
    objective_ci95: tuple[float, float]
    cost_mean: float
    cost_mean_ci95: tuple[float, float]
    cost_standard_error: float
    cost_cvar: float
    tail: float
    risk_weight: float
    reading: RiskReading
    gap: float
    gap_ci95: tuple[float, float]
    parts: dict[str, float]


@dataclass(frozen=True)
class Effort:
    """What the computation took; `stop_reason` is gap, iterations, time, asked or exact."""

    seconds: float
    iterations: int
    paths: int
    bounds: tuple[float, ...]
    stop_reason: str
    seed: int
    method: str


@dataclass(frozen=True)
class PlanResult:
    """A plan.

    Attributes
    ----------
    instance : what was planned
    cost, effort : numbers about the plan and the computation
    now : decisions of the first quarter
    playbook : decisions of the second quarter, for each state
    courses : the plan if a state holds, for each state
    survivability : after a cut-off in the second quarter that lasts
    unmet : mean unmet share, shape [stage, workload]
    limits : limits of the first quarter
    shortfalls : limits below what the critical work needs at the least
    """

    instance: PlanInstance
    cost: CostSummary
    effort: Effort
    now: Actions
    playbook: tuple[NextQuarter, ...]
    courses: tuple[Course, ...]
    survivability: tuple[Served, ...]
    unmet: FloatArray
    limits: tuple[LimitUse, ...]
    shortfalls: tuple[Shortfall, ...] = ()

    def course(self, regime: str, ramp: str = "base", level: str | None = None) -> Course:
        """Course of one state; the base (or only) demand level when `level` is None; KeyError when absent."""
        for course in self.courses:
            state = course.state
            if (
                state.regime == regime
                and state.ramp == ramp
                and state.level in ({level} if level else {"", "base"})
            ):
                return course
        raise KeyError((regime, ramp, level))
