"""Site rows: power and racks of owned units at work."""

from __future__ import annotations

import numpy as np
import pytest

from junshi.plan.planner import prepare
from junshi.plan.whole_tree import plan_whole_tree
from tests.plan.formulation.reading import read
from tests.plan.instances import NEUTRAL, tiny, with_fleet, with_limits, with_work, without_limits


def test_power_of_owned_units_at_work() -> None:
    """All of `chat` on tuned `a` takes 8 units at 4 kW of 40 kW; each rented `h` relieves 2 kW."""
    row = read(tiny()).rows["power"]
    assert row.terms["run[chat,a,seasoned]"] == pytest.approx(8 * 4 / 40)
    assert row.terms["run[chat,h,seasoned]"] == pytest.approx(4 * 2 / 40)
    assert row.terms["rent[h]"] == pytest.approx(-2 / 40)
    assert row.upper == pytest.approx(1.0)


def test_racks_count_units_at_work() -> None:
    """The same in units, of 12."""
    row = read(tiny()).rows["racks"]
    assert row.terms["run[chat,a,seasoned]"] == pytest.approx(8 / 12)
    assert row.terms["rent[h]"] == pytest.approx(-1 / 12)
    assert row.upper == pytest.approx(1.0)


def test_rented_units_work() -> None:
    """No more is rented than is at work."""
    row = read(tiny()).rows["rented_works[h]"]
    assert row.terms == pytest.approx(
        {"rent[h]": 1.0, "run[chat,h,seasoned]": -4.0, "run[train,h,seasoned]": -2.0}
    )
    assert row.upper == 0.0


def test_no_site_no_rows() -> None:
    """Infinite limits make no rows; no power at all makes one of zero."""
    free = read(without_limits(tiny())).rows
    assert not {"power", "racks", "rented_works[h]"} & free.keys()
    dark = read(with_limits(tiny(), power_kw=0.0, racks=np.inf)).rows
    assert dark["power"].upper == 0.0
    assert "racks" not in dark


def test_idle_rented_units_make_no_room() -> None:
    """Cheap units that nothing can run on are not rented to raise the power limit: 2 of 4 `h` stay dark."""
    case = with_limits(without_limits(with_work(tiny(), atomic=False)), power_kw=4.0)
    case = with_fleet(case, available=0.0, rentable=[0.0, 50.0], rent_price=[1.0, 0.01])
    case = with_work(case, effort_days=[0.0, np.nan], ported=[1.0, 0.0], seasoned=[1.0, 0.0])
    result = plan_whole_tree(prepare(case, NEUTRAL))
    assert result.now.rents == ()
    assert result.courses[0].unmet[0] == pytest.approx([0.5, 1.0])
