"""Costs of decisions, in currency."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from junshi.plan.formulation import costs
from junshi.plan.formulation.layout import layout
from junshi.plan.formulation.node import Node
from junshi.plan.instance import PlanInstance
from tests.plan.formulation.reading import read
from tests.plan.instances import instances, tiny, with_fleet


def node(instance: PlanInstance, stage: int = 0, state: int = 0) -> Node:
    """One node."""
    return Node(instance, layout(instance), stage, state)


def test_costs_of_the_second_quarter() -> None:
    """Rent, resale, operation, energy and unmet work, each discounted by a quarter."""
    stage = read(tiny(3), stage=1)
    scale = stage.node.layout.cost_scale / 0.98
    assert stage.cost("rent[h]") * scale == pytest.approx(3.0)
    assert stage.cost("resell[h]") * scale == pytest.approx(-4.0)
    assert stage.cost("held[a]") * scale == pytest.approx(0.3)
    assert stage.cost("run[chat,h,seasoned]") * scale == pytest.approx(4 * 0.5)
    assert stage.cost("run[chat,a,fresh]") * scale == pytest.approx(8 * 1.0)
    assert stage.cost("unmet[chat]") * scale == pytest.approx(60.0)
    assert stage.cost("stock[h]") == 0.0


def test_stock_counts_at_both_ends() -> None:
    """The four `h` at the start cost their resale value; each left at the end brings it back, discounted."""
    first, last = read(tiny()), read(tiny(), stage=1)
    scale = first.node.layout.cost_scale
    assert first.problem.constant * scale == pytest.approx(4 * 4.0)
    assert last.problem.constant == 0.0
    assert last.cost("stock[h]") * scale == pytest.approx(-4.0 * 0.98)


def test_late_order_leaves_its_book_value() -> None:
    """An `a` of 8 bought for the last quarter is written off by 1/20; 0.9 of what exceeds resale counts."""
    instance = tiny(2)
    scale = layout(instance).cost_scale
    late = (8.0 * (1 - 1 / 20) - 1.0) * 0.9 * 0.98
    assert costs.late_value(node(instance), 1) * scale == pytest.approx(late)
    assert costs.order(node(instance), 1) * scale == pytest.approx(8.0 - late)


def test_early_order_leaves_only_its_resale_value() -> None:
    """A unit used for its whole service life is worth no more than a dealer pays."""
    assert costs.late_value(node(tiny(25)), 1) == 0.0


@given(instances(stages=(2, 4)))
def test_an_order_never_pays_the_buyer(instance: PlanInstance) -> None:
    """No order has a negative cost, however late and slow, and none is refunded at more than it cost."""
    slow = with_fleet(instance, lead_time_quarters=[4, 2])
    for case in (instance, slow):
        for k, lead in enumerate(case.fleet.lead_time_quarters):
            for stage, possible in enumerate(layout(case).can_occur):
                cheapest = min(costs.order(node(case, stage, int(s)), k) for s in np.flatnonzero(possible))
                assert cheapest >= -1e-12
                back = stage + int(lead) - 1
                if lead > 1 and back < case.stages:
                    refund = min(costs.refund(node(case, back, s), k) for s in range(len(case.states)))
                    assert refund >= -cheapest - 1e-12


def test_refund_is_the_lowest_price_that_can_have_been_paid() -> None:
    """With constant prices and no value beyond resale, the 10 paid in the open return, not the levied 30."""
    instance = with_fleet(tiny(3), resale_price=[10.0, 8.0])
    scale = layout(instance).cost_scale
    for state in (0, 1):
        assert costs.refund(node(instance, 1, state), 0) * scale == pytest.approx(-10.0 * 0.98)
