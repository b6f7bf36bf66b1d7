"""Limits that the critical work cannot live with are named before the plan."""

from __future__ import annotations

import numpy as np
import pytest

from junshi.plan.diagnose import find_shortfalls, least_units
from tests.plan.instances import tiny, with_limits, with_work, without_limits


def test_ample_limits_fall_short_of_nothing() -> None:
    """Neither infinite limits nor those of the tiny instance are below what `chat` needs."""
    assert find_shortfalls(without_limits(tiny())) == ()
    assert find_shortfalls(tiny()) == ()


def test_power_below_the_thriftiest_accelerator_is_named() -> None:
    """`chat` needs 4 tuned `h` at 2 kW, or 8 `a` at 4 kW: 8 kW at the least, from the second quarter on."""
    power, *others = find_shortfalls(with_limits(tiny(3), power_kw=[9.0, 6.0, 5.0]))
    assert not others
    assert (power.limit, power.quarter) == ("power", "2027-Q2")
    assert (power.needed, power.available) == (pytest.approx(8.0), 6.0)
    assert power.workloads == ("chat",)


def test_racks_count_units() -> None:
    """The same in accelerators: 4 at the least."""
    (racks,) = find_shortfalls(with_limits(tiny(), racks=3.0))
    assert (racks.limit, racks.needed, racks.available) == ("racks", pytest.approx(4.0), 3.0)


def test_workloads_are_named_by_need() -> None:
    """The needs of all critical workloads add up, the largest is named first."""
    case = with_work(without_limits(tiny()), critical=True, demand=[8.0, 60.0])
    case = with_limits(case, racks=5.0)
    (racks,) = find_shortfalls(case)
    assert racks.needed == pytest.approx(4.0 + 20.0)
    assert racks.workloads == ("train", "chat")


def test_work_that_is_not_critical_may_fall_short() -> None:
    """Without critical work no limit is too low."""
    assert find_shortfalls(with_limits(with_work(tiny(), critical=False), power_kw=0.0, racks=0.0)) == ()


def test_accelerators_that_cannot_run_it_do_not_count() -> None:
    """Without a port to cann only `h` counts, and `a` has no figure."""
    case = with_work(tiny(), effort_days=[[0.0, np.nan], [0.0, 20.0]])
    units = least_units(case)
    assert units.shape == (2, 1, 2)
    assert units[:, 0, 0] == pytest.approx([4.0, 4.0])
    assert np.all(np.isnan(units[:, 0, 1]))
