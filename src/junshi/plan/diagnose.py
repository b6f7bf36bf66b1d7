"""Limits that no plan can live with: what critical work needs at the least, against what there is.

Unmet work is always allowed, so no scenario is infeasible; but a site that cannot carry the critical work on
any accelerator considered, or work that no accelerator to be had can run, is worth saying before the plan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.plan.instance import PlanInstance

FloatArray = NDArray[np.float64]
TUNED = 1


@dataclass(frozen=True)
class Shortfall:
    """A limit below what the critical work needs at the least.

    Attributes
    ----------
    limit : power or racks
    quarter : first quarter in which it falls short
    needed, available : in kW or accelerators
    workloads : the critical workloads, by need, largest first
    """

    limit: str
    quarter: str
    needed: float
    available: float
    workloads: tuple[str, ...]


def find_shortfalls(instance: PlanInstance) -> tuple[Shortfall, ...]:
    """Power and rack limits that the critical work exceeds even on the thriftiest accelerators of one's own.

    Rented accelerators need neither power nor racks of one's own: what falls short must be rented or unmet.
    """
    units = least_units(instance)
    fleet, limits = instance.fleet, instance.limits
    power = np.nanmin(units * fleet.power_kw, axis=2)
    racks = np.nanmin(units, axis=2)
    found = (
        _first(instance, "power", power, limits.power_kw),
        _first(instance, "racks", racks, limits.racks),
    )
    return tuple(shortfall for shortfall in found if shortfall is not None)


def least_units(instance: PlanInstance) -> FloatArray:
    """Accelerators for the whole of each critical workload, [stage, critical workload, accelerator].

    NaN where it cannot run; demand is that of today's state.
    """
    work, fleet = instance.work, instance.fleet
    critical = np.flatnonzero(work.critical)
    demand = work.demand[:, instance.initial, critical]
    units = demand[:, :, None] / work.throughput[..., TUNED][:, critical] / fleet.uptime
    runnable = np.array(
        [[instance.can_run(int(w), k) for k in range(len(fleet.ids))] for w in critical], dtype=bool
    ).reshape(len(critical), len(fleet.ids))
    return np.where(runnable[None], units, np.nan)


def _first(instance: PlanInstance, name: str, need: FloatArray, limit: FloatArray) -> Shortfall | None:
    """First stage in which the needs, shape [stage, critical workload], add up to more than the limit."""
    if need.shape[1] == 0:
        return None
    short = np.flatnonzero(need.sum(axis=1) > limit)
    if short.size == 0:
        return None
    stage = int(short[0])
    names = [instance.work.ids[w] for w in np.flatnonzero(instance.work.critical)]
    order = np.argsort(-need[stage], kind="stable")
    return Shortfall(
        name,
        instance.quarters[stage],
        float(need[stage].sum()),
        float(limit[stage]),
        tuple(names[position] for position in order),
    )
