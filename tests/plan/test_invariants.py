"""What must hold for every planning instance, on random ones solved exactly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from junshi.plan.instance import PlanInstance
from junshi.plan.planner import RiskAttitude, prepare
from junshi.plan.whole_tree import plan_whole_tree
from junshi.terms import RiskReading
from tests.plan.instances import (
    ATTITUDES,
    NEUTRAL,
    instances,
    optimum,
    reordered,
    with_fleet,
    with_impossible_state,
    with_limits,
    with_work,
)
from tests.theory.paths import all_paths

attitudes = st.sampled_from(ATTITUDES)
TOLERANCE = 1e-6


def at_most(left: float, right: float) -> bool:
    """Whether left <= right up to the solver's tolerance."""
    return left <= right + TOLERANCE * (1 + abs(right))


def same(value: float) -> object:
    """Equal up to the solver's tolerance."""
    return pytest.approx(value, rel=TOLERANCE, abs=TOLERANCE)


@given(instances(), attitudes)
def test_order_and_names_of_accelerators_change_nothing(
    instance: PlanInstance, attitude: RiskAttitude
) -> None:
    """Listed the other way round and renamed, the accelerators make the same optimum."""
    assert optimum(reordered(instance, [1, 0]), attitude) == same(optimum(instance, attitude))


@given(instances(), attitudes)
def test_impossible_regime_changes_nothing(instance: PlanInstance, attitude: RiskAttitude) -> None:
    """A regime of probability zero, however terrible, changes nothing."""
    assert optimum(with_impossible_state(instance), attitude) == same(optimum(instance, attitude))


@given(instances(), attitudes, st.sampled_from([0.01, 7.0, 1e4]))
def test_currency_scales_the_cost_alone(
    instance: PlanInstance, attitude: RiskAttitude, factor: float
) -> None:
    """In another currency every figure of money is multiplied, and so is the cost."""
    fleet = instance.fleet
    money = ("price", "resale_price", "rent_price", "energy_cost", "operation_cost")
    other = with_fleet(instance, **{name: factor * getattr(fleet, name) for name in money})
    other = with_work(other, unmet_cost=factor * instance.work.unmet_cost)
    other = with_limits(
        other, budget=factor * instance.limits.budget, engineer_cost=factor * instance.limits.engineer_cost
    )
    expected = factor * optimum(instance, attitude)
    assert optimum(other, attitude) == pytest.approx(expected, rel=1e-5, abs=1e-5 * factor)


@given(instances(), attitudes)
def test_twice_the_size_is_twice_the_cost(instance: PlanInstance, attitude: RiskAttitude) -> None:
    """An organisation of twice the fleet, market, work, engineers, site and budget pays twice as much."""
    fleet, work, limits = instance.fleet, instance.work, instance.limits
    other = with_fleet(
        instance,
        installed=2 * fleet.installed,
        available=2 * fleet.available,
        rentable=2 * fleet.rentable,
    )
    other = with_work(
        other,
        demand=2 * work.demand,
        unmet_cost=2 * work.unmet_cost,
        effort_days=2 * work.effort_days,
        upkeep_days=2 * work.upkeep_days,
    )
    names = ("budget", "engineer_days", "power_kw", "racks")
    other = with_limits(other, **{name: 2 * getattr(limits, name) for name in names})
    assert optimum(other, attitude) == pytest.approx(2 * optimum(instance, attitude), rel=1e-5, abs=1e-5)


@given(instances(), attitudes)
def test_more_supply_never_costs_more(instance: PlanInstance, attitude: RiskAttitude) -> None:
    """More units to buy and to rent never raise the optimum."""
    more = with_fleet(instance, available=instance.fleet.available + 2, rentable=instance.fleet.rentable + 1)
    assert at_most(optimum(more, attitude), optimum(instance, attitude))


@given(instances(), attitudes)
def test_wider_limits_never_cost_more(instance: PlanInstance, attitude: RiskAttitude) -> None:
    """Neither do more budget, power, racks and engineers, nor a rule that asks less."""
    base, limits = optimum(instance, attitude), instance.limits
    for name in ("budget", "power_kw", "racks", "engineer_days"):
        wider = with_limits(instance, **{name: getattr(limits, name) + 5})
        assert at_most(optimum(wider, attitude), base)
    freer = with_limits(instance, min_domestic_share=0.5 * limits.min_domestic_share)
    assert at_most(optimum(freer, attitude), base)
    assert at_most(optimum(with_limits(instance, carry_over=True), attitude), base)


