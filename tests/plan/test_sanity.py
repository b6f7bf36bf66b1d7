"""What a planner would check before believing a plan, on small plans solved exactly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junshi.plan.extensive import solve_extensive
from junshi.plan.formulation.build import stage_problem
from junshi.plan.formulation.node import Node
from junshi.plan.instance import PlanInstance
from junshi.plan.planner import RiskAttitude, prepare
from junshi.plan.result import PlanResult
from junshi.plan.whole_tree import plan_whole_tree
from junshi.terms import RiskReading
from tests.plan.instances import (
    ATTITUDES,
    NEUTRAL,
    instances,
    optimum,
    tiny,
    with_fleet,
    with_limits,
    with_work,
    without_limits,
)

STAGES = 5


def two_suppliers(cut: float, *, domestic_price: float = 8.0, stages: int = STAGES) -> PlanInstance:
    """Growing work, a cheap import that can be cut off for good, and a dearer domestic accelerator."""
    instance = with_limits(tiny(stages), budget=60.0, power_kw=np.inf, racks=np.inf, min_domestic_share=0.0)
    demand = np.linspace(1.0, 1.6, stages)[:, None, None] * np.array([8.0, 6.0])
    instance = with_work(instance, demand=demand, atomic=False, upkeep_days=0.0)
    instance = with_fleet(
        instance,
        price=[[10.0, domestic_price], [30.0, domestic_price]],
        resale_price=[4.0, 0.4 * domestic_price],
        uptime=0.9,
    )
    return replace(instance, transition=np.array([[1 - cut, cut], [0.2, 0.8]]))


def domestic_share_of_work(instance: PlanInstance, attitude: RiskAttitude) -> float:
    """Mean share of the work done that runs on domestic accelerators."""
    setting = prepare(instance, attitude)
    solution = solve_extensive(setting.problem, setting.measure)
    _, columns = stage_problem(Node(instance, setting.layout, 0, instance.initial))
    tree = solution.form.tree
    done = np.zeros(2)
    for node, reach in enumerate(tree.reach):
        decisions = solution.decisions(node)
        for (_, k, _), column in columns.run.items():
            done[int(instance.fleet.domestic[k])] += reach * decisions[column]
    return float(done[1] / done.sum())


def domestic_share_of_orders(plan: PlanResult) -> float:
    """Share of the first quarter's purchase money that is domestic."""
    domestic = dict(zip(plan.instance.fleet.ids, plan.instance.fleet.domestic, strict=True))
    spent = [(trade.cost, domestic[trade.accelerator]) for trade in plan.now.orders]
    total = sum(cost for cost, _ in spent)
    return sum(cost for cost, home in spent if home) / total if total else 1.0


@pytest.mark.parametrize("domestic_price", [6.0, 9.0, 12.0])
@pytest.mark.parametrize("attitude", [NEUTRAL, RiskAttitude(0.5, 0.2, RiskReading.END)])
def test_likelier_cut_offs_never_lower_the_domestic_share(
    attitude: RiskAttitude, domestic_price: float
) -> None:
    """All else equal, likelier cut-offs never lower the share of the work done on domestic accelerators."""
    odds = (0.0, 0.1, 0.3, 0.6)
    shares = [
        domestic_share_of_work(two_suppliers(cut, domestic_price=domestic_price), attitude) for cut in odds
    ]
    assert np.all(np.diff(shares) >= -1e-6)
    assert shares[-1] > shares[0]


def test_likelier_cut_offs_never_lower_the_domestic_share_of_orders() -> None:
    """Nor that of the first quarter's purchases."""
    plans = [plan_whole_tree(prepare(two_suppliers(cut), NEUTRAL)) for cut in (0.0, 0.1, 0.3, 0.6)]
    assert np.all(np.diff([domestic_share_of_orders(plan) for plan in plans]) >= -1e-6)


