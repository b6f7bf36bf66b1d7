r"""Equilibria: belief paths that come true when everybody acts on them.

With :math:`F` the map from the experience path that organisations believe the population will add to the
mean path that it then adds, an equilibrium is :math:`b = F(b)`. Found from many starts by
best replies that are averaged when they swing (fictitious play); those between two stable ones by bisection
of the line that joins their beliefs and a Newton-Krylov step.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import NoConvergence, newton_krylov

from junshi.collective.build import Setup
from junshi.collective.exploitability import exploitability, look_ahead
from junshi.collective.run import (
    EACH_ALONE,
    domestic_share,
    run_mean_field,
    run_with_costs,
    shares,
    status_quo_belief,
)
from junshi.collective.stability import spectral_radius
from junshi.errors import NoPlan

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Map = Callable[[FloatArray], FloatArray]

TOLERANCE = 1e-6
MOST_STEPS = 80
SAME = 0.01
CALM = 0.98
LEAST_WEIGHT = 0.05


@dataclass(frozen=True)
class FixedPoint:
    """One fixed point of a belief map.

    Attributes
    ----------
    belief : the point
    residual : largest relative difference between belief and what came true
    stable : best replies return to it after a small shock
    radius : spectral radius of the map there; below 1 = stable
    basin : share of the starts that lead to it
    """

    belief: FloatArray
    residual: float
    stable: bool
    radius: float
    basin: float


@dataclass(frozen=True)
class Equilibrium:
    """A fixed point of the collective.

    Attributes
    ----------
    point : fixed point
    shares, maturity : mean over paths, [quarter, ecosystem]
    domestic : mean domestic share in the last quarter
    epsilon : largest gain of any archetype by deviating, as a share of its cost; `epsilon_by` of each
    name : lock-in of imports, domestic self-sustaining, or a new balance: a key of the sentences
    """

    point: FixedPoint
    shares: FloatArray
    maturity: FloatArray
    domestic: float
    epsilon: float
    epsilon_by: FloatArray
    name: str


def relative_change(old: FloatArray, new: FloatArray, scale: float | None = None) -> float:
    """Largest change against a scale: by default, the largest value of the new one."""
    size = max(float(np.abs(new).max()), 1e-12) if scale is None else scale
    return float(np.abs(new - old).max() / size)


def _scale(starts: Sequence[FloatArray]) -> float:
    """Size of the beliefs that are compared: the largest value of any start."""
    return max(max(float(np.abs(start).max()) for start in starts), 1e-12)


def settle(
    belief_map: Map,
    start: FloatArray,
    tolerance: float = TOLERANCE,
    most: int = MOST_STEPS,
    scale: float | None = None,
) -> tuple[FloatArray, float, int]:
    """Follow beliefs from a start by best replies, damped as soon as they swing.

    Each step moves the belief towards what came true; the weight of the new halves whenever the difference
    did not shrink, so that play that would cycle is averaged as in fictitious play.

    Returns
    -------
    Belief, residual, and number of evaluations; the residual tells whether it came to rest.
    """
    belief = np.asarray(start, dtype=float)
    weight, residual = 1.0, np.inf
    for step in range(most):
        came_true = belief_map(belief)
        before, residual = residual, relative_change(belief, came_true, scale)
        if residual <= tolerance:
            return belief, residual, step + 1
        if residual > CALM * before:
            weight = max(0.5 * weight, LEAST_WEIGHT)
        belief = belief + weight * (came_true - belief)
    return belief, residual, most


def find_fixed_points(
    belief_map: Map,
    starts: Sequence[FloatArray],
    *,
    same: float = SAME,
    tolerance: float = TOLERANCE,
    between: bool = True,
    most: int = MOST_STEPS,
) -> list[FixedPoint]:
    """Fixed points reached from the starts, and those on the borders between their basins.

    Parameters
    ----------
    belief_map : from what is believed to what then comes true
    starts : beliefs to begin with; their spread decides what can be found
    same : relative distance below which two points count as one
    between : also look for the unstable point that separates each pair of neighbours
    most : evaluations from each start

    Returns
    -------
    Fixed points in the order of the sum of their beliefs. A start that did not come to rest is dropped.
    """
    found: list[FloatArray] = []
    residuals: list[float] = []
    hits: list[int] = []
    scale = _scale(starts)
    for start in starts:
        belief, residual, _ = settle(belief_map, start, tolerance, most, scale)
        if residual > 100 * tolerance:
            continue
        place = _nearest(found, belief, same, scale)
        if place is None:
            found.append(belief)
            residuals.append(residual)
            hits.append(1)
        else:
            hits[place] += 1
    points = [
        _described(belief_map, belief, residual, count / len(starts))
        for belief, residual, count in zip(found, residuals, hits, strict=True)
    ]
    points.sort(key=lambda point: float(point.belief.sum()))
    if between:
        points += _between(belief_map, points, same, tolerance, scale)
        points.sort(key=lambda point: float(point.belief.sum()))
    return points


def _nearest(
    found: Sequence[FloatArray], belief: FloatArray, same: float, scale: float | None = None
) -> int | None:
    for place, other in enumerate(found):
        if relative_change(other, belief, scale) <= same:
            return place
    return None


def _described(belief_map: Map, belief: FloatArray, residual: float, basin: float) -> FixedPoint:
    radius = spectral_radius(belief_map, belief)
    return FixedPoint(belief, residual, radius < 1.0, radius, basin)


def _between(
    belief_map: Map, points: Sequence[FixedPoint], same: float, tolerance: float, scale: float
) -> list[FixedPoint]:
    """Unstable point on the border between each pair of neighbouring stable points, where one is found."""
    stable = [point for point in points if point.stable]
    extra: list[FixedPoint] = []
    for lower, upper in itertools.pairwise(stable):
        border = _border(belief_map, lower.belief, upper.belief)
        point = _polished(belief_map, border, tolerance)
        if point is None:
            continue
        known = [other.belief for other in [*points, *extra]]
        if _nearest(known, point, same, scale) is None:
            rest = relative_change(point, belief_map(point), scale)
            extra.append(_described(belief_map, point, rest, 0.0))
    return extra


def _border(belief_map: Map, lower: FloatArray, upper: FloatArray, halvings: int = 12) -> FloatArray:
    """Belief on the line between two stable points from which play leads to either."""
    low, high = 0.0, 1.0
    for _ in range(halvings):
        middle = (low + high) / 2
        belief = lower + middle * (upper - lower)
        rest = settle(belief_map, belief, 1e-3, 25)[0]
        if np.linalg.norm(lower - rest) < np.linalg.norm(upper - rest):
            low = middle
        else:
            high = middle
    return lower + (low + high) / 2 * (upper - lower)


def _polished(belief_map: Map, start: FloatArray, tolerance: float) -> FloatArray | None:
    """Fixed point near a start by Newton-Krylov; None when there is none."""
    scale = max(float(np.abs(start).max()), 1e-12)

    def excess(scaled: FloatArray) -> FloatArray:
        return np.asarray(belief_map(scaled * scale) / scale - scaled)

    try:
        solution = newton_krylov(excess, start / scale, f_tol=tolerance, maxiter=12)  # type: ignore[arg-type]
    except (NoConvergence, ValueError):
        return None
    return np.asarray(solution * scale)


def collective_map(setup: Setup, states: IntArray, *, looking_ahead: bool = True) -> Map:
    """Map from the believed to the mean realised path of experience, [quarter, ecosystem].

    Looking ahead, organisations also value where a purchase leads (ports, tuning): the value is found along
    the paths of a first run under the same belief.
    """

    def belief_map(belief: FloatArray) -> FloatArray:
        ahead = values_ahead(setup, states, belief) if looking_ahead else EACH_ALONE
        paths = run_mean_field(setup.world, setup.start, states, belief, ahead)
        return np.asarray(paths.gained.mean(axis=0))

    return belief_map


def values_ahead(setup: Setup, states: IntArray, belief: FloatArray, rounds: int = 1) -> FloatArray:
    """Value of own states along the paths that follow from a belief."""
    ahead = EACH_ALONE
    for _ in range(rounds):
        paths, costs = run_with_costs(setup.world, setup.start, states, belief, ahead)
        ahead = look_ahead(setup, paths, costs, states)
    return ahead


def belief_starts(setup: Setup, count: int, seed: int) -> list[FloatArray]:
    """Beliefs to start from: status quo, all to one side, and random splits of all cards wanted."""
    world = setup.world
    all_cards = np.cumsum(world.wanted) / 8.0
    ecosystems = len(setup.ecosystems)
    starts = [status_quo_belief(setup)]
    corners = [np.eye(ecosystems)[place] for place in range(ecosystems)]
    rng = np.random.default_rng(seed)
    splits = corners + [
        rng.dirichlet(np.full(ecosystems, 0.5)) for _ in range(max(0, count - ecosystems - 1))
    ]
    starts += [np.outer(all_cards, split) + 1.0 for split in splits]
    return starts[: max(count, 1)]


def find_equilibria(setup: Setup, states: IntArray, starts: int = 6, seed: int = 0) -> list[Equilibrium]:
    """Equilibria of the collective along these paths of supply, each with its stability, basin and ε."""
    belief_map = collective_map(setup, states)
    points = find_fixed_points(belief_map, belief_starts(setup, starts, seed))
    return [describe(setup, states, point) for point in points]


def settled_point(setup: Setup, states: IntArray, equilibria: Sequence[Equilibrium]) -> FixedPoint:
    """Fixed point that beliefs lead to from the status quo.

    Raises
    ------
    NoPlan : beliefs did not come to rest from there
    """
    belief_map = collective_map(setup, states)
    belief, residual, _ = settle(belief_map, status_quo_belief(setup))
    place = _nearest([one.point.belief for one in equilibria], belief, SAME)
    if place is not None:
        return equilibria[place].point
    if residual > 100 * TOLERANCE:
        raise NoPlan("collective.no_rest", residual=f"{residual:.2g}")
    return _described(belief_map, belief, residual, 0.0)


def describe(setup: Setup, states: IntArray, point: FixedPoint) -> Equilibrium:
    """Shares, maturity and exploitability of a fixed point."""
    ahead = values_ahead(setup, states, point.belief)
    paths = run_mean_field(setup.world, setup.start, states, point.belief, ahead)
    gains = exploitability(setup, states, point.belief, ahead)
    domestic = domestic_share(setup, paths)
    return Equilibrium(
        point=point,
        shares=shares(paths).mean(axis=0),
        maturity=paths.maturity.mean(axis=0),
        domestic=float(domestic[:, -1].mean()),
        epsilon=float(gains.max()),
        epsilon_by=gains,
        name=outcome(float(domestic[:, -1].mean())),
    )


LOCK_IN_SHARE = 0.2
"""Below this share one side has only a niche."""


def outcome(domestic: float) -> str:
    """Name of an outcome by its domestic share: one side holds more than 80 %, or a balance of both."""
    if domestic < LOCK_IN_SHARE:
        return "import_lock_in"
    if domestic > 1.0 - LOCK_IN_SHARE:
        return "domestic_lock_in"
    return "new_balance"
