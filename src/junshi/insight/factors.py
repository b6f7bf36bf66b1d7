"""Uncertain inputs as factors on an instance: one module's worth of what may turn out otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from junshi.plan.instance import PlanInstance
from junshi.terms import Regime

FloatArray = NDArray[np.float64]

LEAST_RATIO = 0.05
"""Least low days over likely days that the range of the porting effort reckons with; assumed."""


@dataclass(frozen=True)
class Factor:
    """An uncertain input, multiplied by a factor between `low` and `high` (log-uniform).

    Attributes
    ----------
    assumed : whether the range is assumed, else it comes from the instance (see `factors_of`)
    """

    name: str
    low: float
    high: float
    apply: Callable[[PlanInstance, float], PlanInstance]
    assumed: bool = True


def cut_odds(instance: PlanInstance, factor: float) -> PlanInstance:
    """Odds of a cut-off out of any other regime; the other moves give way in proportion."""
    cut = np.array([state.regime is Regime.CUT_OFF for state in instance.states])
    odds = instance.transition.copy()
    for row in np.flatnonzero(~cut):
        danger = float(odds[row, cut].sum())
        if 0 < danger < 1:
            wanted = min(factor * danger, 0.95)
            odds[row, cut] *= wanted / danger
            odds[row, ~cut] *= (1 - wanted) / (1 - danger)
    return replace(instance, transition=odds)


def import_price(instance: PlanInstance, factor: float) -> PlanInstance:
    """Price and rent of imports."""
    return _priced(instance, ~instance.fleet.domestic, factor)


def domestic_price(instance: PlanInstance, factor: float) -> PlanInstance:
    """Price and rent of domestic parts."""
    return _priced(instance, instance.fleet.domestic, factor)


def _priced(instance: PlanInstance, which: NDArray[np.bool_], factor: float) -> PlanInstance:
    fleet = instance.fleet
    scale = np.where(which, factor, 1.0)
    return replace(
        instance,
        fleet=replace(
            fleet,
            price=fleet.price * scale,
            resale_price=fleet.resale_price * scale,
            rent_price=fleet.rent_price * scale,
        ),
    )


def domestic_throughput(instance: PlanInstance, factor: float) -> PlanInstance:
    """Throughput of domestic parts on all work: hardware estimate and maturity together."""
    work = instance.work
    scale = np.where(instance.fleet.domestic, factor, 1.0)
    return replace(instance, work=replace(work, throughput=work.throughput * scale[None, None, :, None]))


def domestic_supply(instance: PlanInstance, factor: float) -> PlanInstance:
    """Units of domestic parts that can be ordered and rented."""
    fleet = instance.fleet
    scale = np.where(fleet.domestic, factor, 1.0)
    return replace(
        instance,
        fleet=replace(fleet, available=fleet.available * scale, rentable=fleet.rentable * scale),
    )


def porting_effort(instance: PlanInstance, factor: float) -> PlanInstance:
    """Engineer-days of all ports and of their upkeep."""
    work = instance.work
    low, high = work.effort_range
    return replace(
        instance,
        work=replace(
            work,
            effort_days=work.effort_days * factor,
            upkeep_days=work.upkeep_days * factor,
            effort_days_low=low * factor,
            effort_days_high=high * factor,
        ),
    )


def demand(instance: PlanInstance, factor: float) -> PlanInstance:
    """Demand of all work after the first quarter, with its loss."""
    work = instance.work
    scale = np.full(instance.stages, factor)
    scale[0] = 1.0
    by_stage = scale[:, None, None]
    return replace(
        instance,
        work=replace(work, demand=work.demand * by_stage, unmet_cost=work.unmet_cost * by_stage),
    )


FACTORS = (
    Factor("cut_odds", 0.4, 2.5, cut_odds),
    Factor("import_price", 0.75, 1.35, import_price),
    Factor("domestic_price", 0.75, 1.35, domestic_price),
    Factor("domestic_throughput", 0.65, 1.5, domestic_throughput),
    Factor("domestic_supply", 0.5, 2.0, domestic_supply),
    Factor("porting_effort", 0.5, 2.0, porting_effort),
    Factor("demand", 0.75, 1.35, demand),
)


def factors_of(instance: PlanInstance) -> tuple[Factor, ...]:
    """`FACTORS`, the porting effort with the range of the instance's ports where any has one."""
    span = porting_range(instance)
    if span is None:
        return FACTORS
    low, high = span
    return tuple(
        replace(factor, low=low, high=high, assumed=False) if factor.apply is porting_effort else factor
        for factor in FACTORS
    )


def porting_range(instance: PlanInstance) -> tuple[float, float] | None:
    """Low and high days over the likely ones: geometric means over the ports, weighted by likely days.

    A port without a range counts with both at 1. A low below `LEAST_RATIO` of the likely days counts as that,
    since one port that may turn out to be no work at all must not make all of them none.

    Returns
    -------
    None where no (workload, ecosystem) that is yet to be ported and takes days has a range
    """
    work = instance.work
    ports = (work.effort_days > 0) & (work.ported < 1)
    days = work.effort_days[ports]
    low, high = (np.maximum(span[ports] / days, LEAST_RATIO) for span in work.effort_range)
    if not np.any(low < high):
        return None
    return _weighted_mean(low, days), _weighted_mean(high, days)


def _weighted_mean(ratios: FloatArray, weights: FloatArray) -> float:
    """Geometric mean."""
    return float(np.exp(np.average(np.log(ratios), weights=weights)))


def varied(instance: PlanInstance, factors: Mapping[str, float]) -> PlanInstance:
    """Instance with some inputs multiplied; names as in `FACTORS`."""
    by_name = {factor.name: factor for factor in FACTORS}
    for name, value in factors.items():
        instance = by_name[name].apply(instance, value)
    return instance
