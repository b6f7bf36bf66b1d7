"""Cuts: the highest one counts, capacity grows, a head shares the arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.plan.cuts import CutFamily


def family(count: int, states: int = 2, dimension: int = 3, seed: int = 0) -> CutFamily:
    """Random cuts."""
    rng = np.random.default_rng(seed)
    cuts = CutFamily(states, dimension)
    for _ in range(count):
        cuts.add(rng.normal(size=states), rng.normal(size=(states, dimension)))
    return cuts


def test_without_cuts_the_floor_holds() -> None:
    """No cut yet: every value is the floor."""
    assert np.all(family(0).values(np.zeros((4, 3)), -7.0) == -7.0)


@given(st.integers(1, 40), st.integers(0, 5))
def test_value_is_the_highest_cut_or_the_floor(count: int, seed: int) -> None:
    """At every point the value is the largest of all cuts and the floor, also after the arrays have grown."""
    cuts = family(count, seed=seed)
    points = np.random.default_rng(seed + 100).normal(size=(5, 3))
    values = cuts.values(points, -0.5)
    for p, point in enumerate(points):
        for state in range(2):
            heights = [
                alpha[state] + beta[state] @ point for alpha, beta in zip(cuts.alpha, cuts.beta, strict=True)
            ]
            assert values[p, state] == pytest.approx(max(-0.5, *heights))


def test_more_cuts_never_lower_the_value() -> None:
    """The value of the first cuts is a lower bound of the value of all."""
    cuts = family(30)
    points = np.random.default_rng(1).normal(size=(20, 3))
    assert np.all(cuts.head(10).values(points, -1.0) <= cuts.values(points, -1.0))


def test_head_has_the_first_cuts() -> None:
    """A head of a family holds its first cuts and not the others."""
    cuts = family(20)
    head = cuts.head(5)
    assert head.count == 5
    assert np.array_equal(head.alpha, cuts.alpha[:5])
    assert np.array_equal(head.beta, cuts.beta[:5])


@pytest.mark.parametrize("count", [0, 5, 16, 20])
def test_head_grows_on_its_own(count: int) -> None:
    """Cuts added to a head do not overwrite those of the family that it came from, nor the reverse."""
    cuts = family(20)
    alpha = cuts.alpha.copy()
    head = cuts.head(count)
    head.add(np.full(2, 99.0), np.zeros((2, 3)))
    cuts.add(np.full(2, -99.0), np.zeros((2, 3)))
    assert np.array_equal(cuts.alpha[:20], alpha)
    assert np.all(head.alpha[count] == 99.0)
    assert np.array_equal(head.alpha[:count], alpha[:count])
