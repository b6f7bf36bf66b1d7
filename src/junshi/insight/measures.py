"""Measures against a cut-off, each as a changed instance: what it is worth is what the plan then saves.

Their size is stated here and shown with the result; none says what the measure itself would cost to get.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from junshi.plan.instance import PlanInstance
from junshi.terms import Regime

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

GUARANTEED_SHARE = 0.25
"""Part of the open order limit that a guarantee of supply delivers in every state."""

CLOUD_PREMIUM = 1.25
"""Rent of the cloud option over the highest rent of the quarter."""


@dataclass(frozen=True)
class Measure:
    """A measure: its name, and the instance that it makes (None when it does not apply)."""

    name: str
    change: Callable[[PlanInstance], PlanInstance | None]


def supply_guarantee(instance: PlanInstance) -> PlanInstance | None:
    """A quarter of the open order limit of each import comes in every state, and all that is in transit."""
    fleet = instance.fleet
    imports = ~fleet.domestic
    open_limit = fleet.available.max(axis=1, keepdims=True)
    available = np.where(imports, np.maximum(fleet.available, GUARANTEED_SHARE * open_limit), fleet.available)
    delivered = np.where(imports, 1.0, fleet.delivered)
    return replace(instance, fleet=replace(fleet, available=available, delivered=delivered))


def licence(instance: PlanInstance) -> PlanInstance | None:
    """While imports need a licence, this buyer has one: its orders are placed and delivered as if open."""
    licensed = _states(instance, Regime.LICENSED)
    if not licensed.any():
        return None
    fleet = instance.fleet
    mask = licensed[:, None] & ~fleet.domestic[None, :]
    available = np.where(mask[None], fleet.available.max(axis=1, keepdims=True), fleet.available)
    delivered = np.where(mask, fleet.delivered.max(axis=0, keepdims=True), fleet.delivered)
    return replace(instance, fleet=replace(fleet, available=available, delivered=delivered))


def spare_parts(instance: PlanInstance) -> PlanInstance | None:
    """Installed imports last as long in every state as in the best one."""
    fleet = instance.fleet
    best = fleet.survival.max(axis=0, keepdims=True)
    survival = np.where(~fleet.domestic[None, :], best, fleet.survival)
    if np.allclose(survival, fleet.survival):
        return None
    return replace(instance, fleet=replace(fleet, survival=survival))


def cloud_option(instance: PlanInstance) -> PlanInstance | None:
    """Imports can be rented in every state up to the open limit, at a quarter above the highest rent."""
    fleet = instance.fleet
    imports = ~fleet.domestic
    limit = fleet.rentable.max(axis=1, keepdims=True)
    if not np.any(limit[..., imports] > 0):
        return None
    dear = CLOUD_PREMIUM * fleet.rent_price.max(axis=1, keepdims=True)
    short = imports & (fleet.rentable < limit)
    return replace(
        instance,
        fleet=replace(
            fleet,
            rentable=np.where(short, limit, fleet.rentable),
            rent_price=np.where(short, dear, fleet.rent_price),
        ),
    )


def early_warning(instance: PlanInstance) -> PlanInstance | None:
    """From the second quarter on one knows whether imports will be cut off in the quarter that follows.

    Each state is split by what is known: cut off next quarter, or not. The chain of states itself keeps its
    odds. The first quarter is a state of its own, in which nothing is known yet.
    """
    cut = _states(instance, Regime.CUT_OFF)
    if not cut.any() or cut.all():
        return None
    odds = instance.transition
    count = len(cut)
    danger = odds[:, cut].sum(axis=1)
    ahead = np.stack([1.0 - danger, danger], axis=1)
    given = np.zeros((count, 2, count))
    for known, allowed in enumerate((~cut, cut)):
        part = odds * allowed
        total = part.sum(axis=1, keepdims=True)
        given[:, known] = np.divide(part, total, out=np.zeros_like(part), where=total > 0)
        given[total[:, 0] == 0, known] = odds[total[:, 0] == 0]
    split = np.einsum("skn,nj->sknj", given, ahead).reshape(2 * count, 2 * count)
    first = np.einsum("n,nj->nj", odds[instance.initial], ahead).reshape(-1)
    transition = np.zeros((2 * count + 1, 2 * count + 1))
    transition[: 2 * count, : 2 * count] = split
    transition[2 * count, : 2 * count] = first
    origin = np.append(np.repeat(np.arange(count), 2), instance.initial)
    return _with_states(instance, origin, transition, 2 * count)


MEASURES = (
    Measure("guarantee", supply_guarantee),
    Measure("warning", early_warning),
    Measure("licence", licence),
    Measure("spares", spare_parts),
    Measure("cloud", cloud_option),
)


def _states(instance: PlanInstance, regime: Regime) -> NDArray[np.bool_]:
    """Which states have a regime."""
    return np.array([state.regime is regime for state in instance.states])


def _with_states(
    instance: PlanInstance, origin: IntArray, transition: FloatArray, initial: int
) -> PlanInstance:
    """Instance whose state i behaves as state `origin[i]` did."""
    fleet, work = instance.fleet, instance.work
    by_stage = {
        name: getattr(fleet, name)[:, origin]
        for name in ("available", "rentable", "price", "resale_price", "rent_price")
    }
    return replace(
        instance,
        states=tuple(instance.states[i] for i in origin),
        initial=initial,
        transition=transition / transition.sum(axis=1, keepdims=True),
        fleet=replace(fleet, survival=fleet.survival[origin], delivered=fleet.delivered[origin], **by_stage),
        work=replace(work, demand=work.demand[:, origin], unmet_cost=work.unmet_cost[:, origin]),
    )
