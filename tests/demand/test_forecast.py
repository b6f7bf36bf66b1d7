"""Growth and forecast against series whose growth is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.demand.forecast import Model, fit_growth


def _years(count: int, per_year: int = 4) -> np.ndarray:
    """Middles of periods."""
    return (np.arange(count) + 0.5) / per_year


@given(st.floats(-0.6, 3.0), st.floats(1e-6, 1e9), st.sampled_from([Model.TREND, Model.DRIFT, Model.AUTO]))
def test_steady_growth_is_found_exactly(growth: float, level: float, model: Model) -> None:
    """A series that grows steadily has its growth, no spread, and a forecast on its line."""
    years = _years(10)
    found = fit_growth(years, level * (1 + growth) ** years, 2.5, model)
    assert found is not None
    assert found.per_year == pytest.approx(growth, abs=1e-6)
    assert found.sd_per_year == pytest.approx(0, abs=1e-6)
    centre, low, high = found.forecast(np.array([0.0, 1.0]))
    np.testing.assert_allclose(centre, level * (1 + growth) ** np.array([2.5, 3.5]), rtol=1e-6)
    assert np.all(low <= centre)
    assert np.all(centre <= high)


def test_flat_has_no_growth() -> None:
    """The flat model's growth is 0 and its level the mean."""
    found = fit_growth(_years(8), np.full(8, 5.0), 2.0, Model.FLAT)
    assert found is not None
    assert found.per_year == 0
    assert np.exp(found.level_log) == pytest.approx(5.0)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_short_series_tell_nothing(count: int) -> None:
    """Fewer than six periods give no growth."""
    assert fit_growth(_years(count), np.ones(count), 1.0) is None


def test_a_month_of_days_tells_nothing() -> None:
    """Many periods that cover less than a year give no growth."""
    assert fit_growth(_years(30, 365), np.linspace(1, 2, 30), 0.1) is None


@pytest.mark.parametrize("bad", [0.0, float("nan")])
def test_idle_periods_tell_nothing(bad: float) -> None:
    """A period without work has no log, so growth is not estimated."""
    series = np.ones(8)
    series[3] = bad
    assert fit_growth(_years(8), series, 2.0) is None


def test_intervals_cover_the_truth() -> None:
    """Of random walks with drift, about 80 % have their true growth inside the 80 % interval."""
    rng = np.random.default_rng(7)
    slope, spread, inside, tries = 0.5, 0.2, 0, 300
    for _ in range(tries):
        steps = slope / 4 + spread / 2 * rng.standard_normal(15)
        found = fit_growth(_years(16), np.exp(np.concatenate([[0], np.cumsum(steps)])), 4.0, Model.DRIFT)
        assert found is not None
        low, high = found.interval()
        inside += low <= np.expm1(slope) <= high
    assert 0.74 < inside / tries < 0.87


def test_spread_of_a_walk_is_found() -> None:
    """The spread of a long random walk is its yearly standard deviation."""
    rng = np.random.default_rng(11)
    steps = 0.3 / 4 + 0.4 / 2 * rng.standard_normal(400)
    found = fit_growth(_years(401), np.exp(np.concatenate([[0], np.cumsum(steps)])), 100.3, Model.DRIFT)
    assert found is not None
    assert found.spread == pytest.approx(0.4, rel=0.1)


def test_auto_takes_the_model_that_missed_least() -> None:
    """Noise around a line is a trend, a level with noise is flat."""
    rng = np.random.default_rng(3)
    years = _years(16)
    noise = 0.15 * rng.standard_normal(16)
    line, level = fit_growth(years, np.exp(years + noise), 4.0), fit_growth(years, np.exp(noise), 4.0)
    assert line is not None
    assert line.model is Model.TREND
    assert level is not None
    assert level.model is Model.FLAT
    assert line.misses[Model.TREND] == min(line.misses.values())


@given(st.floats(0.001, 1000))
def test_units_do_not_change_growth(scale: float) -> None:
    """Counting in other units scales the forecast and nothing else."""
    rng = np.random.default_rng(5)
    series = np.exp(np.cumsum(0.1 + 0.1 * rng.standard_normal(12)))
    one, other = (fit_growth(_years(12), factor * series, 3.0) for factor in (1.0, scale))
    assert one is not None
    assert other is not None
    assert other.model is one.model
    assert other.per_year == pytest.approx(one.per_year)
    np.testing.assert_allclose(
        other.forecast(np.array([1.0]))[0], scale * one.forecast(np.array([1.0]))[0], rtol=1e-9
    )
