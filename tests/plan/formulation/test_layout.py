"""Which decisions and states exist, and their scales."""

from __future__ import annotations

import numpy as np
import pytest

from junshi.plan.formulation.layout import layout
from tests.plan.formulation.reading import read
from tests.plan.instances import tiny, with_fleet, with_limits, with_work


def test_state_of_the_tiny_instance() -> None:
    """Stock, pipeline, ported and tuned shares, cash: named in the order of the arrays."""
    index = layout(tiny())
    assert index.state_names == (
        "stock[h]",
        "stock[a]",
        "pipeline[h,1]",
        "ported[chat,cann]",
        "ported[train,cann]",
        "seasoned[chat,cann]",
        "seasoned[train,cann]",
        "cash",
    )
    assert index.initial_state == pytest.approx([4, 0, 0, 0, 0.5, 0, 0.25, 0])


def test_positions_agree_with_the_names() -> None:
    """Each position points at its own name."""
    index = layout(with_fleet(tiny(), lead_time_quarters=[3, 2]))
    names = index.state_names
    assert [names[at] for at in index.stock_at.values()] == ["stock[h]", "stock[a]"]
    assert [names[at] for at in index.transit_at.values()] == [
        "pipeline[h,1]",
        "pipeline[h,2]",
        "pipeline[a,1]",
    ]
    assert [names[at] for at in index.ported_at.values()] == ["ported[chat,cann]", "ported[train,cann]"]
    assert [names[at] for at in index.seasoned_at.values()] == ["seasoned[chat,cann]", "seasoned[train,cann]"]
    assert names[index.cash_at] == "cash"
    assert len(index.initial_state) == len(names)


def test_outgoing_columns_are_the_state() -> None:
    """The columns left to the next stage have the names of the state, in its order."""
    stage = read(tiny())
    left = tuple(stage.problem.col_names[column] for column in stage.problem.outgoing)
    assert left == stage.node.layout.state_names


def test_settled_work_has_no_fresh_mode() -> None:
    """Where everything is tuned there is one mode; where it is not there are two."""
    names = read(tiny()).problem.col_names
    assert "run[chat,h,fresh]" not in names
    assert {"run[chat,a,fresh]", "run[chat,a,seasoned]"} <= set(names)


def test_settled_and_impossible_pairs_are_no_states() -> None:
    """Neither what is wholly ported nor what cannot be ported is a state."""
    index = layout(with_work(tiny(), effort_days=[[0.0, np.nan], [0.0, 20.0]]))
    assert index.ports == ((1, 1),)


def test_budget_that_expires_is_no_state() -> None:
    """Cash is a state only where it is carried over."""
    assert "cash" not in layout(with_limits(tiny(), carry_over=False)).state_names


def test_scales_are_powers_of_ten() -> None:
    """Units are scaled by the size of the fleet, costs so that a quarter of unmet work is 10 to 100."""
    index = layout(with_fleet(tiny(), installed=[4200.0, 0.0]))
    assert index.unit_scale == pytest.approx([1000.0, 1.0])
    assert index.cost_scale == 1.0
    assert layout(with_work(tiny(), unmet_cost=[6e8, 3e8])).cost_scale == pytest.approx(1e7)
