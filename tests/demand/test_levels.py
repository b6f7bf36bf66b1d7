"""Demand levels: mean, spread and persistence of the random walk that they stand for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.demand.levels import BASE, one_level, three_levels

spreads = st.lists(st.floats(0, 1.5), min_size=1, max_size=5)
stages = st.integers(1, 40)


def _odds(transition: np.ndarray, stage: int) -> np.ndarray:
    """Odds of each level at a stage, from the base level at the first."""
    start = np.zeros(len(transition))
    start[BASE] = 1
    return np.asarray(start @ np.linalg.matrix_power(transition, stage))


@given(sd=spreads, count=stages)
def test_mean_is_one(sd: list[float], count: int) -> None:
    """In every quarter the mean of every workload's factor is exactly 1."""
    levels = three_levels(sd, count)
    for stage in range(count):
        mean = _odds(levels.transition, stage) @ levels.factor[:, :, stage]
        np.testing.assert_allclose(mean, 1, rtol=1e-12)


@given(sd=spreads, count=stages)
def test_log_spread_grows_as_a_random_walk(sd: list[float], count: int) -> None:
    """The variance of the log factor is sd² t/4, t quarters from the start."""
    levels = three_levels(sd, count)
    for stage in range(1, count):
        odds = _odds(levels.transition, stage)
        logs = np.log(levels.factor[:, :, stage])
        variance = odds @ (logs - odds @ logs) ** 2
        np.testing.assert_allclose(variance, np.array(sd) ** 2 * stage / 4, rtol=1e-9, atol=1e-12)


@given(sd=spreads, count=stages)
def test_levels_are_a_chain_that_recombines(sd: list[float], count: int) -> None:
    """Rows of odds sum to 1, moves go to neighbours only, and low stays below high."""
    levels = three_levels(sd, count)
    np.testing.assert_allclose(levels.transition.sum(axis=1), 1)
    assert np.all(levels.transition >= 0)
    assert levels.transition[0, 2] == levels.transition[2, 0] == 0
    assert np.all(levels.factor[0] <= levels.factor[2])
    assert np.all(levels.factor[:, :, 0] == 1)


def test_persistence_is_that_of_a_walk() -> None:
    """Neighbouring quarters correlate as those of a random walk do on average over the horizon."""
    count = 12
    levels = three_levels([0.5], count)
    sign = np.array([-1.0, 0.0, 1.0])
    chain, walk = [], []
    for stage in range(1, count - 1):
        odds, after = _odds(levels.transition, stage), _odds(levels.transition, stage + 1)
        covariance = (odds * sign) @ levels.transition @ sign
        chain.append(covariance / np.sqrt((odds @ sign**2) * (after @ sign**2)))
        walk.append(np.sqrt(stage / (stage + 1)))
    assert np.mean(chain) == pytest.approx(np.mean(walk), abs=0.09)


def test_no_spread_is_no_level() -> None:
    """A workload without spread has factor 1 at every level; one level has factor 1."""
    assert np.all(three_levels([0.0], 8).factor == 1)
    assert np.all(one_level(2, 3).factor == 1)