@pytest.mark.parametrize("reading", list(RiskReading))
@pytest.mark.parametrize("cut", [0.05, 0.1, 0.3])
def test_higher_risk_weight_never_lowers_survivability_nor_the_mean_cost(
    cut: float, reading: RiskReading
) -> None:
    """Who minds the tail more survives a cut-off at least as well, and pays at least as much on average.

    Critical work is worth more than the other here: of two plans of equal cost neither serves it less. With
    the whole weight on the tail the other paths are left to chance.
    """
    instance = with_work(two_suppliers(cut), unmet_cost=[200.0, 30.0])
    plans = [
        plan_whole_tree(prepare(instance, RiskAttitude(weight, 0.2, reading)))
        for weight in (0.0, 0.3, 0.6, 0.9)
    ]
    survived = [np.mean([served.critical for served in plan.survivability]) for plan in plans]
    costs = [plan.cost.cost_mean for plan in plans]
    assert np.all(np.diff(survived) >= -1e-6)
    assert np.all(np.diff(costs) >= -1e-6)


def identical(instance: PlanInstance, *, ecosystems: tuple[int, int]) -> PlanInstance:
    """Two accelerators alike in everything but perhaps their ecosystem; ports cost nothing."""
    fleet, work = instance.fleet, instance.work

    def alike(array: np.ndarray) -> np.ndarray:
        return np.repeat(array[..., :1], 2, axis=-1)

    # units are divided between the two: they stay what each of them has
    keep = {"ids", "installed", "available", "rentable", "ecosystem"}
    same = {
        name: alike(getattr(fleet, name)) for name in type(fleet).__dataclass_fields__ if name not in keep
    }
    return replace(
        instance,
        fleet=replace(fleet, **same, ecosystem=np.array(ecosystems)),
        work=replace(
            work,
            throughput=np.repeat(work.throughput[:, :, :1], 2, axis=2),
            ported=np.ones((2, 2)),
            seasoned=np.ones((2, 2)),
            effort_days=np.zeros((2, 2)),
            upkeep_days=np.zeros((2, 2)),
        ),
    )


@settings(max_examples=15)
@given(instances(), st.sampled_from(ATTITUDES))
def test_ecosystems_are_interchangeable_when_all_else_is_equal(
    instance: PlanInstance, attitude: RiskAttitude
) -> None:
    """With free ports and equal accelerators it does not matter which ecosystem an accelerator belongs to."""
    values = [
        optimum(identical(instance, ecosystems=pair), attitude) for pair in ((0, 1), (1, 0), (0, 0), (1, 1))
    ]
    assert values == pytest.approx([values[0]] * 4, rel=1e-6, abs=1e-6)


def test_dearer_ports_are_made_less() -> None:
    """The share ported falls as the effort rises."""
    base = two_suppliers(0.3)
    shares = []
    for effort in (1.0, 30.0, 120.0, 1000.0):
        case = with_work(base, effort_days=[0.0, effort])
        plan = plan_whole_tree(prepare(with_limits(case, engineer_days=np.inf, engineer_cost=1.0), NEUTRAL))
        shares.append(sum(step.share for step in plan.now.ports))
    assert np.all(np.diff(shares) <= 1e-9)
    assert shares[0] > shares[-1]


def test_worthless_work_is_not_served() -> None:
    """Work whose loss is below the energy that it takes is left unmet, and nothing is bought for it."""
    case = with_fleet(with_work(without_limits(tiny(3)), unmet_cost=1e-3), resale_price=0.0)
    plan = plan_whole_tree(prepare(case, NEUTRAL))
    assert plan.now.orders == ()
    assert np.all(plan.unmet == pytest.approx(1.0))


def test_priceless_work_is_served_as_far_as_it_can_be() -> None:
    """With a great loss and ample supply nothing is unmet once orders can have arrived."""
    case = with_fleet(without_limits(tiny(4)), available=100.0, lead_time_quarters=1, delivered=1.0)
    plan = plan_whole_tree(prepare(with_work(case, unmet_cost=1e5, atomic=False), NEUTRAL))
    assert np.all(plan.unmet[1:] == pytest.approx(0.0, abs=1e-7))
