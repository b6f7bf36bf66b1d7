"""The user's rows of odds: replacing, checking, naming what is wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.errors import InputError, InputErrors
from junshi.supply.estimate import REGIMES
from junshi.supply.odds import edit_odds
from junshi.terms import Regime

ESTIMATE = np.full((4, 4), 0.25)


def test_rows_replace_rows() -> None:
    """A row that is given replaces the estimate, others stay, and the place is told."""
    rows = {Regime.OPEN: {Regime.OPEN: 0.9, Regime.CUT_OFF: 0.1}}
    edited, places = edit_odds(ESTIMATE, REGIMES, rows, "supply.regime_odds")
    np.testing.assert_allclose(edited[0], [0.9, 0, 0, 0.1])
    np.testing.assert_allclose(edited[1:], 0.25)
    assert places == ("supply.regime_odds.open",)


def test_no_rows_change_nothing() -> None:
    """Without rows the estimate is returned, and the argument is not changed by edits."""
    before = ESTIMATE.copy()
    edited, places = edit_odds(ESTIMATE, REGIMES, None, "supply.regime_odds")
    assert np.array_equal(edited, before)
    assert places == ()
    edit_odds(ESTIMATE, REGIMES, {Regime.OPEN: {Regime.OPEN: 1.0}}, "supply.regime_odds")
    assert np.array_equal(before, ESTIMATE)


def test_a_wrong_sum_is_named() -> None:
    """A row that does not sum to 1 is refused with its place and the sum that was found."""
    rows = {Regime.CUT_OFF: {Regime.CUT_OFF: 0.7, Regime.LICENSED: 0.2}}
    with pytest.raises(InputError) as caught:
        edit_odds(ESTIMATE, REGIMES, rows, "supply.regime_odds", Path("plan.toml"))
    sentence = caught.value.sentence("en")
    assert "plan.toml: supply.regime_odds.cut_off" in sentence
    assert "sum to 0.9;" in sentence
    assert caught.value.exit_code == 2


def test_all_wrong_rows_are_told_together() -> None:
    """Two wrong rows give two faults."""
    rows = {Regime.CUT_OFF: {Regime.CUT_OFF: 0.7}, Regime.OPEN: {Regime.OPEN: 1.2}}
    with pytest.raises(InputErrors) as caught:
        edit_odds(ESTIMATE, REGIMES, rows, "supply.regime_odds")
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize("bad", [float("nan"), -0.1, float("inf")])
def test_impossible_odds_are_refused(bad: float) -> None:
    """NaN, infinite and negative odds are refused even where the sum would be 1."""
    rows = {Regime.OPEN: {Regime.OPEN: 1 - bad, Regime.CUT_OFF: bad}}
    with pytest.raises(InputError):
        edit_odds(ESTIMATE, REGIMES, rows, "supply.regime_odds")


@given(st.lists(st.floats(0.01, 1), min_size=4, max_size=4), st.floats(-9e-7, 9e-7))
def test_rounding_is_forgiven(weights: list[float], error: float) -> None:
    """Odds that miss 1 by less than a millionth are scaled to sum to 1 exactly."""
    odds = np.array(weights) / sum(weights)
    odds[0] += error
    row = dict(zip(REGIMES, odds.tolist(), strict=True))
    edited, _ = edit_odds(ESTIMATE, REGIMES, {Regime.OPEN: row}, "supply.regime_odds")
    assert edited[0].sum() == pytest.approx(1, abs=1e-12)
