"""Policy levers: what a mix costs the public and brings, the cheapest mix for a goal, the trade-off.

Two loops pull at each other. The inner loop is what the country can do by itself: the share of work that
survives a total cut-off. The outer loop is how near its buyers stay to the world's frontier, imports
included. Every lever moves both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, differential_evolution
from scipy.stats import qmc

from junshi.catalogue.catalogue import Catalogue
from junshi.collective.build import Setup, build_setup
from junshi.collective.run import (
    domestic_share,
    frontier_gap_years,
    run_mean_field,
    status_quo_belief,
    survivability,
)
from junshi.collective.schema import CollectiveFile, LeverRow
from junshi.errors import NoPlan

FloatArray = NDArray[np.float64]

ROUNDS = 2
SIZE_BINS = 1
SAMPLE_PATHS = 12


@dataclass(frozen=True)
class Lever:
    """One lever as the search moves it: constant from the start on.

    Attributes
    ----------
    name : key in the file
    neutral, most : value that changes nothing, and the strongest one tried
    """

    name: str
    neutral: float
    most: float


LEVERS = (
    Lever("subsidy", 0.0, 0.5),
    Lever("procurement", 0.0, 400.0),
    Lever("mandate", 0.0, 0.6),
    Lever("fab", 1.0, 2.0),
    Lever("open_source", 0.0, 1.0),
    Lever("levy", 0.0, 0.5),
    Lever("export", 1.0, 0.3),
)
"""`export` tightens the importing gate: below 1, fewer imports are let in."""


@dataclass(frozen=True)
class LeverOutcome:
    """What a lever mix brings, mean over paths; at the end of the quarters shown where nothing else is said.

    Attributes
    ----------
    values : of each lever, in the order of `LEVERS`
    survivable : share of critical work that still goes on at the end of a total cut-off (`[cut_off]`) which
        begins in a quarter drawn from those shown: the late ones alone would be safe whatever the levers
    survivable_low : the same in the worst tenth of the paths
    self_reliance : all work, critical or not, that domestic cards can do a year after a total cut-off
    gap_years : lag of the cards delivered behind the open frontier
    domestic : share of cards delivered
    public_cost : billion CNY a year over the quarters shown; negative = the levy brings more than is spent
    private_cost : rise of the organisations' log-cost against no lever
    """

    values: FloatArray
    survivable: float
    survivable_low: float
    self_reliance: float
    gap_years: float
    domestic: float
    public_cost: float
    private_cost: float


@dataclass(frozen=True)
class Goal:
    """What is asked of a mix: at least this survivability, or at most this lag."""

    survivable: float | None = None
    gap_years: float | None = None

    def shortfall(self, outcome: LeverOutcome) -> float:
        """How far a mix is from the goal; 0 = reached."""
        miss = 0.0
        if self.survivable is not None:
            miss += max(0.0, self.survivable - outcome.survivable)
        if self.gap_years is not None:
            miss += max(0.0, outcome.gap_years - self.gap_years)
        return miss


class LeverModel:
    """Quick evaluation of lever mixes on common paths."""

    def __init__(self, file: CollectiveFile, catalogue: Catalogue, paths: int = SAMPLE_PATHS) -> None:
        choice = file.choice.model_copy(update={"size_bins": SIZE_BINS})
        self.file = file.model_copy(update={"choice": choice, "lever": LeverRow()})
        self.catalogue = catalogue
        setup = build_setup(self.file, catalogue)
        self.states = setup.sample(paths, file.size.seed)
        self.plain_cost = 0.0
        self.plain_cost = self.outcome(np.array([lever.neutral for lever in LEVERS])).private_cost

    def setup(self, values: FloatArray) -> Setup:
        """Setup with a lever mix from the first quarter shown on."""
        start = self.file.size.start
        paths = {
            lever.name: {start: float(value)}
            for lever, value in zip(LEVERS, values, strict=True)
            if value != lever.neutral
        }
        return build_setup(
            self.file.model_copy(update={"lever": LeverRow.model_validate(paths)}), self.catalogue
        )

    def outcome(self, values: FloatArray) -> LeverOutcome:
        """What a lever mix brings."""
        setup = self.setup(values)
        belief = status_quo_belief(setup)
        for _ in range(ROUNDS):
            belief = run_mean_field(setup.world, setup.start, self.states, belief).gained.mean(axis=0)
        paths = run_mean_field(setup.world, setup.start, self.states, belief)
        shown = slice(setup.past, None)
        survives = survivability(setup, paths)[:, shown].mean(axis=1)
        population = setup.population
        critical = float((setup.world.demand_share * setup.world.critical).sum())
        reliance = np.minimum(paths.afterwards[:, -1] * critical, 1.0).mean()
        private = float((paths.cost[:, shown] * population.demand).sum(axis=2).mean())
        return LeverOutcome(
            values=np.asarray(values, dtype=float),
            survivable=float(survives.mean()),
            survivable_low=float(np.quantile(survives, 0.1)),
            self_reliance=float(reliance),
            gap_years=float(frontier_gap_years(setup, paths, self.states)[:, -1].mean()),
            domestic=float(domestic_share(setup, paths)[:, -1].mean()),
            public_cost=self._public_cost(setup, values, paths.served[:, shown], paths.price[:, shown]),
            private_cost=private - self.plain_cost,
        )

    def _public_cost(self, setup: Setup, values: FloatArray, served: FloatArray, price: FloatArray) -> float:
        """Billion CNY a year: subsidies, purchases, capacity and the open stack, less the levy."""
        lever = dict(zip((one.name for one in LEVERS), values.tolist(), strict=True))
        cost = self.file.lever_cost
        billion_per_price = cost.reference_price_cny / 1e6
        domestic = setup.domestic
        spent = (served * price)[:, :, domestic].sum(axis=2).mean() * billion_per_price
        imported = (served * price)[:, :, ~domestic].sum(axis=2).mean() * billion_per_price
        mean_price = float(price[:, :, domestic].mean()) * billion_per_price
        yearly = 4.0 * (
            lever["subsidy"] * spent + lever["procurement"] * mean_price - lever["levy"] * imported
        )
        growth = (lever["fab"] - 1.0) * float(setup.world.growth[:, -1].mean() / lever["fab"])
        output = float(served[:, :, domestic].sum(axis=2).mean())
        yearly += 4.0 * growth * output * cost.capacity_price_ratio * billion_per_price
        return float(yearly + lever["open_source"] * cost.open_source_billion_cny_per_year)


def cheapest_mix(model: LeverModel, goal: Goal, *, generations: int = 12, seed: int = 0) -> LeverOutcome:
    """Lever mix that reaches a goal at least public cost, by differential evolution.

    Raises
    ------
    NoPlan : no mix tried reaches the goal; says how near the best came
    """

    def objective(unit: FloatArray) -> float:
        outcome = model.outcome(scaled(unit))
        return outcome.public_cost + PRIVATE_WEIGHT * outcome.private_cost + 1e4 * goal.shortfall(outcome)

    found = differential_evolution(
        objective,
        Bounds(np.zeros(len(LEVERS)), np.ones(len(LEVERS))),
        maxiter=generations,
        popsize=3,
        tol=1e-3,
        seed=seed,
        polish=False,
        init="sobol",
    )
    best = model.outcome(scaled(found.x))
    plain = model.outcome(scaled(np.zeros(len(LEVERS))))
    if goal.shortfall(plain) <= 0.0 and plain.public_cost <= best.public_cost:
        best = plain
    if goal.shortfall(best) > 1e-3:
        raise NoPlan(
            "collective.goal_not_reached",
            survivable=f"{100 * best.survivable:.0f}",
            gap=f"{best.gap_years:.1f}",
        )
    return best


PRIVATE_WEIGHT = 1.0
"""Billion CNY a year that a rise of the organisations' log-cost by 1 counts: breaks ties only."""


