"""One run of the collective: equilibria, then shares by quarter at the one from the status quo."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.collective.build import Setup
from junshi.collective.equilibrium import Equilibrium, describe, find_equilibria, settled_point, values_ahead
from junshi.collective.population import draw_organisations
from junshi.collective.run import (
    Fan,
    domestic_share,
    frontier_gap_years,
    run_mean_field,
    run_organisations,
    shares,
    survivability,
    warm_up,
)
from junshi.collective.world import Paths

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

EQUILIBRIUM_PATHS = 32
"""Paths along which beliefs are averaged; more change the equilibrium less than the fans show."""


@dataclass(frozen=True)
class CollectiveResult:
    """What one run gives; fans are over paths of supply, for the quarters shown.

    Attributes
    ----------
    setup, states : what was run, along which supply states [path, quarter]
    quarters : names of the quarters shown
    shares, maturity, price, installed : fans [quarter, ecosystem]
    domestic, gap_years, survivable, unmet : fans [quarter]
    ported, cost : fans [quarter, archetype]; share of work with a domestic port, log-cost of what is chosen
    equilibria : all that were found; `at` is the one that beliefs lead to from the status quo
    belief, ahead : of that equilibrium
    paths : the mean-field run
    agent_shares : mean over paths of the agent run, [quarter, ecosystem]
    agent_error : largest difference of the two runs in any path, quarter and ecosystem
    organisations, organisation_quarters_per_second : of the agent run
    """

    setup: Setup
    states: IntArray
    quarters: tuple[str, ...]
    shares: Fan
    maturity: Fan
    price: Fan
    installed: Fan
    domestic: Fan
    gap_years: Fan
    survivable: Fan
    unmet: Fan
    ported: Fan
    cost: Fan
    equilibria: tuple[Equilibrium, ...]
    at: Equilibrium
    belief: FloatArray
    ahead: FloatArray
    paths: Paths
    agent_shares: FloatArray
    agent_error: float
    organisations: int
    organisation_quarters_per_second: float


def solve(setup: Setup, starts: int = 4, agent_paths: int | None = None) -> CollectiveResult:
    """Equilibria and shares of the collective.

    Parameters
    ----------
    setup : population, world and chain; its file says how many organisations, quarters and paths
    starts : beliefs from which equilibria are sought
    agent_paths : paths of the run organisation by organisation; None = as many as hold 2e8 steps, at most all
    """
    size = setup.file.size
    warm_up(setup)
    states = setup.sample(size.paths, size.seed)
    few = states[: min(len(states), EQUILIBRIUM_PATHS)]
    equilibria = find_equilibria(setup, few, starts, size.seed)
    at = describe(setup, few, settled_point(setup, few, equilibria))
    belief = at.point.belief
    ahead = values_ahead(setup, few, belief)
    paths = run_mean_field(setup.world, setup.start, states, belief, ahead)
    count = _agent_paths(setup, states) if agent_paths is None else agent_paths
    organisations = draw_organisations(setup.population, size.organisations)
    agents, speed = run_organisations(
        setup.world, setup.start, states[:count], belief, organisations, size.seed, ahead
    )
    shown = slice(setup.past, None)
    asked = paths.ordered.sum(axis=2)
    return CollectiveResult(
        setup=setup,
        states=states,
        quarters=setup.quarters[setup.past :],
        shares=Fan.of(shares(paths)[:, shown]),
        maturity=Fan.of(paths.maturity[:, shown]),
        price=Fan.of(paths.price[:, shown]),
        installed=Fan.of(paths.installed[:, shown]),
        domestic=Fan.of(domestic_share(setup, paths)[:, shown]),
        gap_years=Fan.of(frontier_gap_years(setup, paths)[:, shown]),
        survivable=Fan.of(survivability(setup, paths)[:, shown]),
        unmet=Fan.of(1.0 - np.minimum(paths.served.sum(axis=2) / asked, 1.0)[:, shown]),
        ported=Fan.of(_weighted(setup, paths.ported)[:, shown]),
        cost=Fan.of(_weighted(setup, paths.cost)[:, shown]),
        equilibria=tuple(equilibria),
        at=at,
        belief=belief,
        ahead=ahead,
        paths=paths,
        agent_shares=shares(agents)[:, shown].mean(axis=0),
        agent_error=float(np.abs(shares(agents) - shares(paths)[:count]).max()),
        organisations=organisations.count,
        organisation_quarters_per_second=speed,
    )


def _agent_paths(setup: Setup, states: IntArray) -> int:
    steps = setup.file.size.organisations * states.shape[1]
    return int(np.clip(2e8 // steps, 1, len(states)))


def _weighted(setup: Setup, values: FloatArray) -> FloatArray:
    """Mean over the classes of each archetype by cards wanted, [path, quarter, archetype]."""
    population = setup.population
    total = population.by_archetype(population.demand)
    return np.asarray(population.by_archetype(values * population.demand) / total)
