"""The agent run against the mean-field limit and against NumPy; conservation and order of service."""

from __future__ import annotations

import numpy as np
import pytest

from junshi.collective.build import build_setup
from junshi.collective.dynamics import hashed
from junshi.collective.market import divert, serve
from junshi.collective.population import build_population, draw_organisations
from junshi.collective.read import default_file
from junshi.collective.run import (
    domestic_share,
    run_mean_field,
    run_organisations,
    run_with_costs,
    shares,
    status_quo_belief,
)
from tests.collective.worlds import facts, twin

MASK = (1 << 64) - 1


def numpy_hash(value: int) -> int:
    """The hash in whole numbers without a size, so that nothing can be promoted or cut by chance."""
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


def test_hash_is_the_published_one() -> None:
    """Compiled hash equals exact whole-number arithmetic, high bits included."""
    for value in (1, 7, 2**31, 2**32 + 5, 2**63 + 11):
        assert int(hashed(np.uint64(value))) == numpy_hash(value)


def test_first_quarter_of_agents_equals_numpy() -> None:
    """Shares of the first quarter lie within four standard errors of NumPy's draws from the same odds."""
    setup = twin(precision=2.0)
    count = 200_000
    organisations = draw_organisations(setup.population, count)
    states, belief = setup.sample(1, 0), status_quo_belief(setup)
    world = setup.world._replace(price=np.array([1.0, 1.2]))
    limit, costs = run_with_costs(world, setup.start, states, belief)
    paths, _ = run_organisations(world, setup.start, states, belief, organisations, 5)
    odds = np.exp(-2.0 * costs[0, 0, 0, 2])
    odds /= odds.sum()
    draws = np.random.default_rng(0).choice(2, size=count, p=odds)
    by_numpy = organisations.size[draws == 0].sum() / organisations.size.sum()
    error = np.sqrt((organisations.size**2).sum() * odds[0] * odds[1])
    assert limit.mixes[0, 0, 0, 0] == pytest.approx(odds[0], abs=1e-12)
    assert by_numpy == pytest.approx(odds[0], abs=4 * error)
    assert paths.mixes[0, 0, 0, 0] == pytest.approx(odds[0], abs=4 * error)


def test_a_million_organisations_follow_the_mean_field() -> None:
    """Over seeds, mixes of 10⁶ organisations scatter around the limit by their standard error, no more."""
    setup = build_setup(default_file(), facts())
    seeds = 6
    states = np.repeat(setup.sample(1, 1)[:, :10], seeds, axis=0)
    belief = status_quo_belief(setup)
    limit = run_mean_field(setup.world, setup.start, states[:1], belief)
    organisations = draw_organisations(setup.population, 1_000_000)
    paths, _ = run_organisations(setup.world, setup.start, states, belief, organisations, 2)
    for quarter in (0, 4, 9):
        off = paths.mixes[:, quarter].mean(axis=0) - limit.mixes[0, quarter]
        error = paths.mixes[:, quarter].std(axis=0, ddof=1) / np.sqrt(seeds)
        assert np.sqrt(np.mean((off / error) ** 2)) < 2.0
    assert domestic_share(setup, paths).mean(axis=0) == pytest.approx(
        domestic_share(setup, limit)[0], abs=0.02
    )


def test_agents_do_not_depend_on_other_paths() -> None:
    """A path gives the same whether it runs alone or among others, and again with the same seed."""
    setup = twin(precision=2.0)
    organisations = draw_organisations(setup.population, 1000)
    states, belief = setup.sample(3, 0), status_quo_belief(setup)
    several, _ = run_organisations(setup.world, setup.start, states, belief, organisations, 9)
    again, _ = run_organisations(setup.world, setup.start, states, belief, organisations, 9)
    alone, _ = run_organisations(setup.world, setup.start, states[:1], belief, organisations, 9)
    assert np.array_equal(several.served, again.served)
    assert np.array_equal(several.served[:1], alone.served)


def test_shares_and_odds_are_whole() -> None:
    """Shares sum to one, nothing is negative, maturity stays within 0 and 1, nobody gets more than asked."""
    setup = build_setup(default_file(), facts())
    paths = run_mean_field(setup.world, setup.start, setup.sample(8, 3), status_quo_belief(setup))
    assert shares(paths).sum(axis=2) == pytest.approx(1.0)
    assert paths.mixes.sum(axis=3) == pytest.approx(1.0)
    for values in (paths.served, paths.price, paths.capacity, paths.installed):
        assert (values >= 0).all()
    assert ((paths.maturity > 0) & (paths.maturity < 1)).all()
    assert (paths.served.sum(axis=2) <= setup.world.wanted * (1 + 1e-9)).all()


def test_order_of_service() -> None:
    """Rank 0 is filled before rank 1; within a rank everybody gets the same part."""
    ordered = np.array([[6.0], [4.0], [10.0]])
    rank = np.array([0, 1, 1])
    assert serve(ordered, np.array([13.0]), rank)[:, 0] == pytest.approx([6.0, 2.0, 5.0])
    assert serve(ordered, np.array([3.0]), rank)[:, 0] == pytest.approx([3.0, 0.0, 0.0])
    assert serve(ordered, np.array([50.0]), rank) == pytest.approx(ordered)


def test_unfilled_orders_turn_to_what_is_left() -> None:
    """Half of four missing cards turn elsewhere, never beyond what is left there."""
    ordered = np.array([[4.0, 10.0]])
    served = np.array([[4.0, 6.0]])
    assert divert(ordered, served, np.array([10.0, 6.0]), 0.5) == pytest.approx(np.array([[2.0, 0.0]]))
    assert divert(ordered, served, np.array([5.0, 6.0]), 0.5) == pytest.approx(np.array([[1.0, 0.0]]))


def test_population_is_heavy_tailed_and_whole() -> None:
    """Shares sum to one; bins of an archetype hold equal cards, the top bin far fewer organisations."""
    file = default_file()
    population = build_population(file)
    assert population.count.sum() == pytest.approx(1.0)
    assert population.demand.sum() == pytest.approx(1.0)
    bins = file.choice.size_bins
    assert population.demand[:bins] == pytest.approx(population.demand[0])
    assert population.count[bins - 1] < 0.2 * population.count[0]
    for count in (100, 12_345):
        organisations = draw_organisations(population, count)
        assert organisations.count == count
        assert organisations.size.sum() == pytest.approx(1.0, abs=1e-4)
