"""Waiting times in closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.throughput.queueing import erlang_wait, utilisation_within, waiting_time


@given(load=st.floats(0.01, 0.99), service=st.floats(1e-3, 10), variation=st.floats(0, 4))
def test_utilisation_is_the_inverse_of_waiting(load: float, service: float, variation: float) -> None:
    """The utilisation that keeps the response time of a load is that load."""
    wait = waiting_time(np.array(load), np.array(service), variation)
    found = utilisation_within(wait + service, np.array(service), variation)
    assert float(found) == pytest.approx(load, rel=1e-6)


def test_a_limit_below_the_service_time_leaves_nothing() -> None:
    """No utilisation keeps a limit shorter than the service itself."""
    assert float(utilisation_within(np.array(0.5), np.array(1.0))) == 0


def test_one_server_of_erlang_is_the_single_queue() -> None:
    """M/M/1 waits rho / (1 - rho) service times."""
    for load in (0.1, 0.5, 0.9):
        assert erlang_wait(load, 1) == pytest.approx(load / (1 - load))


def test_erlang_matches_a_tabulated_value() -> None:
    """Two servers at load 0.75 wait with probability 0.642857, so 9/7 service times."""
    assert erlang_wait(0.75, 2) == pytest.approx(0.6428571 / (2 * 0.25), rel=1e-6)


def test_a_full_server_never_clears() -> None:
    """At utilisation 1 the wait has no end."""
    assert math.isinf(erlang_wait(1.0, 4))
    assert math.isinf(float(waiting_time(np.array(1.0), np.array(1.0))))
