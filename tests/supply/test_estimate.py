"""Odds from history: closed forms, the weight of the prior, and the day of knowledge."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import expm

from junshi.catalogue.load import load_catalogue
from junshi.catalogue.schema import Gate
from junshi.supply.estimate import (
    RAMPS,
    REGIMES,
    estimate_fill,
    estimate_ramps,
    estimate_regimes,
    estimate_supply,
    exponential,
)
from junshi.supply.history import Spell
from junshi.supply.schema import load_assumptions
from junshi.terms import Ramp, Regime
from junshi.units import DAYS_PER_QUARTER

ASSUMPTIONS = load_assumptions()
LICENSED, CUT_OFF = REGIMES.index(Regime.LICENSED), REGIMES.index(Regime.CUT_OFF)


def _spells(*lengths: tuple[Regime, float]) -> tuple[Spell, ...]:
    """Contiguous spells, lengths in quarters; the last still holds."""
    day, spells = dt.date(1000, 1, 1), []
    for place, (regime, quarters) in enumerate(lengths):
        end = day + dt.timedelta(days=round(quarters * DAYS_PER_QUARTER))
        spells.append(Spell(regime, day, end, Gate.EXPORT if place + 1 < len(lengths) else None, ""))
        day = end
    return tuple(spells)


def test_counts_and_exposure() -> None:
    """Moves are counted per gate, the last spell counts as time and not as a move."""
    estimate = estimate_regimes(_spells((Regime.OPEN, 4), (Regime.CUT_OFF, 2), (Regime.OPEN, 1)), ASSUMPTIONS)
    open_ = REGIMES.index(Regime.OPEN)
    assert estimate.counts[open_, CUT_OFF] == 1
    assert estimate.counts[CUT_OFF, open_] == 1
    assert estimate.counts.sum() == 2
    assert estimate.counts_by_gate[Gate.IMPORT].sum() == 0
    np.testing.assert_allclose(estimate.exposure_quarters[open_], 5, atol=0.02)


def test_no_history_is_the_prior() -> None:
    """Without any spell all regimes are alike, and last a year on average."""
    estimate = estimate_regimes((), ASSUMPTIONS)
    np.testing.assert_allclose(estimate.dwell_quarters, 4.0)
    off_diagonal = estimate.destination[~np.eye(4, dtype=bool)]
    np.testing.assert_allclose(off_diagonal, 1 / 3)


def test_long_two_state_history_gives_its_rates() -> None:
    """With much data the odds approach the closed form of a two-state chain in continuous time."""
    leave_licensed, leave_cut_off = 0.3, 0.8
    moves = 400
    rows = [(Regime.LICENSED, 1 / leave_licensed), (Regime.CUT_OFF, 1 / leave_cut_off)] * moves
    estimate = estimate_regimes(_spells(*rows), ASSUMPTIONS)
    total = leave_licensed + leave_cut_off
    stay = (leave_cut_off + leave_licensed * np.exp(-total)) / total
    assert estimate.transition[LICENSED, LICENSED] == pytest.approx(stay, abs=0.01)
    assert estimate.transition[LICENSED, CUT_OFF] == pytest.approx(1 - stay, abs=0.01)
    assert estimate.dwell_quarters[CUT_OFF] == pytest.approx(1 / leave_cut_off, rel=0.02)


def test_odds_of_one_exit_have_the_closed_form_of_the_gamma_law() -> None:
    """Odds of never leaving in a quarter, (b/(b+1))^a by the Gamma posterior, bound those of being there."""
    estimate = estimate_regimes(_spells((Regime.RESTRICTED, 10), (Regime.CUT_OFF, 1)), ASSUMPTIONS)
    row = REGIMES.index(Regime.RESTRICTED)
    prior = ASSUMPTIONS.regime_prior
    shape, rate = prior.exits + 1, prior.quarters + estimate.exposure_quarters[row]
    never_left = (rate / (rate + 1)) ** shape
    assert never_left <= estimate.transition[row, row] <= never_left + 0.02


@given(st.lists(st.floats(0, 60), min_size=9, max_size=9))
def test_exponential_is_that_of_scipy(rates: list[float]) -> None:
    """The stacked matrix exponential agrees with the general one, for slow and for very fast chains."""
    generator = np.array(rates).reshape(3, 3)
    np.fill_diagonal(generator, 0)
    np.fill_diagonal(generator, -generator.sum(axis=1))
    stack = np.stack([generator, generator / 100])
    np.testing.assert_allclose(exponential(stack), expm(stack), atol=1e-11)


def test_a_dwell_interval_holds_the_dwell() -> None:
    """The 80 % interval of the time a regime lasts contains its mean rate's value."""
    estimate = estimate_supply(load_catalogue())[1]
    assert np.all(estimate.dwell_low < estimate.dwell_quarters)
    assert np.all(estimate.dwell_quarters < estimate.dwell_high)


