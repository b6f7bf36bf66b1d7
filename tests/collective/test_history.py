"""The model against the counted market: the forecast of the unseen years, and the fit itself."""

from __future__ import annotations

import numpy as np
import pytest

from junshi.collective.history import (
    counted_figures,
    fit_history,
    history_model,
    logistic_trend,
    quarters_of,
    stored_fit,
)
from junshi.collective.parameters import PARAMETERS, stored_draws, with_values
from junshi.collective.read import default_file, prior_file
from junshi.collective.uncertainty import share_with_all_uncertainty
from tests.collective.worlds import facts
from tests.shared_data import shared_file


@pytest.fixture(scope="module")
def model():
    """Model of the past with the priors."""
    return history_model(prior_file(), facts())


def test_figures_are_those_of_the_reference_file() -> None:
    """Counted figures equal the rows of the reference market file."""
    text = shared_file("data/market.csv").read_text(encoding="utf-8")
    assert "2025,domestic share of cards shipped,all Chinese vendors,41,percent" in text
    by_period = {(one.wanted.period, one.is_share): one.value for one in counted_figures(facts())}
    assert by_period[("2025", True)] == pytest.approx(0.41)
    assert by_period[("2025", False)] == pytest.approx(4000.0)


def test_unseen_share_of_2025_lies_in_its_band(model) -> None:
    """Fitted to 2024, the band holds the domestic share of 2025, and the median beats a logistic trend."""
    fit = stored_fit(model, 2024)
    unseen = [check for check in fit.checks if not check.is_fitted]
    assert {check.figure.wanted.period for check in unseen} == {"2025", "2026-Q1"}
    share = next(check for check in unseen if check.figure.is_share and check.figure.wanted.period == "2025")
    assert share.is_inside
    assert abs(share.middle - 0.41) < abs(share.trend - 0.41)
    assert fit.beats_trend


def test_fit_is_repeatable(model) -> None:
    """A short run of the sampler twice with a seed gives the same draws."""
    first = fit_history(model, 2024, steps=6, walkers=26, kept=20, seed=4)
    second = fit_history(model, 2024, steps=6, walkers=26, kept=20, seed=4)
    assert np.array_equal(first.draws, second.draws)
    assert first.draws.shape == (20, len(PARAMETERS))


def test_stored_draws_respect_the_bounds() -> None:
    """Every stored draw lies within the bounds of its prior."""
    for until in (2024, 2026):
        draws = stored_draws(until)
        for place, parameter in enumerate(PARAMETERS):
            assert draws[:, place].min() >= parameter.low
            assert draws[:, place].max() <= parameter.high


def test_file_as_shipped_carries_the_posterior_mean() -> None:
    """The population as shipped is the prior file with the mean of the draws of all years."""
    expected = with_values(prior_file(), stored_draws(2026).mean(axis=0))
    assert default_file() == expected.model_copy(update={"use_history_fit": False})
    assert expected.experience.learning_rate == pytest.approx(stored_draws(2026)[:, 5].mean())


def test_periods_become_quarters() -> None:
    """Years, halves and quarters cover the right quarters."""
    assert quarters_of("2024") == ("2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4")
    assert quarters_of("2023-H2") == ("2023-Q3", "2023-Q4")
    assert quarters_of("2026-Q1") == ("2026-Q1",)


def test_logistic_trend_uses_no_later_figure() -> None:
    """The trend to 2024 is the same whatever is counted in 2025."""
    figures = tuple(counted_figures(facts()))
    asked = next(one for one in figures if one.is_share and one.wanted.period == "2025")
    without = tuple(one for one in figures if one.last.year <= 2024)
    assert logistic_trend(figures, 2024, asked) == logistic_trend(without, 2024, asked)


def test_fan_with_parameters_is_wider_than_one_world() -> None:
    """Uncertain parameters add to uncertain supply; shares stay within 0 and 1."""
    file = prior_file()
    size = file.size.model_copy(update={"quarters": 6})
    fan = share_with_all_uncertainty(file.model_copy(update={"size": size}), facts(), draws=6, paths=2)
    assert (fan.low <= fan.middle).all()
    assert (fan.middle <= fan.high).all()
    assert (fan.low >= 0).all()
    assert (fan.high <= 1).all()
    assert fan.high[-1] - fan.low[-1] > 0.02
