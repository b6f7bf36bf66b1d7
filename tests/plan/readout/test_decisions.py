"""Decisions of a node read in natural units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from junshi.plan.formulation.build import stage_problem
from junshi.plan.formulation.layout import layout
from junshi.plan.formulation.node import Node
from junshi.plan.readout.decisions import Reader
from junshi.plan.result import Placed, PortStep, Trade
from junshi.terms import Mode
from tests.plan.instances import tiny, with_fleet

INSTANCE = with_fleet(tiny(), installed=[400.0, 0.0])


@pytest.fixture
def reader() -> Reader:
    """Reader of an instance whose `h` are counted in hundreds."""
    index = layout(INSTANCE)
    return Reader(INSTANCE, index, stage_problem(Node(INSTANCE, index, 0, 0))[1])


def values(reader: Reader, **families: dict[object, float]) -> np.ndarray:
    """Decisions, zero but for those given by family and key."""
    count = stage_problem(Node(INSTANCE, reader.layout, 0, 0))[0].cost.size
    row = np.zeros(count)
    for family, entries in families.items():
        for key, value in entries.items():
            row[getattr(reader.columns, family)[key]] = value
    return row


def test_trades_are_in_units_and_money(reader: Reader) -> None:
    """0.05 hundreds of `h` are 5 units at 10; dearer orders come first; a resale brings money in."""
    row = values(reader, order={0: 0.05, 1: 2.0}, resell={0: 0.02}, rent={0: 0.03})
    actions = reader.actions(0, 0, row)
    assert actions.orders == (Trade("h", 5.0, 50.0), Trade("a", 2.0, 16.0))
    assert actions.resales == (Trade("h", 2.0, -8.0),)
    assert actions.rents == (Trade("h", 3.0, 9.0),)


def test_prices_are_those_of_the_state(reader: Reader) -> None:
    """In a cut-off the same order costs what the levied market asks."""
    row = values(reader, order={0: 0.05})
    assert reader.actions(1, 1, row).orders == (Trade("h", 5.0, 150.0),)


def test_next_to_nothing_is_not_told(reader: Reader) -> None:
    """A tenth of a unit and a share of one in a million are noise of the solver."""
    row = values(reader, order={1: 0.1}, port={(0, 1): 1e-6}, run={(0, 0, 1): 1e-6, (0, 1, 0): 0.4})
    actions = reader.actions(0, 0, row)
    assert actions.orders == ()
    assert actions.ports == ()
    assert reader.placement(row) == (Placed("chat", "a", Mode.FRESH, 0.4),)


def test_ports_tell_days_and_money(reader: Reader) -> None:
    """Half of `chat` takes 20 of 40 days at 0.1; the larger port comes first."""
    row = values(reader, port={(0, 1): 0.5, (1, 1): 0.25})
    ports = reader.actions(0, 0, row).ports
    assert ports == (
        PortStep("chat", "cann", 0.5, 20.0, pytest.approx(2.0), 20.0, 20.0),
        PortStep("train", "cann", 0.25, 5.0, pytest.approx(0.5), 5.0, 5.0),
    )


def test_part_of_a_port_has_its_part_of_the_range(reader: Reader) -> None:
    """Half of `chat`, 30 to 90 days in whole, is 15 to 45; a range that is not known is the likely days."""
    unknown = np.full((2, 2), np.nan)
    work = replace(
        INSTANCE.work,
        effort_days_low=np.where([[False, True], [False, False]], 30.0, unknown),
        effort_days_high=np.where([[False, True], [False, False]], 90.0, unknown),
    )
    ranged = replace(reader, instance=replace(INSTANCE, work=work))
    chat, train = ranged.actions(0, 0, values(reader, port={(0, 1): 0.5, (1, 1): 0.25})).ports
    assert (chat.days_low, chat.engineer_days, chat.days_high) == (15.0, 20.0, 45.0)
    assert (train.days_low, train.engineer_days, train.days_high) == (5.0, 5.0, 5.0)


def test_unmet_is_a_share(reader: Reader) -> None:
    """Rounding beyond 0 and 1 is cut off."""
    assert reader.unmet(values(reader, unmet={0: 1.0 + 1e-9, 1: -1e-12})).tolist() == [1.0, 0.0]
