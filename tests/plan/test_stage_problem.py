"""Arrays that do not fit together are refused when a problem is built."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from junshi.plan.planner import prepare
from junshi.plan.stage_problem import MultistageProblem
from tests.plan.instances import NEUTRAL, tiny


def problem() -> MultistageProblem:
    """Two stages."""
    return prepare(tiny(2), NEUTRAL).problem


@pytest.mark.parametrize("name", ["cost", "col_lower", "col_upper", "row_lower", "row_upper"])
def test_short_array_is_refused(name: str) -> None:
    """Each vector must have the length of the matrix; the message names it."""
    node = problem().nodes[0][0]
    with pytest.raises(ValueError, match=name):
        replace(node, **{name: np.zeros(2)})


def test_incoming_must_have_the_rows() -> None:
    """The coupling to the incoming state must have a row for each row."""
    node = problem().nodes[0][0]
    with pytest.raises(ValueError, match="incoming"):
        replace(node, incoming=sparse.csr_array((1, node.outgoing.size)))


@pytest.mark.parametrize("odds", [[[0.8, 0.3]], [[1.2, -0.2]]])
def test_odds_must_sum_to_one(odds: list[list[float]]) -> None:
    """Odds that are negative or do not add up are refused with their stage."""
    with pytest.raises(ValueError, match="stage 1: odds"):
        replace(problem(), transition=(np.array(odds),))


def test_transitions_must_match_the_stages() -> None:
    """One transition fewer than stages, each as wide as its stage has states."""
    with pytest.raises(ValueError, match="0 transitions for 2 stages"):
        replace(problem(), transition=())
    with pytest.raises(ValueError, match="odds for 3 states"):
        replace(problem(), transition=(np.full((1, 3), 1 / 3),))


def test_odds_from_a_state() -> None:
    """The odds out of a state are its row of the transition to the next stage."""
    assert problem().odds_from(0, 0) == pytest.approx([0.8, 0.2])
