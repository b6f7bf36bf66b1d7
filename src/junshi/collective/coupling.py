"""From the collective to one plan and back: outlooks out of equilibrium paths, and plans as best replies.

The outlook hands a plan the paths of maturity, price and availability that everybody's bets lead to. Back, an
organisation's plan is its best reply to these paths; when all archetypes reply with plans, fictitious play
averages the replies until plans and paths fit together: the joint fixed point.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.catalogue.schema import Accelerator, Ecosystem
from junshi.collective.build import Setup
from junshi.collective.run import run_given
from junshi.collective.world import Paths
from junshi.plan.outlook import Outlook, default_outlook
from junshi.plan.trends import Trends
from junshi.terms import Archetype
from junshi.text import say
from junshi.units import Quarter

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

BANDS = {"low": 0.1, "middle": 0.5, "high": 0.9}


@dataclass(frozen=True)
class CollectivePaths:
    """What a plan needs of the collective: one value per quarter shown and ecosystem of the population.

    Attributes
    ----------
    quarters : names
    members : catalogue ecosystem → index of the population's ecosystem
    domestic : [ecosystem]
    maturity, price, capacity : [quarter, ecosystem]; price without the factor of the regime
    """

    quarters: tuple[str, ...]
    members: Mapping[str, int]
    domestic: NDArray[np.bool_]
    maturity: FloatArray
    price: FloatArray
    capacity: FloatArray


def paths_for_plan(setup: Setup, paths: Paths, states: IntArray, band: str | None = None) -> CollectivePaths:
    """Mean over paths, or the 10, 50 or 90 % quantile of each quarter.

    `low` is the world that is worst for domestic parts: low maturity and capacity, high price.
    """
    shown = slice(setup.past, None)
    factor = np.moveaxis(setup.world.price_state[:, states], 0, 2)
    price = (paths.price / factor)[:, shown]
    return CollectivePaths(
        quarters=setup.quarters[shown],
        members={name: place for place, row in enumerate(setup.file.ecosystem) for name in row.members},
        domestic=setup.domestic,
        maturity=_band(paths.maturity[:, shown], band),
        price=_band(price, {"low": "high", "high": "low"}.get(band or "", band)),
        capacity=_band(paths.capacity[:, shown], band),
    )


def _band(values: FloatArray, band: str | None) -> FloatArray:
    return np.asarray(values.mean(axis=0) if band is None else np.quantile(values, BANDS[band], axis=0))


def outlook_from(
    paths: CollectivePaths,
    accelerators: Sequence[Accelerator],
    ecosystems: Sequence[Ecosystem],
    start: Quarter,
    stages: int,
    trends: Trends,
) -> Outlook:
    """Outlook of a plan in the collective's world.

    Maturity starts from the catalogue's (or the scenario's) and closes its gap as the population's ecosystem
    does; prices and order limits move as its price and capacity; imports keep their order limit, since the
    supply state scales it. Ecosystems that the population does not know keep the default outlook. Beyond the
    last quarter the paths stay where they are.
    """
    plain = default_outlook(accelerators, ecosystems, start, stages, trends)
    times = np.array([start + stage - Quarter.parse(paths.quarters[0]) for stage in range(stages)])
    times = np.clip(times, 0, len(paths.quarters) - 1)
    maturity, price = plain.maturity.copy(), plain.price_factor.copy()
    available = plain.availability_factor.copy()
    for place, row in enumerate(ecosystems):
        member = paths.members.get(row.id)
        if member is not None:
            gap = (1.0 - paths.maturity[times, member]) / (1.0 - paths.maturity[0, member])
            maturity[place] = 1.0 - (1.0 - row.maturity) * gap
    for place, chip in enumerate(accelerators):
        member = paths.members.get(chip.ecosystem)
        if member is not None:
            price[place] = paths.price[times, member] / paths.price[times[0], member]
            if paths.domestic[member]:
                available[place] = paths.capacity[times, member] / paths.capacity[times[0], member]
    return Outlook(
        ecosystems=plain.ecosystems,
        accelerators=plain.accelerators,
        maturity=np.clip(maturity, 0.0, 1.0),
        price_factor=price,
        availability_factor=available,
        fresh_ratio=plain.fresh_ratio,
        source=say("collective.outlook_source"),
    )


Reply = Callable[[Archetype, CollectivePaths], FloatArray]
"""Plan of an archetype's scenario in this world → share of what it buys on each ecosystem of the population,
[quarter, ecosystem]; a quarter in which nothing is bought repeats the last, NaN = nothing bought at all."""


@dataclass(frozen=True)
class JointPoint:
    """Plans and paths that fit together.

    Attributes
    ----------
    converged : whether the world came to rest: its change fell below the tolerance
    changes : largest change of the world in each round: of maturity, and of price and capacity in parts
    reply_changes : largest change of an averaged share in each round; plans of a linear program jump between
        equally good answers, so shares may go on moving while the world rests
    replies : share of purchases, [archetype, quarter, ecosystem]
    paths : the world that follows from the replies
    logit : shares of the same archetypes by the fast logit in the last world, for the check
    gap : how far the last replies are from the average that makes the world: mean difference of domestic
        shares, weighed by cards wanted; unlike `changes` it does not shrink just because steps do
    """

    converged: bool
    changes: tuple[float, ...]
    reply_changes: tuple[float, ...]
    replies: FloatArray
    paths: CollectivePaths
    logit: FloatArray
    gap: float

    @property
    def change(self) -> float:
        """Change of the world in the last round."""
        return self.changes[-1]

    @property
    def logit_difference(self) -> FloatArray:
        """Mean difference of domestic shares, plan less logit, of each archetype."""
        domestic = self.paths.domestic
        return np.asarray(
            (self.replies[:, :, domestic].sum(axis=2) - self.logit[:, :, domestic].sum(axis=2)).mean(axis=1)
        )


def joint_fixed_point(
    setup: Setup,
    states: IntArray,
    belief: FloatArray,
    reply: Reply,
    *,
    rounds: int = 10,
    tolerance: float = 0.01,
) -> JointPoint:
    """Fictitious play of plans: each archetype replies to the world that the average of past replies makes.

    The n-th reply counts 2 / (n + 2) against all before it, so that the logit, with which play begins, is
    soon forgotten. Where a plan buys nothing at all, the archetype goes on as the logit says.

    Parameters
    ----------
    belief : experience path with which the first world is made, by the logit
    reply : plans an archetype; the only slow part
    rounds : most rounds
    tolerance : change of the world at which play has come to rest
    """
    archetypes = [Archetype(name) for name in setup.population.archetypes]
    run = run_given(setup.world, setup.start, states, belief, None)
    logit = archetype_shares(setup, run)
    average = logit.copy()
    changes: list[float] = []
    reply_changes: list[float] = []
    world = paths_for_plan(setup, run, states)
    replies = average
    for number in range(rounds):
        replies = np.stack([reply(archetype, world) for archetype in archetypes])
        replies = np.where(np.isnan(replies), logit, replies)
        weight = 2.0 / (number + 3)
        later = average + weight * (replies - average)
        reply_changes.append(float(np.abs(later - average).max()))
        average = later
        belief = run.gained.mean(axis=0)
        run = run_given(setup.world, setup.start, states, belief, given_odds(setup, average))
        before, world = world, paths_for_plan(setup, run, states)
        changes.append(world_change(before, world))
        if number > 0 and changes[-1] <= tolerance:
            break
    return JointPoint(
        converged=changes[-1] <= tolerance,
        changes=tuple(changes),
        reply_changes=tuple(reply_changes),
        replies=average,
        paths=world,
        logit=archetype_shares(
            setup, run_given(setup.world, setup.start, states, run.gained.mean(axis=0), None)
        ),
        gap=_reply_gap(setup, replies, average),
    )


def _reply_gap(setup: Setup, replies: FloatArray, average: FloatArray) -> float:
    """Mean difference of domestic shares between replies and average, weighed by cards wanted."""
    domestic = setup.domestic
    off = np.abs(replies[:, :, domestic].sum(axis=2) - average[:, :, domestic].sum(axis=2)).mean(axis=1)
    wanted = setup.population.by_archetype(setup.population.demand)
    return float(off @ wanted / wanted.sum())


def world_change(before: CollectivePaths, after: CollectivePaths) -> float:
    """Largest change of maturity, and relative change of price and of domestic capacity."""
    home = before.domestic
    capacity = after.capacity[:, home] / np.maximum(before.capacity[:, home], 1e-9) - 1.0
    changes = (after.maturity - before.maturity, after.price / before.price - 1.0, capacity)
    return max(float(np.abs(change).max()) for change in changes)


def archetype_shares(setup: Setup, run: Paths) -> FloatArray:
    """Mean share of orders on each ecosystem, [archetype, quarter shown, ecosystem]."""
    population = setup.population
    by_class = run.mixes[:, setup.past :].mean(axis=0) @ setup.world.mix
    weighted = np.moveaxis(by_class * population.demand[:, None], 1, 2)
    total = population.by_archetype(population.demand)
    return np.moveaxis(population.by_archetype(weighted) / total, 2, 0)


def given_odds(setup: Setup, shares: FloatArray) -> FloatArray:
    """Odds of the pure mixes that give these shares, [quarter, class, mix]; NaN in the past = choose freely.

    Raises
    ------
    ValueError : the population has an ecosystem without a mix of its own
    """
    mix = setup.world.mix
    pure = []
    for place in range(mix.shape[1]):
        found = np.flatnonzero(mix[:, place] >= 1.0 - 1e-9)
        if len(found) == 0:
            message = f"no mix buys {setup.ecosystems[place]} alone"
            raise ValueError(message)
        pure.append(int(found[0]))
    odds = np.full((len(setup.quarters), setup.population.classes, mix.shape[0]), np.nan)
    shown = np.zeros((shares.shape[1], setup.population.classes, mix.shape[0]))
    shown[:, :, pure] = np.moveaxis(shares[setup.population.archetype], 0, 1)
    odds[setup.past :] = shown
    return odds
