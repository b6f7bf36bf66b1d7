"""Budget row."""

from __future__ import annotations

import numpy as np
import pytest

from tests.plan.formulation.reading import read
from tests.plan.instances import tiny, with_limits


def test_spending_is_of_the_quarter_and_not_discounted() -> None:
    """Orders, rents and ports spend, resales bring in, cash is carried on; later at the same money."""
    stage = read(tiny(), stage=1)
    scale = stage.node.layout.cost_scale
    row = stage.rows["budget"]
    assert {name: value * scale for name, value in row.terms.items() if name != "cash"} == pytest.approx(
        {
            "order[h]": 10.0,
            "order[a]": 8.0,
            "rent[h]": 3.0,
            "resell[h]": -4.0,
            "resell[a]": -1.0,
            "port[chat,cann]": 4.0,
            "port[train,cann]": 2.0,
        }
    )
    assert row.terms["cash"] == 1.0
    assert row.incoming == {"cash": 1.0}
    assert row.upper * scale == pytest.approx(50.0)


def test_budget_that_expires_has_no_cash() -> None:
    """Without carry-over there is no cash to leave."""
    stage = read(with_limits(tiny(), carry_over=False))
    assert "cash" not in stage.problem.col_names
    assert stage.rows["budget"].incoming == {}


def test_no_budget_no_row() -> None:
    """An infinite budget binds nothing."""
    assert "budget" not in read(with_limits(tiny(), budget=np.inf)).rows
