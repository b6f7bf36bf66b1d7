"""Capacity rows."""

from __future__ import annotations

import numpy as np
import pytest

from tests.plan.formulation.reading import read
from tests.plan.instances import tiny, with_fleet


def test_work_needs_units_at_uptime() -> None:
    """All of `chat` needs 8 / 2 tuned units of `h`, out of those held and rented at uptime 1."""
    row = read(tiny()).rows["capacity[h]"]
    assert row.terms == pytest.approx(
        {"run[chat,h,seasoned]": 4.0, "run[train,h,seasoned]": 2.0, "held[h]": -1.0, "rent[h]": -1.0}
    )
    assert (row.lower, row.upper, row.incoming) == (-np.inf, 0.0, {})


def test_half_uptime_serves_half() -> None:
    """`a` can be owned but not rented, and half of its units are down; fresh work takes twice the units."""
    row = read(tiny()).rows["capacity[a]"]
    assert row.terms == pytest.approx(
        {
            "run[chat,a,fresh]": 8.0,
            "run[chat,a,seasoned]": 4.0,
            "run[train,a,fresh]": 6.0,
            "run[train,a,seasoned]": 4.0,
            "held[a]": -0.5,
        }
    )


def test_accelerator_that_cannot_be_had_serves_nothing() -> None:
    """Without stock, orders and rent the row remains: its work must be zero."""
    row = read(with_fleet(tiny(), available=0.0)).rows["capacity[a]"]
    assert "held[a]" not in row.terms
    assert row.upper == 0.0
