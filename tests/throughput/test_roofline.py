"""Time of one operation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.throughput.chips import chips_of
from junshi.throughput.roofline import BOUNDS, Times, all_reduce_bytes, busy, routed_copies, routing_seconds
from tests.throughput.cases import catalogue

SECONDS = st.floats(1e-6, 1e3)


@given(compute=SECONDS, memory=SECONDS, more=st.floats(1, 10))
def test_busy_lies_between_perfect_and_no_overlap(compute: float, memory: float, more: float) -> None:
    """The rounded roofline is at least the larger, at most the sum, and grows with each part."""
    time = float(busy(np.array(compute), np.array(memory)))
    assert max(compute, memory) <= time <= compute + memory
    assert float(busy(np.array(compute * more), np.array(memory))) >= time


def test_the_largest_part_binds() -> None:
    """The bound is the part that takes longest."""
    parts = [np.array(1.0), np.array(2.0), np.array(3.0), np.array(0.5)]
    assert BOUNDS[int(Times(*parts).bound())] == "interconnect"


def test_one_chip_sends_nothing() -> None:
    """Collectives of one chip move no bytes."""
    one = np.array(1.0)
    chips = chips_of(catalogue().accelerator("h100-sxm"), "bf16")
    assert float(all_reduce_bytes(np.array(1e9), one)) == 0
    assert float(routing_seconds(np.array(1e9), np.array(8.0), one, chips)) == 0


@given(copies=st.integers(1, 16), places=st.integers(1, 512))
def test_copies_reach_no_more_places_than_there_are(copies: int, places: int) -> None:
    """Distinct places lie between one and the smaller of copies and places."""
    reached = float(routed_copies(np.array(float(copies)), np.array(float(places))))
    assert 1 - 1e-9 <= reached <= min(copies, places) + 1e-9


def test_crossing_servers_costs_more() -> None:
    """Experts spread over two servers take longer than the same number inside one."""
    h800 = chips_of(catalogue().accelerator("h800-sxm"), "bf16")
    inside, across = (
        float(routing_seconds(np.array(1e6), np.array(8.0), np.array(n), h800)) for n in (8.0, 16.0)
    )
    assert across > inside
    assert inside == pytest.approx(1e6 * 8 * (1 - (7 / 8) ** 8) * 7 / 8 / 200e9)
