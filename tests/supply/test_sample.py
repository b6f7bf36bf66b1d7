"""Sampled paths and the long run against closed forms of two-state chains."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.supply.chain import MarkovChain, SupplyState
from junshi.supply.sample import sample_paths, stationary_distribution
from junshi.terms import Ramp, Regime

PAIR = (SupplyState(Regime.OPEN, Ramp.BASE), SupplyState(Regime.CUT_OFF, Ramp.BASE))
odds = st.floats(0.01, 0.99)


def two_states(close: float, reopen: float) -> MarkovChain:
    """Chain that starts open, closes and reopens with the given odds."""
    return MarkovChain(PAIR, np.array([[1 - close, close], [reopen, 1 - reopen]]), 0)


@given(odds, odds)
def test_two_states_settle(close: float, reopen: float) -> None:
    """In the long run a two-state chain is closed a share close/(close + reopen) of the time."""
    shares = stationary_distribution(two_states(close, reopen))
    assert shares[1] == pytest.approx(close / (close + reopen), rel=1e-9)


@given(odds, odds)
def test_two_states_after_t_quarters(close: float, reopen: float) -> None:
    """The share of closed paths after t quarters follows p (1 - (1 - close - reopen)^t)."""
    stages, count = 6, 4000
    paths = sample_paths(two_states(close, reopen), stages, count, np.random.default_rng(1))
    limit = close / (close + reopen)
    for stage in range(stages):
        expected = limit * (1 - (1 - close - reopen) ** stage)
        assert np.mean(paths[:, stage] == 1) == pytest.approx(expected, abs=0.045)


def test_paths_have_their_shape_and_start() -> None:
    """Paths are `[path, stage]`, start in the initial state, and the same generator gives the same paths."""
    chain = two_states(0.3, 0.4)
    one, again = (sample_paths(chain, 5, 7, np.random.default_rng(3)) for _ in range(2))
    assert one.shape == (7, 5)
    assert np.all(one[:, 0] == chain.initial)
    assert np.array_equal(one, again)


def test_impossible_moves_never_happen() -> None:
    """A move of odds 0 is not drawn, one of odds 1 always."""
    paths = sample_paths(two_states(1.0, 0.0), 5, 100, np.random.default_rng(0))
    assert np.all(paths[:, 0] == 0)
    assert np.all(paths[:, 1:] == 1)


@pytest.mark.parametrize(("stages", "count"), [(0, 1), (-1, 1), (1, -1)])
def test_nonsense_is_refused(stages: int, count: int) -> None:
    """Fewer than one stage or a negative number of paths is a mistake of the caller."""
    with pytest.raises(ValueError, match="cannot draw"):
        sample_paths(two_states(0.5, 0.5), stages, count, np.random.default_rng(0))


def test_chain_refuses_rows_that_are_not_odds() -> None:
    """A chain whose row does not sum to 1 cannot be built."""
    with pytest.raises(ValueError, match="sum to 1"):
        MarkovChain(PAIR, np.array([[0.5, 0.4], [0.5, 0.5]]), 0)
