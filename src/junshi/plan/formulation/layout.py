"""Which decisions and states exist: the same in every node, so that a state can be handed on.

States that cannot change are left out: a workload wholly ported and tuned on an ecosystem stays so, and an
accelerator that is neither installed nor can ever be ordered has no stock.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from junshi.plan.instance import PlanInstance
from junshi.terms import Mode

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
MODES = (Mode.FRESH, Mode.SEASONED)
WHOLE = 1.0 - 1e-9


@dataclass(frozen=True)
class Layout:
    """Index sets of one instance, and the scales that keep the numbers near one.

    Attributes
    ----------
    orderable, rentable : accelerators that can be had in some stage and state
    owned : accelerators with a stock (installed, or to be ordered)
    in_transit : (accelerator, quarters until arrival) pairs of the pipeline state
    ports : (workload, ecosystem) pairs that are states: not wholly ported and tuned at the start
    runs : (workload, accelerator, mode index) that can run
    has_cash : money is carried over
    unit_scale : units in one scaled unit, shape [accelerator]
    cost_scale : currency in one scaled unit of cost
    """

    instance: PlanInstance
    orderable: tuple[int, ...]
    rentable: tuple[int, ...]
    owned: tuple[int, ...]
    in_transit: tuple[tuple[int, int], ...]
    ports: tuple[tuple[int, int], ...]
    runs: tuple[tuple[int, int, int], ...]
    has_cash: bool
    unit_scale: FloatArray
    cost_scale: float

    @cached_property
    def state_names(self) -> tuple[str, ...]:
        """Names of the state, in its order: stock, pipeline, ported, seasoned, cash."""
        ids, workloads, ecosystems = self.instance.fleet.ids, self.instance.work.ids, self.instance.ecosystems
        names = [f"stock[{ids[k]}]" for k in self.owned]
        names += [f"pipeline[{ids[k]},{j}]" for k, j in self.in_transit]
        names += [f"ported[{workloads[w]},{ecosystems[e]}]" for w, e in self.ports]
        names += [f"seasoned[{workloads[w]},{ecosystems[e]}]" for w, e in self.ports]
        return (*names, "cash") if self.has_cash else tuple(names)

    @cached_property
    def stock_at(self) -> dict[int, int]:
        """Accelerator → position in the state."""
        return {k: position for position, k in enumerate(self.owned)}

    @cached_property
    def transit_at(self) -> dict[tuple[int, int], int]:
        """(accelerator, quarters until arrival) → position in the state."""
        return {pair: len(self.owned) + position for position, pair in enumerate(self.in_transit)}

    @cached_property
    def ported_at(self) -> dict[tuple[int, int], int]:
        """(workload, ecosystem) → position of its ported share in the state."""
        first = len(self.owned) + len(self.in_transit)
        return {pair: first + position for position, pair in enumerate(self.ports)}

    @cached_property
    def seasoned_at(self) -> dict[tuple[int, int], int]:
        """(workload, ecosystem) → position of its seasoned share in the state."""
        return {pair: position + len(self.ports) for pair, position in self.ported_at.items()}

    @property
    def cash_at(self) -> int:
        """Position of cash in the state."""
        return len(self.owned) + len(self.in_transit) + 2 * len(self.ports)

    @cached_property
    def can_occur(self) -> BoolArray:
        """Whether a state has positive probability, shape [stage, state]."""
        instance = self.instance
        occurs = np.zeros((instance.stages, len(instance.states)), dtype=bool)
        occurs[0, instance.initial] = True
        for stage in range(1, instance.stages):
            occurs[stage] = (instance.transition[occurs[stage - 1]] > 0).any(axis=0)
        return occurs

    @cached_property
    def initial_state(self) -> FloatArray:
        """State before the first stage, scaled."""
        work = self.instance.work
        stock = [self.instance.fleet.installed[k] / self.unit_scale[k] for k in self.owned]
        ported = [work.ported[pair] for pair in self.ports]
        seasoned = [work.seasoned[pair] for pair in self.ports]
        cash = [0.0] if self.has_cash else []
        return np.array(
            [*stock, *np.zeros(len(self.in_transit)), *ported, *seasoned, *cash], dtype=np.float64
        )


def layout(instance: PlanInstance) -> Layout:
    """Index sets and scales of an instance."""
    fleet, work = instance.fleet, instance.work
    orderable = fleet.available.max(axis=(0, 1)) > 0
    owned = tuple(int(k) for k in np.flatnonzero(orderable | (fleet.installed > 0)))
    in_transit = tuple(
        (k, quarters)
        for k in owned
        if orderable[k]
        for quarters in range(1, int(fleet.lead_time_quarters[k]))
    )
    ports = tuple(
        (w, e)
        for w in range(len(work.ids))
        for e in range(len(instance.ecosystems))
        if not np.isnan(work.effort_days[w, e]) and not _settled(instance, w, e)
    )
    return Layout(
        instance,
        tuple(int(k) for k in np.flatnonzero(orderable)),
        tuple(int(k) for k in np.flatnonzero(fleet.rentable.max(axis=(0, 1)) > 0)),
        owned,
        in_transit,
        ports,
        tuple(_runs(instance)),
        instance.limits.carry_over,
        _unit_scale(instance),
        _cost_scale(instance),
    )


def _settled(instance: PlanInstance, workload: int, ecosystem: int) -> bool:
    """Wholly ported and tuned: nothing left to decide."""
    work = instance.work
    return bool(work.ported[workload, ecosystem] >= WHOLE and work.seasoned[workload, ecosystem] >= WHOLE)


def _runs(instance: PlanInstance) -> list[tuple[int, int, int]]:
    """Usable (workload, accelerator, mode); where everything is tuned, the fresh mode is left out."""
    runs = []
    for w in range(len(instance.work.ids)):
        for k in range(len(instance.fleet.ids)):
            if instance.can_run(w, k):
                settled = _settled(instance, w, int(instance.fleet.ecosystem[k]))
                runs += [(w, k, m) for m in ((1,) if settled else (0, 1))]
    return runs


def _unit_scale(instance: PlanInstance) -> FloatArray:
    """Powers of ten near a tenth of the largest number of units that an accelerator can have in play."""
    fleet = instance.fleet
    largest = np.maximum(
        fleet.installed, np.maximum(fleet.available.max(axis=(0, 1)), fleet.rentable.max(axis=(0, 1)))
    )
    return np.asarray(10.0 ** np.floor(np.log10(np.maximum(largest, 1.0))))


def _cost_scale(instance: PlanInstance) -> float:
    """Power of ten that brings the cost of a quarter of unmet work to between 10 and 100."""
    quarter = float(instance.work.unmet_cost.sum(axis=2).max())
    return float(10.0 ** (np.floor(np.log10(max(quarter, 1e-9))) - 1))
