"""The organisation's own rule: a least domestic share of purchases."""

from __future__ import annotations

import numpy as np
import pytest

from tests.plan.formulation.reading import read
from tests.plan.instances import tiny, with_fleet, with_limits


def test_domestic_share_of_the_money() -> None:
    """A quarter of the money is domestic: 0.75 of each `a` makes up for 0.25 of each `h`."""
    stage = read(tiny())
    row = stage.rows["domestic_share"]
    scale = stage.node.layout.cost_scale
    assert {name: value * scale for name, value in row.terms.items()} == pytest.approx(
        {"order[h]": -0.25 * 10, "order[a]": 0.75 * 8}
    )
    assert (row.lower, row.upper) == (0.0, np.inf)


def test_no_rule_no_row() -> None:
    """Neither a share of zero nor a market without orders makes a row."""
    assert "domestic_share" not in read(with_limits(tiny(), min_domestic_share=0.0)).rows
    assert "domestic_share" not in read(with_fleet(tiny(), available=0.0)).rows
