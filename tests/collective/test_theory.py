"""Known answers: logit shares, Brock-Durlauf, Arthur, Wright, Katz-Shapiro."""

from __future__ import annotations

import numpy as np
import pytest

from junshi.collective.choice import logit
from junshi.collective.equilibrium import find_fixed_points
from junshi.collective.experience import (
    cumulative_cost,
    exponent,
    fit_wright,
    forecast_variance,
    sahal_decline,
    wright_cost,
)
from junshi.collective.market import cournot_output
from junshi.collective.run import run_mean_field, status_quo_belief
from junshi.collective.sequential import adopt_in_turn
from tests.collective.worlds import twin

FloatArray = np.ndarray


def peer_map(beta_j: float, beta_h: float = 0.0):
    """Mean choice of a population whose worth of ±1 is h + J m, by the package's own logit."""

    def mean_choice(mean: FloatArray) -> FloatArray:
        worth = np.array([beta_h + beta_j * float(mean[0]), -(beta_h + beta_j * float(mean[0]))])
        shares = logit(worth, 1.0)
        return np.array([shares[0] - shares[1]])

    return mean_choice


STARTS = [np.array([value]) for value in (-1.0, -0.5, -0.2, 0.1, 0.3, 1.0)]


@pytest.mark.parametrize(("beta_j", "expected"), [(1.2, 0.658570), (1.5, 0.858560), (2.0, 0.957504)])
def test_strong_peers_give_the_three_points_of_brock_and_durlauf(beta_j: float, expected: float) -> None:
    """Above the critical strength there are two stable means at ±m* and an unstable one at 0."""
    points = find_fixed_points(peer_map(beta_j), STARTS, tolerance=1e-9, same=1e-3)
    means = [float(point.belief[0]) for point in points]
    assert means == pytest.approx([-expected, 0.0, expected], abs=2e-6)
    assert [point.stable for point in points] == [True, False, True]


@pytest.mark.parametrize("beta_j", [0.3, 0.8, 0.95])
def test_weak_peers_give_one_point(beta_j: float) -> None:
    """Below the critical strength the mean is 0 whatever is believed."""
    points = find_fixed_points(peer_map(beta_j), STARTS, tolerance=1e-6, same=1e-3, most=2000)
    assert len(points) == 1
    assert points[0].stable
    assert float(points[0].belief[0]) == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize(("beta_j", "fold"), [(1.2, 0.056391), (1.5, 0.207546), (2.0, 0.532840)])
def test_a_field_beyond_the_fold_leaves_one_point(beta_j: float, fold: float) -> None:
    """The opposed equilibrium disappears exactly where theory says."""
    inside = find_fixed_points(peer_map(beta_j, 0.97 * fold), STARTS, tolerance=1e-8, same=1e-3, most=2000)
    outside = find_fixed_points(peer_map(beta_j, 1.03 * fold), STARTS, tolerance=1e-8, same=1e-3, most=2000)
    assert len([point for point in inside if point.stable]) == 2
    assert len(outside) == 1


@pytest.mark.parametrize(("precision", "low"), [(3.0, 0.070720), (4.0, 0.021248)])
def test_coordination_game_has_the_known_quantal_responses(precision: float, low: float) -> None:
    """The symmetric 2 × 2 coordination game has three quantal-response equilibria."""

    def reply(share: FloatArray) -> FloatArray:
        worth = np.array([float(share[0]), 1.0 - float(share[0])])
        return logit(worth, precision)[:1]

    starts = [np.array([value]) for value in (0.01, 0.3, 0.6, 0.99)]
    points = find_fixed_points(reply, starts, tolerance=1e-9, same=1e-3)
    assert [float(point.belief[0]) for point in points] == pytest.approx([low, 0.5, 1 - low], abs=2e-6)


def test_without_externality_shares_are_logit() -> None:
    """Without feedback, peers or limits the shares of a whole run are the closed-form logit every quarter."""
    setup = twin(precision=2.0)
    own = np.zeros_like(setup.start.own)
    own[:, -1] = 1.0  # tuned on both
    start = setup.start._replace(own=own)
    world = setup.world._replace(price=np.array([1.0, 1.3]))
    states = setup.sample(2, 0)
    paths = run_mean_field(world, start, states, status_quo_belief(setup))
    expected = 1.0 / (1.0 + 1.3**-2.0)
    assert paths.mixes[:, :, 0, 0] == pytest.approx(expected, abs=1e-12)


def test_peers_in_the_whole_run_settle_at_brock_and_durlauf() -> None:
    """A whole run with peers ends at the fixed point of the side that it starts on."""
    precision, peers = 2.0, 1.5  # β J = precision × peers / 2 = 1.5 in terms of m = 2 share − 1
    setup = twin(precision=precision, peers=peers, quarters=60)
    own = np.zeros_like(setup.start.own)
    own[:, -1] = 1.0
    for lead, sign in ((0.7, 1.0), (0.3, -1.0)):
        installed = np.array([lead, 1.0 - lead]) * 200.0
        start = setup.start._replace(own=own, installed=installed)
        paths = run_mean_field(setup.world, start, setup.sample(1, 0), status_quo_belief(setup))
        mean = 2.0 * paths.mixes[0, -1, 0, 0] - 1.0
        assert mean == pytest.approx(sign * 0.858560, abs=1e-5)


