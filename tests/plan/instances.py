"""Planning instances for tests: one small one written by hand, and random valid ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

from junshi.plan.extensive import solve_extensive
from junshi.plan.instance import Fleet, Limits, PlanInstance, PlanState, Work
from junshi.plan.planner import RiskAttitude, prepare
from junshi.terms import Ramp, Regime, RiskReading

FloatArray = NDArray[np.float64]

NEUTRAL = RiskAttitude()
NESTED = RiskAttitude(0.5, 0.3, RiskReading.NESTED)
AT_THE_END = RiskAttitude(0.5, 0.3, RiskReading.END)
ATTITUDES = (NEUTRAL, NESTED, AT_THE_END)


def tiny(stages: int = 2) -> PlanInstance:
    """Two accelerators, two workloads, supply open or cut off; every figure a small number.

    An import `h` (two quarters of lead time, ecosystem cuda) and a domestic `a` (ecosystem cann) serve
    `chat`, which runs on cuda and can be ported, and `train`, which is atomic and half ported already.
    """
    shape = (stages, 2, 2)
    return PlanInstance(
        ecosystems=("cuda", "cann"),
        quarters=tuple(f"{2027 + t // 4}-Q{t % 4 + 1}" for t in range(stages)),
        states=(PlanState(Regime.OPEN, Ramp.BASE, ""), PlanState(Regime.CUT_OFF, Ramp.BASE, "")),
        initial=0,
        transition=np.array([[0.8, 0.2], [0.4, 0.6]]),
        discount=0.98 ** np.arange(stages),
        fleet=Fleet(
            ids=("h", "a"),
            ecosystem=np.array([0, 1]),
            domestic=np.array([False, True]),
            installed=np.array([4.0, 0.0]),
            lead_time_quarters=np.array([2, 1]),
            uptime=np.array([1.0, 0.5]),
            power_kw=np.array([2.0, 4.0]),
            available=np.broadcast_to([[6.0, 5.0], [0.0, 5.0]], shape).copy(),
            rentable=np.broadcast_to([[3.0, 0.0], [0.0, 0.0]], shape).copy(),
            price=np.broadcast_to([[10.0, 8.0], [30.0, 8.0]], shape).copy(),
            resale_price=np.broadcast_to([[4.0, 1.0], [12.0, 1.0]], shape).copy(),
            rent_price=np.broadcast_to([[3.0, 2.0], [9.0, 2.0]], shape).copy(),
            energy_cost=np.full((stages, 2), [0.5, 1.0]),
            operation_cost=np.full((stages, 2), [0.2, 0.3]),
            survival=np.array([[1.0, 0.9], [0.8, 0.9]]),
            delivered=np.array([[1.0, 1.0], [0.25, 1.0]]),
        ),
        work=Work(
            ids=("chat", "train"),
            critical=np.array([True, False]),
            atomic=np.array([False, True]),
            demand=np.broadcast_to([8.0, 6.0], shape).copy(),
            unmet_cost=np.broadcast_to([60.0, 30.0], shape).copy(),
            # a workload's row has an accelerator's row of fresh and tuned throughput
            throughput=np.broadcast_to(
                [[[1.0, 2.0], [1.0, 2.0]], [[2.0, 3.0], [1.0, 1.5]]], (stages, 2, 2, 2)
            ).copy(),
            ported=np.array([[1.0, 0.0], [1.0, 0.5]]),
            seasoned=np.array([[1.0, 0.0], [1.0, 0.25]]),
            effort_days=np.array([[0.0, 40.0], [0.0, 20.0]]),
            upkeep_days=np.array([[0.0, 2.0], [0.0, 1.0]]),
            learning=np.array([0.5, 0.25]),
        ),
        limits=Limits(
            budget=np.full(stages, 50.0),
            carry_over=True,
            engineer_days=np.full(stages, 30.0),
            engineer_cost=0.1,
            power_kw=np.full(stages, 40.0),
            racks=np.full(stages, 12.0),
            min_domestic_share=0.25,
        ),
        currency="CNY",
    )


def with_fleet(instance: PlanInstance, **arrays: ArrayLike) -> PlanInstance:
    """Replace arrays of the fleet; each is spread over the shape of the one that it replaces."""
    fleet = instance.fleet
    spread = {name: _spread(getattr(fleet, name), value) for name, value in arrays.items()}
    return replace(instance, fleet=replace(fleet, **spread))


def with_work(instance: PlanInstance, **arrays: ArrayLike) -> PlanInstance:
    """Replace arrays of the work, spread as in `with_fleet`."""
    work = instance.work
    spread = {name: _spread(getattr(work, name), value) for name, value in arrays.items()}
    return replace(instance, work=replace(work, **spread))


def with_limits(instance: PlanInstance, **values: ArrayLike | bool) -> PlanInstance:
    """Replace limits; arrays are spread over the stages."""
    limits = instance.limits
    spread = {
        name: _spread(old, value) if isinstance(old := getattr(limits, name), np.ndarray) else value
        for name, value in values.items()
    }
    return replace(instance, limits=replace(limits, **spread))


def _spread(old: NDArray[np.generic], value: ArrayLike | bool) -> NDArray[np.generic]:
    return np.broadcast_to(np.asarray(value, dtype=old.dtype), old.shape).copy()


def without_limits(instance: PlanInstance) -> PlanInstance:
    """No budget, engineers, power, racks or rule binds."""
    return with_limits(
        instance,
        budget=np.inf,
        carry_over=False,
        engineer_days=np.inf,
        power_kw=np.inf,
        racks=np.inf,
        min_domestic_share=0.0,
    )


def optimum(instance: PlanInstance, attitude: RiskAttitude = NEUTRAL) -> float:
    """Optimal objective of the whole tree, in currency."""
    setting = prepare(instance, attitude)
    return solve_extensive(setting.problem, setting.measure).objective * setting.layout.cost_scale


def reordered(instance: PlanInstance, order: list[int]) -> PlanInstance:
    """The same planning problem with its accelerators in another order and with other names."""
    fleet = instance.fleet
    turned = {name: getattr(fleet, name)[..., order] for name in Fleet.__dataclass_fields__ if name != "ids"}
    return replace(
        instance,
        fleet=Fleet(ids=tuple(f"chip{k}" for k in order), **turned),
        work=replace(instance.work, throughput=instance.work.throughput[:, :, order]),
    )


def with_impossible_state(instance: PlanInstance) -> PlanInstance:
    """One more Markov state, terrible and never reached."""
    width = len(instance.states)
    odds = np.zeros((width + 1, width + 1))
    odds[:width, :width] = instance.transition
    odds[width, 0] = 1.0

    def longer(array: FloatArray, axis: int, factor: float) -> FloatArray:
        return np.concatenate([array, factor * array.max(axis=axis, keepdims=True)], axis=axis)

    fleet, work = instance.fleet, instance.work
    by_node = {"available": 0.0, "rentable": 0.0, "price": 9.0, "resale_price": 0.0, "rent_price": 9.0}
    return replace(
        instance,
        states=(*instance.states, PlanState(Regime.CUT_OFF, Ramp.SLOW, "")),
        transition=odds,
        fleet=replace(
            fleet,
            **{name: longer(getattr(fleet, name), 1, factor) for name, factor in by_node.items()},
            survival=longer(fleet.survival, 0, 0.1),
            delivered=longer(fleet.delivered, 0, 0.0),
        ),
        work=replace(work, demand=longer(work.demand, 1, 5.0), unmet_cost=longer(work.unmet_cost, 1, 5.0)),
    )


@st.composite
def instances(
    draw: st.DrawFn,
    *,
    stages: tuple[int, int] = (2, 3),
    states: tuple[int, int] = (2, 2),
    atomic: bool = False,
) -> PlanInstance:
    """Random variant of `tiny`: small whole numbers and simple shares, every limit present or absent."""
    base = tiny(draw(st.integers(*stages)))
    width = draw(st.integers(*states))

    def table(low: int, high: int, *shape: int, unit: float = 1.0) -> FloatArray:
        size = int(np.prod(shape))
        values = draw(st.lists(st.integers(low, high), min_size=size, max_size=size))
        return unit * np.array(values, dtype=float).reshape(shape)

    def limit(low: int, high: int) -> float:
        return float(draw(st.one_of(st.integers(low, high), st.just(np.inf))))

    count = base.stages
    odds = table(1, 5, width, width)
    price = table(2, 12, count, width, 2)
    unmet = table(1, 20, 2, unit=5.0)
    ported = np.array([[1.0, 0.0], [draw(st.sampled_from([0.0, 1.0])), 0.5]])
    if atomic:
        ported[:, 1] = 0.0
    return replace(
        base,
        states=tuple(PlanState(regime, Ramp.BASE, "") for regime in list(Regime)[:width]),
        transition=odds / odds.sum(axis=1, keepdims=True),
        fleet=replace(
            base.fleet,
            installed=table(0, 4, 2),
            lead_time_quarters=table(1, 2, 2).astype(np.int64),
            available=table(0, 6, count, width, 2),
            rentable=table(0, 3, count, width, 2),
            price=price,
            resale_price=price * table(0, 2, 2, unit=0.25),
            rent_price=table(1, 6, count, width, 2),
            survival=table(2, 4, width, 2, unit=0.25),
            delivered=table(0, 2, width, 2, unit=0.5),
        ),
        work=replace(
            base.work,
            atomic=np.array([False, atomic]),
            demand=table(1, 8, count, width, 2),
            unmet_cost=np.broadcast_to(unmet, (count, width, 2)).copy(),
            ported=ported,
            seasoned=ported * draw(st.sampled_from([0.5, 1.0])),
            effort_days=table(0, 30, 2, 2),
            upkeep_days=table(0, 2, 2, 2),
            learning=table(0, 4, 2, unit=0.25),
        ),
        limits=Limits(
            budget=np.full(count, limit(10, 60)),
            carry_over=draw(st.booleans()),
            engineer_days=np.full(count, limit(0, 40)),
            engineer_cost=0.1,
            power_kw=np.full(count, limit(4, 30)),
            racks=np.full(count, limit(2, 8)),
            min_domestic_share=draw(st.sampled_from([0.0, 0.0, 0.5])),
        ),
    )


def evenly(instance: PlanInstance) -> PlanInstance:
    """The same with all transitions equally likely, so that every path is."""
    width = len(instance.states)
    return replace(instance, transition=np.full((width, width), 1.0 / width))
