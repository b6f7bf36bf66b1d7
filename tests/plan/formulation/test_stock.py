"""Stock and pipeline rows."""

from __future__ import annotations

import pytest

from tests.plan.formulation.reading import read
from tests.plan.instances import tiny, with_fleet


def test_stock_is_held_or_resold() -> None:
    """What was left to the quarter is held or resold."""
    row = read(tiny()).rows["held[h]"]
    assert row.terms == {"held[h]": 1.0, "resell[h]": 1.0}
    assert (row.lower, row.upper, row.incoming) == (0.0, 0.0, {"stock[h]": 1.0})


def test_held_units_wear_and_pipeline_arrives() -> None:
    """After a cut-off quarter 80 % of the `h` held are left, and 25 % of those on their way arrive."""
    row = read(tiny(), stage=1, state=1).rows["stock[h]"]
    assert row.terms == pytest.approx({"stock[h]": 1.0, "held[h]": -0.8})
    assert row.incoming == pytest.approx({"pipeline[h,1]": 0.25})


def test_lead_time_of_one_arrives_next_quarter() -> None:
    """An order of `a` is in the stock of the next quarter and never on its way."""
    stage = read(tiny())
    assert stage.rows["stock[a]"].terms == pytest.approx({"stock[a]": 1.0, "held[a]": -0.9, "order[a]": -1.0})
    assert stage.family("pipeline") == ["pipeline[h,1]"]


def test_order_enters_the_pipeline() -> None:
    """An order of `h` is on its way for one more quarter."""
    row = read(tiny()).rows["pipeline[h,1]"]
    assert row.terms == {"pipeline[h,1]": 1.0, "order[h]": -1.0}
    assert row.incoming == {}


def test_long_pipeline_moves_up() -> None:
    """With four quarters of lead time the order takes slot 3, and slots 3 and 2 move up."""
    rows = read(with_fleet(tiny(), lead_time_quarters=[4, 1])).rows
    assert rows["pipeline[h,3]"].terms == {"pipeline[h,3]": 1.0, "order[h]": -1.0}
    assert rows["pipeline[h,2]"].incoming == {"pipeline[h,3]": 1.0}
    assert rows["pipeline[h,1]"].terms == {"pipeline[h,1]": 1.0}
    assert rows["pipeline[h,1]"].incoming == {"pipeline[h,2]": 1.0}


def test_what_does_not_arrive_is_lost() -> None:
    """In a cut-off quarter three of four units due are lost (and refunded); in an open one none."""
    cut, open_ = read(tiny(), 1, 1).rows["lost[h]"], read(tiny(), 1, 0).rows["lost[h]"]
    assert cut.terms == open_.terms == {"lost[h]": 1.0}
    assert cut.incoming == pytest.approx({"pipeline[h,1]": 0.75})
    assert open_.incoming == {}


def test_accelerator_that_cannot_be_had_has_no_stock() -> None:
    """Neither installed nor ever to be ordered: no stock."""
    stage = read(with_fleet(tiny(), available=[[6.0, 0.0], [0.0, 0.0]]))
    assert "held[a]" not in stage.rows
    assert "stock[a]" not in stage.problem.col_names


def test_orders_and_rents_have_the_market_as_limit() -> None:
    """One orders and rents what the state makes available."""
    open_, cut = read(tiny(), 1, 0), read(tiny(), 1, 1)
    assert (open_.upper("order[h]"), cut.upper("order[h]")) == (6.0, 0.0)
    assert (open_.upper("rent[h]"), cut.upper("rent[h]")) == (3.0, 0.0)
    assert cut.upper("order[a]") == 5.0