@given(instances(), attitudes)
def test_dearer_unmet_work_never_costs_less(instance: PlanInstance, attitude: RiskAttitude) -> None:
    """A higher loss of unmet work never lowers the optimum."""
    dearer = with_work(instance, unmet_cost=1.5 * instance.work.unmet_cost)
    assert at_most(optimum(instance, attitude), optimum(dearer, attitude))


@given(instances(), attitudes)
def test_shorter_lead_time_never_costs_more(instance: PlanInstance, attitude: RiskAttitude) -> None:
    """In a market that does not change, units that come a quarter sooner never raise the optimum.

    A unit is worth at a dealer what it costs, so that both ends are judged alike.
    """
    still = with_fleet(
        with_limits(instance, budget=np.inf, min_domestic_share=0.0),
        price=[10.0, 8.0],
        resale_price=[10.0, 8.0],
        available=[4.0, 3.0],
    )
    slow, quick = (optimum(with_fleet(still, lead_time_quarters=lead), attitude) for lead in (2, 1))
    assert at_most(quick, slow)


@given(instances(stages=(2, 2)), st.sampled_from([0.3, 1.0]), st.sampled_from([0.1, 0.4]))
def test_readings_of_risk_agree_on_two_stages(instance: PlanInstance, weight: float, tail: float) -> None:
    """With one moment of uncertainty the nested and the end-of-horizon reading are the same."""
    nested, end = (optimum(instance, RiskAttitude(weight, tail, reading)) for reading in RiskReading)
    assert nested == same(end)


@given(instances(states=(1, 1)), attitudes)
def test_without_uncertainty_attitudes_agree(instance: PlanInstance, attitude: RiskAttitude) -> None:
    """With one state no risk measure changes the optimum."""
    assert optimum(instance, attitude) == same(optimum(instance))


@given(instances(), st.sampled_from(list(RiskReading)), st.sampled_from([0.1, 0.4]))
def test_risk_aversion_never_lowers_the_risk_adjusted_cost(
    instance: PlanInstance, reading: RiskReading, tail: float
) -> None:
    """The optimum rises with the weight of the tail, and falls with its share."""
    values = [optimum(instance, RiskAttitude(weight, tail, reading)) for weight in (0.0, 0.3, 1.0)]
    assert at_most(values[0], values[1])
    assert at_most(values[1], values[2])
    assert at_most(optimum(instance, RiskAttitude(1.0, 2 * tail, reading)), values[2])


@settings(max_examples=15)
@given(instances(), st.sampled_from([0.1, 0.4]))
def test_higher_risk_weight_never_lowers_the_mean_nor_raises_the_tail(
    instance: PlanInstance, tail: float
) -> None:
    """Along the weights of the end-of-horizon reading the mean cost rises and its CVaR falls."""
    costs = [
        plan_whole_tree(prepare(instance, RiskAttitude(weight, tail, RiskReading.END))).cost
        for weight in (0.0, 0.25, 0.75)
    ]
    for less, more in ((0, 1), (1, 2)):
        assert at_most(costs[less].cost_mean, costs[more].cost_mean)
        # at weight zero the mean alone is minimised: of its optima any may have been found
        assert at_most(costs[more].cost_cvar, costs[less].cost_cvar)


@settings(max_examples=12)
@given(instances(stages=(2, 3)))
def test_knowing_the_path_costs_no_more(instance: PlanInstance) -> None:
    """Wait and see: the mean optimum with every path known from the start is at most the plan's.

    Wear, delivery and resale are the same in all states here, since a known path has one state.
    """
    alike = with_fleet(instance, survival=0.75, delivered=1.0, resale_price=1.0)
    states, odds = all_paths(prepare(alike, NEUTRAL).problem)
    known = sum(p * optimum(_on_path(alike, path)) for path, p in zip(states, odds, strict=True))
    assert at_most(known, optimum(alike))


def _on_path(instance: PlanInstance, path: NDArray[np.int64]) -> PlanInstance:
    """The instance with one state, whose figures are those of the path."""
    stages = np.arange(instance.stages)
    states = np.where(stages == 0, instance.initial, path)

    def along(array: NDArray[np.float64]) -> NDArray[np.float64]:
        return array[stages, states][:, None]

    fleet, work = instance.fleet, instance.work
    by_node = ("available", "rentable", "price", "resale_price", "rent_price")
    return replace(
        instance,
        states=instance.states[:1],
        initial=0,
        transition=np.ones((1, 1)),
        fleet=replace(
            fleet,
            **{name: along(getattr(fleet, name)) for name in by_node},
            survival=fleet.survival[:1],
            delivered=fleet.delivered[:1],
        ),
        work=replace(work, demand=along(work.demand), unmet_cost=along(work.unmet_cost)),
    )