@pytest.mark.parametrize(("odds", "share", "arrivals"), [(0.5, 0.5, 25.0), (0.6, 0.883636, 19.181818)])
def test_increasing_returns_lock_in_with_the_known_odds(odds: float, share: float, arrivals: float) -> None:
    """A lead of five locks in: odds and mean time are those of the random walk with barriers."""
    count = 40_000
    found = adopt_in_turn(odds, taste=5.0, returns=1.0, sequences=count, arrivals=2000, seed=7)
    assert found.undecided == 0.0
    assert found.first_share == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / count))
    assert found.mean_arrivals == pytest.approx(arrivals, rel=0.02)


def test_wright_law_has_its_known_values() -> None:
    """At 20 % a doubling, cost falls 100, 80, 64, 51.2, and the sum of units 1 to 8 is known."""
    assert exponent(0.2) == pytest.approx(0.321928, abs=1e-6)
    assert wright_cost(np.array([1, 2, 4, 8]), 0.2, 100.0) == pytest.approx([100, 80, 64, 51.2])
    assert cumulative_cost(1, 8, 0.2, 100.0) == pytest.approx(456.588745, abs=1e-5)
    assert sahal_decline(0.3, 0.2) == pytest.approx(0.0965784, abs=1e-7)


def test_learning_rate_is_recovered_from_simulated_data() -> None:
    """The regression finds the learning rate of noisy data within three standard deviations."""
    rng = np.random.default_rng(3)
    cumulative = np.exp(np.cumsum(rng.uniform(0.1, 0.6, 60)))
    noise = np.cumsum(0.05 * rng.standard_normal(60))
    fit = fit_wright(cumulative, wright_cost(cumulative, 0.18) * np.exp(noise))
    assert abs(fit.b - exponent(0.18)) < 3 * fit.b_sd
    assert fit.noise == pytest.approx(0.05, rel=0.3)


def test_forecast_error_of_wright_law() -> None:
    """Variance of the forecast is noise ahead plus the error of the slope; a simulation agrees."""
    past, future = np.array([0.3, 0.5, 0.2, 0.4, 0.6]), np.array([0.4, 0.5, 0.3])
    known = forecast_variance(past, future)
    assert known == pytest.approx(3 + 1.2**2 / 0.9)
    rng = np.random.default_rng(1)
    noise = rng.standard_normal((40_000, 8))
    slope_error = -(noise[:, :5] @ past) / (past @ past)
    errors = noise[:, 5:].sum(axis=1) + slope_error * future.sum()
    assert errors.var() == pytest.approx(known, rel=0.03)


def test_forecast_error_has_its_known_value() -> None:
    """Four steps of 1.7 in all after past steps of 1.58 in squares: 4 + 1.7² / 1.58 = 5.829114."""
    past, future = np.array([0.5, 0.7, 0.8, 0.4, 0.2]), np.array([0.3, 0.5, 0.4, 0.5])
    assert forecast_variance(past, future) == pytest.approx(5.829114, abs=1e-6)


@pytest.mark.parametrize("echo", [0.3, 0.6, -0.4])
def test_forecast_error_with_echo_agrees_with_a_simulation(echo: float) -> None:
    """Shocks that come back in the next step change the error as the closed form says."""
    past, future = np.array([0.5, 0.7, 0.8, 0.4, 0.2]), np.array([0.3, 0.5, 0.4, 0.5])
    shocks = np.random.default_rng(2).standard_normal((60_000, 10))
    noise = (shocks[:, 1:] + echo * shocks[:, :-1]) / np.sqrt(1 + echo**2)
    errors = noise[:, 5:].sum(axis=1) - (noise[:, :5] @ past) / (past @ past) * future.sum()
    assert errors.var() == pytest.approx(forecast_variance(past, future, echo), rel=0.03)


def test_cournot_with_network_has_the_known_output() -> None:
    """Fulfilled expectations of Katz and Shapiro: A = 10, c = 2, α = 0.5, n = 2 gives 8."""

    def believed(size: FloatArray) -> FloatArray:
        return np.array([cournot_output(10.0, 2.0, 0.5, 2, float(size[0]))])

    points = find_fixed_points(believed, [np.array([0.0]), np.array([20.0])], tolerance=1e-10)
    assert len(points) == 1
    assert float(points[0].belief[0]) == pytest.approx(8.0, abs=1e-6)


def test_maturity_follows_wright_law_in_a_run() -> None:
    """The gap of a run, against its own cumulative use, gives the learning rate back."""
    setup = twin(learning_rate=0.25, quarters=30)
    paths = run_mean_field(setup.world, setup.start, setup.sample(1, 0), status_quo_belief(setup))
    experience = setup.start.experience[0] + np.concatenate([[0.0], np.cumsum(paths.gained[0, :-1, 0])])
    fit = fit_wright(experience, 1.0 - paths.maturity[0, :, 0])
    assert fit.learning_rate == pytest.approx(0.25, abs=1e-9)
