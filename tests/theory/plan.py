"""Tiny planning instances written by hand: any array may be given short and is spread over its axes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from junshi.plan.instance import Fleet, Limits, PlanInstance, PlanState, Work
from junshi.plan.planner import PlanSettings, RiskAttitude, plan_instance
from junshi.plan.result import PlanResult
from junshi.terms import Ramp, Regime

FloatArray = NDArray[np.float64]
EXACT = PlanSettings(gap=-1.0, iterations=120, check_every=40, check_paths=50, report_paths=50, workers=1)
"""Never content with a gap: trains for all its iterations."""


@dataclass(frozen=True)
class Chip:
    """One accelerator; prices and supply may be given by [stage, state], else hold everywhere."""

    ecosystem: int = 0
    installed: float = 0.0
    lead: int = 1
    available: ArrayLike = 0.0
    price: ArrayLike = 1.0
    resale: ArrayLike = 0.0
    rentable: ArrayLike = 0.0
    rent: ArrayLike = 0.0
    holding: float = 0.0
    survival: ArrayLike = 1.0
    delivered: ArrayLike = 1.0


@dataclass(frozen=True)
class Task:
    """One workload, whose throughput is 1 on every accelerator: demand is counted in accelerators."""

    demand: ArrayLike = 1.0
    unmet: ArrayLike = 1.0
    effort: tuple[float, ...] = (0.0,)
    ported: tuple[float, ...] = (1.0,)


@dataclass(frozen=True)
class Case:
    """A planning instance before its arrays are spread; `unmet` of a task is the loss per unit of demand."""

    stages: int
    transition: ArrayLike
    chips: Mapping[str, Chip]
    tasks: Mapping[str, Task]
    initial: int = 0
    regimes: tuple[Regime, ...] = (Regime.OPEN, Regime.CUT_OFF)
    engineer_cost: float = 0.0
    ecosystems: tuple[str, ...] = field(default=("a",))

    def instance(self) -> PlanInstance:
        """Full arrays."""
        odds = np.array(self.transition, dtype=float)
        states = len(odds)
        shape = (self.stages, states)
        chips, tasks = list(self.chips.values()), list(self.tasks.values())

        def spread(values: list[ArrayLike]) -> FloatArray:
            return np.stack([np.broadcast_to(np.array(v, dtype=float), shape) for v in values], axis=-1)

        def by_state(values: list[ArrayLike]) -> FloatArray:
            return np.stack([np.broadcast_to(np.array(v, dtype=float), (states,)) for v in values], axis=-1)

        demand = spread([task.demand for task in tasks])
        everywhere = np.ones((self.stages, len(tasks), len(chips), 2))
        ported = np.array([task.ported for task in tasks])
        regimes = [*self.regimes, *[Regime.OPEN] * states][:states]
        return PlanInstance(
            ecosystems=self.ecosystems,
            quarters=tuple(f"{2027 + t // 4}-Q{t % 4 + 1}" for t in range(self.stages)),
            states=tuple(PlanState(regime, Ramp.BASE, f"s{i}") for i, regime in enumerate(regimes)),
            initial=self.initial,
            transition=odds,
            discount=np.ones(self.stages),
            fleet=Fleet(
                ids=tuple(self.chips),
                ecosystem=np.array([chip.ecosystem for chip in chips]),
                domestic=np.array([chip.ecosystem > 0 for chip in chips]),
                installed=np.array([chip.installed for chip in chips], dtype=float),
                lead_time_quarters=np.array([chip.lead for chip in chips]),
                uptime=np.ones(len(chips)),
                power_kw=np.ones(len(chips)),
                available=spread([chip.available for chip in chips]),
                rentable=spread([chip.rentable for chip in chips]),
                price=spread([chip.price for chip in chips]),
                resale_price=spread([chip.resale for chip in chips]),
                rent_price=spread([chip.rent for chip in chips]),
                energy_cost=np.zeros((self.stages, len(chips))),
                operation_cost=np.tile([chip.holding for chip in chips], (self.stages, 1)),
                survival=by_state([chip.survival for chip in chips]),
                delivered=by_state([chip.delivered for chip in chips]),
            ),
            work=Work(
                ids=tuple(self.tasks),
                critical=np.ones(len(tasks), dtype=bool),
                atomic=np.zeros(len(tasks), dtype=bool),
                demand=np.maximum(demand, 1e-9),
                unmet_cost=spread([task.unmet for task in tasks]) * demand,
                throughput=everywhere,
                ported=ported,
                seasoned=ported,
                effort_days=np.array([task.effort for task in tasks]),
                upkeep_days=np.zeros_like(ported),
                learning=np.ones(len(self.ecosystems)),
            ),
            limits=Limits(
                budget=np.full(self.stages, np.inf),
                carry_over=False,
                engineer_days=np.full(self.stages, np.inf),
                engineer_cost=self.engineer_cost,
                power_kw=np.full(self.stages, np.inf),
                racks=np.full(self.stages, np.inf),
                min_domestic_share=0.0,
            ),
            currency="CNY",
            service_life_quarters=1,
        )


def planned(case: Case, attitude: RiskAttitude | None = None, settings: PlanSettings = EXACT) -> PlanResult:
    """Plan of a case through the planner's public call."""
    return plan_instance(case.instance(), attitude or RiskAttitude(), settings)[0]


def ordered_now(result: PlanResult) -> dict[str, float]:
    """Units ordered in the first quarter, by accelerator; absent means none."""
    return {trade.accelerator: trade.units for trade in result.now.orders}