def scaled(unit: FloatArray) -> FloatArray:
    """Lever values at points of the unit cube; 0 = neutral, 1 = strongest."""
    neutral = np.array([lever.neutral for lever in LEVERS])
    most = np.array([lever.most for lever in LEVERS])
    return np.asarray(neutral + np.asarray(unit) * (most - neutral))


def trade_off(model: LeverModel, count: int = 64, seed: int = 0) -> list[LeverOutcome]:
    """Lever mixes that no other one tried beats in self-reliance, lag and public cost alike.

    Sorted by self-reliance: the frontier between the inner and the outer loop.
    """
    levels = qmc.Sobol(len(LEVERS), seed=seed).random(count)
    mixes = np.concatenate([np.zeros((1, len(LEVERS))), np.eye(len(LEVERS)), levels])
    outcomes = [model.outcome(scaled(unit)) for unit in mixes]
    return sorted(undominated(outcomes), key=lambda outcome: outcome.self_reliance)


def undominated(outcomes: Sequence[LeverOutcome]) -> list[LeverOutcome]:
    """Outcomes that none other beats everywhere."""
    table = np.array([[-one.self_reliance, one.gap_years, one.public_cost] for one in outcomes])
    kept = []
    for place, row in enumerate(table):
        beats = (table <= row).all(axis=1) & (table < row).any(axis=1)
        if not beats.any():
            kept.append(outcomes[place])
    return kept
