"""Porting rows: shares, engineers, whole ports of atomic work."""

from __future__ import annotations

import numpy as np
import pytest

from tests.plan.formulation.reading import read
from tests.plan.instances import tiny, with_limits, with_work


def test_port_adds_to_the_ported_share() -> None:
    """What is ported after the quarter is at most what was, and what is ported in it."""
    row = read(tiny()).rows["porting[chat,cann]"]
    assert row.terms == {"ported[chat,cann]": 1.0, "port[chat,cann]": -1.0}
    assert (row.lower, row.upper) == (-np.inf, 0.0)
    assert row.incoming == {"ported[chat,cann]": 1.0}


def test_engineers_port_and_keep_up() -> None:
    """Ports of 40 and 20 days and upkeep of 2 and 1 share 30 days; the row is scaled by its largest one."""
    row = read(tiny()).rows["engineers"]
    assert row.terms == pytest.approx(
        {
            "port[chat,cann]": 1.0,
            "ported[chat,cann]": 2 / 40,
            "port[train,cann]": 20 / 40,
            "ported[train,cann]": 1 / 40,
        }
    )
    assert row.upper == pytest.approx(30 / 40)


def test_free_ports_need_no_engineers() -> None:
    """Without effort and upkeep there is no row."""
    assert "engineers" not in read(with_work(tiny(), effort_days=0.0, upkeep_days=0.0)).rows


def test_without_engineers_nothing_is_ported() -> None:
    """No engineer-day allows no effort."""
    assert read(with_limits(tiny(), engineer_days=0.0)).rows["engineers"].upper == 0.0


def test_atomic_work_is_ported_whole() -> None:
    """The ported share of `train` is a whole number, that of `chat` is not."""
    problem = read(tiny()).problem
    assert [problem.col_names[column] for column in problem.integers] == ["ported[train,cann]"]


def test_port_costs_its_engineers() -> None:
    """A whole port of `chat` costs 40 days at 0.1, its upkeep 2 days; later both are discounted."""
    now, later = read(tiny()), read(tiny(), stage=1)
    scale = now.node.layout.cost_scale
    assert now.cost("port[chat,cann]") * scale == pytest.approx(4.0)
    assert now.cost("ported[chat,cann]") * scale == pytest.approx(0.2)
    assert later.cost("port[chat,cann]") * scale == pytest.approx(4.0 * 0.98)
