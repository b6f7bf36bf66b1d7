"""Sampled paths follow the chain."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.plan.paths import draw, sample_states
from junshi.plan.planner import prepare
from junshi.plan.stage_problem import MultistageProblem
from tests.plan.instances import NEUTRAL, tiny


def chain(transition: list[list[float]]) -> MultistageProblem:
    """The tiny problem on a chain of its own."""
    return prepare(replace(tiny(4), transition=np.array(transition)), NEUTRAL).problem


@given(st.integers(0, 1000), st.sampled_from([0.0, 0.5, 1.0]))
def test_no_impossible_state_is_drawn(seed: int, exploration: float) -> None:
    """A state of odds zero is never drawn, exploring or not."""
    rng = np.random.default_rng(seed)
    assert draw(np.array([0.0, 0.3, 0.0, 0.7, 0.0]), rng, exploration) in {1, 3}


def test_shares_are_the_odds() -> None:
    """Over many paths each second state appears as often as its odds say."""
    states = sample_states(chain([[0.8, 0.2], [0.4, 0.6]]), 4000, np.random.default_rng(0))
    assert states.shape == (4000, 4)
    assert np.all(states[:, 0] == 0)
    assert states[:, 1].mean() == pytest.approx(0.2, abs=0.025)
    assert states[states[:, 1] == 1, 2].mean() == pytest.approx(0.6, abs=0.06)


def test_exploration_levels_the_odds() -> None:
    """A seldom state is visited half of the time when all transitions are explored."""
    states = sample_states(chain([[0.99, 0.01], [0.5, 0.5]]), 2000, np.random.default_rng(0), 1.0)
    assert states[:, 1].mean() == pytest.approx(0.5, abs=0.05)


def test_same_seed_same_paths() -> None:
    """Paths depend on the generator alone."""
    problem = chain([[0.8, 0.2], [0.4, 0.6]])
    one, two = (sample_states(problem, 50, np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(one, two)
