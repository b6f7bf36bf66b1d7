"""Mean cost by kind, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from junshi.plan.planner import prepare
from junshi.plan.whole_tree import plan_whole_tree
from tests.plan.instances import NEUTRAL, tiny, with_fleet, with_work, without_limits


def test_fleet_that_only_works() -> None:
    """Four `h` serve `chat` for two quarters: operation, energy and wear are all that it costs."""
    case = with_fleet(without_limits(tiny(2)), available=0.0, rentable=0.0, survival=1.0)
    case = with_work(
        case,
        demand=[8.0, 1e-9],
        unmet_cost=[60.0, 0.0],
        effort_days=[0.0, np.nan],
        ported=[1.0, 0.0],
        seasoned=[1.0, 0.0],
    )
    case = with_fleet(case, resale_price=[4.0, 1.0])
    parts = plan_whole_tree(prepare(case, NEUTRAL)).cost.parts
    two_quarters = 1 + 0.98
    assert parts["opening"] == pytest.approx(16.0)
    assert parts["value_left"] == pytest.approx(-16.0 * 0.98)
    assert parts["operation"] == pytest.approx(4 * 0.2 * two_quarters)
    assert parts["energy"] == pytest.approx(4 * 0.5 * two_quarters, abs=1e-6)
    assert parts["unmet"] == pytest.approx(0.0, abs=1e-9)
    assert parts["purchase"] == parts["rent"] == parts["refund"] == 0.0


def test_late_purchase_is_paid_in_full_and_left_at_its_book_value() -> None:
    """Purchases are told at their price; what a late one leaves is told as value left."""
    case = with_fleet(
        without_limits(tiny(3)), rentable=0.0, available=[0.0, 5.0], lead_time_quarters=1, resale_price=0.0
    )
    plan = plan_whole_tree(prepare(case, NEUTRAL))
    bought = sum(trade.cost for trade in plan.now.orders)
    assert plan.cost.parts["purchase"] >= bought - 1e-6
    assert plan.cost.parts["value_left"] < 0
    assert sum(plan.cost.parts.values()) == pytest.approx(plan.cost.cost_mean)