@given(
    rows=st.lists(st.tuples(st.sampled_from(REGIMES), st.floats(0.1, 40)), max_size=10),
)
def test_odds_are_odds(rows: list[tuple[Regime, float]]) -> None:
    """Rows of odds are positive and sum to 1, whatever the history; the same history gives the same odds."""
    spells = _spells(*rows)
    one, again = estimate_regimes(spells, ASSUMPTIONS), estimate_regimes(spells, ASSUMPTIONS)
    np.testing.assert_allclose(one.transition.sum(axis=1), 1, atol=1e-12)
    assert np.all(one.transition > 0)
    assert np.array_equal(one.transition, again.transition)
    assert np.array_equal(one.transition_sd, again.transition_sd)


@given(quarters=st.floats(1, 60))
def test_the_longer_it_lasts_the_less_likely_it_ends(quarters: float) -> None:
    """More time in a regime without a move never raises the odds of leaving it."""
    short, long = (
        estimate_regimes(_spells((Regime.OPEN, length)), ASSUMPTIONS).dwell_quarters[0]
        for length in (quarters, 1.5 * quarters)
    )
    assert long > short


def test_estimate_as_of_uses_nothing_later() -> None:
    """On the day before the licence rule of 2025-04-09 no move to cut off had been seen."""
    before = estimate_supply(load_catalogue(), dt.date(2025, 4, 8))[1]
    after = estimate_supply(load_catalogue(), dt.date(2025, 4, 30))[1]
    assert before.counts[:, CUT_OFF].sum() == 0
    assert after.counts[:, CUT_OFF].sum() == 1
    restricted = REGIMES.index(Regime.RESTRICTED)
    assert before.transition[restricted, CUT_OFF] < after.transition[restricted, CUT_OFF]


def test_fill_rate_is_a_beta_posterior() -> None:
    """Each licensed quarter weighs as one trial on top of the prior."""
    late = estimate_fill(ASSUMPTIONS, dt.date(2026, 11, 24))
    shares = [row.share for row in ASSUMPTIONS.fill]
    assert late.a == pytest.approx(0.5 + sum(shares))
    assert late.a + late.b == pytest.approx(1 + len(shares))
    assert 0.05 < late.mean < 0.2
    assert late.per_gate**2 == pytest.approx(late.mean)


def test_fill_rate_as_of() -> None:
    """Before any licensed quarter was reported, the fill rate is the prior's."""
    early = estimate_fill(ASSUMPTIONS, dt.date(2025, 6, 1))
    assert early.mean == 0.5
    assert early.evidence == ()


def test_ramp_multipliers() -> None:
    """Slow is below base, fast above, base exactly 1; evidence moves them from the prior."""
    late = estimate_ramps(ASSUMPTIONS, dt.date(2026, 11, 24))
    early = estimate_ramps(ASSUMPTIONS, dt.date(2020, 1, 1))
    assert late.multipliers[Ramp.SLOW] < late.multipliers[Ramp.BASE] == 1.0 < late.multipliers[Ramp.FAST]
    assert early.multipliers[Ramp.FAST] == pytest.approx(ASSUMPTIONS.ramp_prior.fast)
    assert late.multipliers[Ramp.FAST] == pytest.approx(np.sqrt(1.5 * 812 / 400))
    np.testing.assert_allclose(late.transition.sum(axis=1), 1)
    assert late.transition.shape == (len(RAMPS), len(RAMPS))
