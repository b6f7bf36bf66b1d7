"""Runs of the collective along sampled paths, by classes or by organisations, and what they give."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.collective.build import Setup
from junshi.collective.compiled import require_numba
from junshi.collective.dynamics import empty_paths, run_agents, run_classes
from junshi.collective.population import Organisations, draw_organisations
from junshi.collective.world import Paths, Start, World

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

NO_COSTS = np.zeros((0, 1, 1, 1, 1))
FREE_CHOICE = np.zeros((0, 1, 1))
EACH_ALONE = np.zeros((0, 1, 1, 1))
"""No look-ahead: each purchase is judged over the life of its cards, and not by where it leads."""


def run_mean_field(
    world: World, start: Start, states: IntArray, belief: FloatArray, ahead: FloatArray = EACH_ALONE
) -> Paths:
    """Run by classes along each path of supply states, shape [path, quarter].

    Raises
    ------
    InputError : numba is not installed
    """
    require_numba()
    out = _room(world, start, states)
    run_classes(world, start, states, belief, ahead, FREE_CHOICE, out, NO_COSTS)
    return out


def run_given(
    world: World, start: Start, states: IntArray, belief: FloatArray, given: FloatArray | None
) -> Paths:
    """Run by classes in which odds that are given, [quarter, class, mix], replace the choice; NaN = free."""
    require_numba()
    out = _room(world, start, states)
    odds = FREE_CHOICE if given is None else given
    run_classes(world, start, states, belief, EACH_ALONE, odds, out, NO_COSTS)
    return out


def run_with_costs(
    world: World, start: Start, states: IntArray, belief: FloatArray, ahead: FloatArray = EACH_ALONE
) -> tuple[Paths, FloatArray]:
    """Run by classes that also gives log-costs of each mix, [path, quarter, class, own state, mix]."""
    require_numba()
    out = _room(world, start, states)
    costs = np.zeros((*states.shape, *start.own.shape, world.mix.shape[0]))
    run_classes(world, start, states, belief, ahead, FREE_CHOICE, out, costs)
    return out, costs


def run_organisations(
    world: World,
    start: Start,
    states: IntArray,
    belief: FloatArray,
    organisations: Organisations,
    seed: int,
    ahead: FloatArray = EACH_ALONE,
) -> tuple[Paths, float]:
    """Agent run, and its organisation-quarters per second of wall time."""
    require_numba()
    out = _room(world, start, states)
    begun = time.perf_counter()
    run_agents(world, start, states, belief, ahead, organisations.first, organisations.size, seed, out)
    seconds = time.perf_counter() - begun
    return out, states.size * organisations.count / seconds


def warm_up(setup: Setup) -> None:
    """Compile the kernels, or load them, so that later timings measure work."""
    states = np.ascontiguousarray(setup.sample(1, 0)[:, :1])
    belief = status_quo_belief(setup)
    run_mean_field(setup.world, setup.start, states, belief)
    small = draw_organisations(setup.population, max(100, setup.population.classes))
    run_organisations(setup.world, setup.start, states, belief, small, 0)


def _room(world: World, start: Start, states: IntArray) -> Paths:
    paths, quarters = states.shape
    return empty_paths(paths, quarters, len(start.own), *world.mix.shape)


def status_quo_belief(setup: Setup) -> FloatArray:
    """Belief that use stays as it was at the start of the history, [quarter, ecosystem]."""
    return np.tile(setup.start.installed / 4.0, (len(setup.quarters), 1))


@dataclass(frozen=True)
class Fan:
    """Mean and quantiles over paths, each of shape [quarter, ecosystem] or [quarter]."""

    mean: FloatArray
    low: FloatArray
    middle: FloatArray
    high: FloatArray

    @classmethod
    def of(cls, values: FloatArray) -> Fan:
        """Fan of values [path, …]: quantiles 0.1, 0.5 and 0.9."""
        low, middle, high = np.quantile(values, (0.1, 0.5, 0.9), axis=0)
        return cls(values.mean(axis=0), low, middle, high)


def shares(paths: Paths) -> FloatArray:
    """Share of each ecosystem in cards delivered, [path, quarter, ecosystem]."""
    return np.asarray(paths.served / np.maximum(paths.served.sum(axis=2, keepdims=True), 1e-12))


def domestic_share(setup: Setup, paths: Paths) -> FloatArray:
    """Share of domestic ecosystems in cards delivered, [path, quarter]."""
    return np.asarray(shares(paths)[:, :, setup.domestic].sum(axis=2))


def survivability(setup: Setup, paths: Paths) -> FloatArray:
    """Share of critical work that still goes on at the end of a total cut-off, [path, quarter].

    Each class with the cards that it holds itself: nobody lends any. See `cut_off`.
    """
    weight = setup.world.demand_share * setup.world.critical
    return np.asarray((paths.kept * weight).sum(axis=2) / weight.sum())


def frontier_gap_years(setup: Setup, paths: Paths, states: IntArray | None = None) -> FloatArray:
    """Years that the best work of a card that the population can buy lags the open import frontier.

    Shape [path, quarter]. Without `states` only domestic cards count; with them, imports of the regime too,
    weighted by the cards delivered.
    """
    world, rows = setup.world, setup.file.ecosystem
    work = world.hardware.T[None, : paths.maturity.shape[1]] * paths.maturity
    imported = [place for place, row in enumerate(rows) if not row.domestic]
    frontier = work[:, :, imported].max(axis=2) * world.hardware_state.max()
    if states is None:
        best = work[:, :, setup.domestic].max(axis=2)
    else:
        delivered = work * np.moveaxis(world.hardware_state[:, states], 0, 2)
        best = (delivered * shares(paths)).sum(axis=2)
    growth = setup.file.experience.frontier_growth_per_year
    return np.asarray(np.maximum(np.log(frontier / best), 0.0) / growth)
