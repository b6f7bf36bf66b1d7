"""Limits of the first quarter: use and shadow price."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from junshi.plan.instance import PlanInstance
from junshi.plan.planner import RiskAttitude, prepare
from junshi.plan.result import LimitUse
from junshi.plan.whole_tree import plan_whole_tree
from tests.plan.instances import (
    AT_THE_END,
    NESTED,
    NEUTRAL,
    optimum,
    tiny,
    with_limits,
    with_work,
    without_limits,
)


def relaxed(instance: PlanInstance) -> PlanInstance:
    """Without integers, so that the whole tree has duals."""
    return replace(instance, work=replace(instance.work, atomic=np.zeros(2, dtype=bool)))


def limits(instance: PlanInstance, attitude: RiskAttitude = NEUTRAL) -> dict[str, LimitUse]:
    """Limits by name."""
    return {use.name: use for use in plan_whole_tree(prepare(instance, attitude)).limits}


FIELDS = {"budget": "budget", "power": "power_kw", "racks": "racks", "engineers": "engineer_days"}


@pytest.mark.parametrize("attitude", [NEUTRAL, NESTED, AT_THE_END])
@pytest.mark.parametrize("name", FIELDS)
def test_shadow_price_is_what_one_more_unit_saves(name: str, attitude: RiskAttitude) -> None:
    """A little more of a binding limit in the first quarter lowers the cost by the shadow price."""
    tight = {"budget": 25.3, "power_kw": 9.3, "racks": 3.3, "engineer_days": 8.3}
    field = FIELDS[name]
    instance = relaxed(with_limits(without_limits(tiny(3)), **{field: tight[field]}))
    use = limits(instance, attitude)[name]
    step = 1e-3
    limit = getattr(instance.limits, field).copy()
    limit[0] += step
    wider = replace(instance, limits=replace(instance.limits, **{field: limit}))
    saved = (optimum(instance, attitude) - optimum(wider, attitude)) / step
    assert use.shadow_price == pytest.approx(saved, rel=1e-3, abs=1e-4)


def test_use_is_within_the_limit() -> None:
    """No limit is exceeded, and each is in its unit."""
    uses = limits(relaxed(tiny(3)))
    assert {name: use.unit for name, use in uses.items()} == {
        "budget": "CNY",
        "power": "kW",
        "racks": "accelerators",
        "engineers": "days",
    }
    for use in uses.values():
        assert use.used <= use.limit + 1e-6
    assert uses["budget"].limit == 50.0
    assert uses["engineers"].limit == 30.0


def test_slack_limit_is_worth_nothing() -> None:
    """More of what is not used up saves nothing."""
    uses = limits(relaxed(with_limits(tiny(3), power_kw=1e6)))
    assert uses["power"].shadow_price == pytest.approx(0.0, abs=1e-9)


def test_limits_that_do_not_exist_are_not_told() -> None:
    """Without limits and with free ports there is nothing to tell."""
    assert limits(with_work(without_limits(tiny(2)), effort_days=0.0, upkeep_days=0.0)) == {}


def test_whole_ports_leave_the_shadow_price_open() -> None:
    """With integers a tree has no duals, and none is made up."""
    assert np.isnan(limits(tiny(2))["budget"].shadow_price)
