"""Expected cost against the cost of the worst outcomes, for many risk weights; pure strategies beside it.

The neutral plan comes first. Two careful policies, of a middle weight and of the largest, are trained well,
each from the cuts of those before it; all other weights lie between known ones, start from cuts of both
(`plan/risk_cuts.py`) and are trained for a few iterations, as many of them as the time allows. All policies
are followed along the same paths. Each is a pair of figures, mean and CVaR, whatever it was trained for, so
for each weight the point shown is the policy of the pool with the least (1-l) mean + l CVaR on these paths:
the frontier is the lower left hull of the pool, monotone and convex by construction. What remains of the
solver's gap shows as the distance to the bound of the weight: its own, or what the bounds of two other
weights prove, since the optimum is concave in the weight.

The luck of the paths is taken out: the same amount from all means and the same from all CVaRs, each what
the regression on the neutral policy's control variate explains.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from junshi.insight.follow import Followed, follow
from junshi.insight.solve import Solved, solve
from junshi.insight.strategies import Strategy, restricted
from junshi.plan.decomposition.train import TrainSettings, load_cuts, train_with
from junshi.plan.instance import PlanInstance
from junshi.plan.nodes.crew import Crew
from junshi.plan.paths import sample_states
from junshi.plan.planner import PlanSettings, RiskAttitude, Setting, prepare, report_with
from junshi.plan.policy import Policy
from junshi.plan.result import Effort, PlanResult
from junshi.plan.risk import weighted_cvar
from junshi.plan.risk_cuts import BoundSource, Jensen, Plain, Trained, between, copied
from junshi.plan.simulate import simulate
from junshi.terms import RiskReading

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LARGEST_WEIGHT = 0.95
"""At weight 1 any policy whose better outcomes are wasteful would do as well: the mean says nothing there."""

MIDDLE_SHARE, TOP_SHARE = 0.45, 0.4
"""Parts of the further training time for the middle and the largest weight; the rest is for all others."""


@dataclass(frozen=True)
class FrontierSettings:
    """How to make a frontier.

    Attributes
    ----------
    points : weights, from 0 to `LARGEST_WEIGHT`
    plan : settings of the first, risk-neutral plan
    further : training time of all other points together, as a multiple of the first one's time or its limit
    most : time of all points, as a multiple of the same; weights not tried by then have the best policy of
        the others, and the bound that these prove
    paths : common paths along which all policies are followed
    """

    points: int = 12
    plan: PlanSettings = field(default_factory=lambda: PlanSettings(seconds=60.0))
    further: float = 1.0
    most: float = 3.6
    paths: int = 200


@dataclass(frozen=True)
class FrontierPoint:
    """One policy of the frontier; money in currency, discounted.

    Attributes
    ----------
    weight : of the risk in the objective
    mean, mean_error : mean of the total cost on the common paths, its standard error
    cvar : mean of the worst `tail` of the total cost on the same paths
    lower_bound : proven for the objective of this weight
    gap : of the objective on the common paths to the bound, relative
    trained_for : weight that the policy was trained for
    solved : full policy
    """

    weight: float
    mean: float
    mean_error: float
    cvar: float
    lower_bound: float
    gap: float
    trained_for: float
    solved: Solved

    @property
    def plan(self) -> PlanResult:
        """What the policy says."""
        return self.solved.result


@dataclass(frozen=True)
class PureStrategy:
    """A pure strategy on the same picture; `dominated` when some point is no worse in both."""

    name: str
    domestic_share: float
    mean: float
    cvar: float
    unmet_critical: float
    dominated: bool


@dataclass(frozen=True)
class Frontier:
    """Frontier of one instance.

    Attributes
    ----------
    points : by weight
    knee : position of the point at which more risk weight begins to buy little
    strategies : pure strategies
    first_seconds, seconds : time of the risk-neutral plan, and of everything
    """

    instance: PlanInstance
    tail: float
    reading: RiskReading
    points: tuple[FrontierPoint, ...]
    knee: int
    strategies: tuple[PureStrategy, ...]
    first_seconds: float
    seconds: float


Notice = Callable[[int, int], None]
"""Called with the number of policies done and the number of all."""


@dataclass(frozen=True)
class _Tried:
    """A policy of the pool.

    Attributes
    ----------
    total : cost on the common paths, currency
    luck : control variate of each path, currency, mean zero but for the luck of the paths
    bound : proven lower bound of the objective that it was trained for, currency
    """

    solved: Solved
    total: FloatArray
    luck: FloatArray
    bound: float


def weights_in_order(points: int) -> list[float]:
    """Weights from 0 to `LARGEST_WEIGHT`: 0, the middle, the largest, then each between two known ones.

    Examples
    --------
    >>> [round(weight, 3) for weight in weights_in_order(5)]
    [0.0, 0.475, 0.95, 0.238, 0.713]
    """
    middle = (points - 1) // 2
    places = list(dict.fromkeys([0, middle, points - 1]))
    spans = [(0, middle), (middle, points - 1)]
    while spans:
        low, high = spans.pop(0)
        place = (low + high) // 2
        if place not in {low, high}:
            places.append(place)
            spans += [(low, place), (place, high)]
    return [LARGEST_WEIGHT * place / (points - 1) for place in places]


def solve_frontier(
    instance: PlanInstance,
    attitude: RiskAttitude,
    settings: FrontierSettings,
    strategies: Sequence[Strategy] = (),
    *,
    notice: Notice | None = None,
) -> Frontier:
    """Frontier of an instance.

    Parameters
    ----------
    attitude : its tail and reading; its weight is not used
    strategies : pure strategies, each solved risk-neutral under its rule

    Raises
    ------
    SolverTrouble : a stage problem could not be solved
    """
    started = time.monotonic()
    count = settings.points + len(strategies)
    said = notice or _silent
    neutral = solve(prepare(instance, replace(attitude, weight=0.0)), settings.plan)
    first_seconds = time.monotonic() - started
    said(1, count)
    states = common_paths(neutral.setting, settings.paths, settings.plan.seed)
    basis = first_seconds if settings.plan.seconds is None else min(settings.plan.seconds, first_seconds)
    pool = {0.0: _followed(neutral, follow(neutral.setting, neutral.policy, states, settings.plan.workers))}
    weights = weights_in_order(settings.points)
    for place, weight in enumerate(weights[1:]):
        slowest = max((one.solved.result.effort.seconds for w, one in list(pool.items())[3:]), default=0.0)
        if place > 1 and time.monotonic() - started + slowest > settings.most * basis:
            break
        setting = prepare(instance, replace(attitude, weight=weight))
        seconds = _seconds(place, settings, basis)
        pool[weight] = _tried(setting, _warm_policy(setting, pool), states, settings.plan, seconds)
        said(len(pool), count)
    said(settings.points, count)
    lucks = luck_of(pool[0.0].total, pool[0.0].luck, attitude.tail)
    bounds = {weight: one.bound for weight, one in pool.items()}
    points = tuple(
        _best_point(weight, pool, proven(weight, bounds, attitude.reading), attitude.tail, lucks)
        for weight in sorted(weights)
    )
    pure = []
    quick = _quick(settings, basis)
    for strategy in strategies:
        pure.append(_pure(strategy, neutral, quick, states, points, lucks))
        said(settings.points + len(pure), count)
    return Frontier(
        instance=instance,
        tail=attitude.tail,
        reading=attitude.reading,
        points=points,
        knee=knee_of(np.array([p.mean for p in points]), np.array([p.cvar for p in points])),
        strategies=tuple(pure),
        first_seconds=first_seconds,
        seconds=time.monotonic() - started,
    )


def _silent(done: int, count: int) -> None:
    """Say nothing."""
    del done, count


def common_paths(setting: Setting, paths: int, seed: int) -> IntArray:
    """Paths that all policies of an instance are compared on."""
    return sample_states(setting.problem, paths, np.random.default_rng([seed, 7]))


def _seconds(place: int, settings: FrontierSettings, basis: float) -> float:
    """Training time of the point at a place after the neutral one."""
    whole = settings.further * basis
    shares = (MIDDLE_SHARE, TOP_SHARE)
    if place < len(shares):
        return whole * shares[place]
    return whole * (1.0 - sum(shares)) / max(settings.points - 1 - len(shares), 1)


def _quick(settings: FrontierSettings, basis: float) -> PlanSettings:
    """Settings of a pure strategy, which starts from the neutral plan's cuts."""
    return replace(
        settings.plan,
        seconds=max(settings.further * basis / settings.points, 0.1),
        check_every=max(settings.plan.check_every // 4, 1),
        check_paths=max(settings.plan.check_paths // 2, 2),
        report_paths=2,
    )


def _tried(
    setting: Setting, policy: Policy, states: IntArray, settings: PlanSettings, seconds: float
) -> _Tried:
    """Train for so long, follow and read a policy, all with one crew of workers."""
    begun = time.monotonic()
    train = TrainSettings(
        iterations=settings.iterations,
        seed=settings.seed,
        seconds=seconds,
        integer_forward=bool(setting.instance.work.atomic.any()),
    )
    with Crew(setting.problem, settings.workers) as crew:
        load_cuts(crew, policy)
        log = train_with(crew, policy, train)
        simulation = simulate(crew, policy, states)
        effort = Effort(
            seconds=time.monotonic() - begun,
            iterations=policy.iterations,
            paths=len(states),
            bounds=tuple(bound * setting.layout.cost_scale for bound in log.bounds),
            stop_reason=log.stop_reason,
            seed=settings.seed,
            method="sddp",
        )
        result = report_with(crew, setting, policy, simulation, effort)
    return _followed(Solved(setting, policy, result), Followed(setting, simulation))


def _followed(solved: Solved, followed: Followed) -> _Tried:
    """Figures of a policy on the common paths."""
    scale = solved.setting.layout.cost_scale
    luck = followed.simulation.luck * scale
    return _Tried(solved, followed.total, luck, solved.policy.lower_bound * scale)


def luck_of(total: FloatArray, luck: FloatArray, tail: float) -> tuple[float, float]:
    """Luck of the common paths in the mean and in the CVaR, currency.

    CVaR is the mean of q + (cost - q)^+ / tail at its quantile q: like the mean of the costs it is regressed
    on the control variate.

    Parameters
    ----------
    total, luck : cost and control variate of each path
    """
    quantile = float(np.quantile(total, 1.0 - tail))
    worst = quantile + np.maximum(total - quantile, 0.0) / tail
    spread = float(luck @ luck)
    if spread == 0:
        return 0.0, 0.0
    slopes = [float(luck @ (values - values.mean())) / spread for values in (total, worst)]
    mean = float(luck.mean())
    return slopes[0] * mean, slopes[1] * mean


def proven(weight: float, bounds: Mapping[float, float], reading: RiskReading) -> float:
    """Best lower bound of a weight's optimum that bounds of all weights prove.

    A bound of a lower weight holds for a higher one, since the CVaR is never below the mean. In the
    end-of-horizon reading the optimum is concave in the weight: bounds of two weights, mixed, hold between.

    Examples
    --------
    >>> proven(0.5, {0.0: 1.0, 0.5: 1.2, 1.0: 3.0}, RiskReading.END)
    2.0
    """
    found = [bound for one, bound in bounds.items() if one <= weight]
    if reading is RiskReading.END:
        found += [
            (below * (high - weight) + above * (weight - low)) / (high - low)
            for low, below in bounds.items()
            for high, above in bounds.items()
            if low <= weight <= high and low < high
        ]
    return max(found, default=-math.inf)


def _warm_policy(setting: Setting, pool: Mapping[float, _Tried]) -> Policy:
    """Cuts for a new weight from the nearest known ones."""
    attitude = setting.attitude
    below = max(weight for weight in pool if weight <= attitude.weight)
    if attitude.reading is RiskReading.NESTED:
        return copied(pool[below].solved.policy, setting.problem, setting.measure)
    neutral = pool[0.0].solved.policy
    lower: BoundSource = Plain(neutral)
    if below > 0:
        lower = Trained(pool[below].solved.policy, below)
    upper: BoundSource = Jensen(neutral, attitude.tail)
    above = [weight for weight in pool if weight > attitude.weight]
    if above:
        upper = Trained(pool[min(above)].solved.policy, min(above))
    return between(setting.problem, attitude.weight, lower, upper)


def _best_point(
    weight: float, pool: Mapping[float, _Tried], bound: float, tail: float, lucks: tuple[float, float]
) -> FrontierPoint:
    """Point of the policy with the least objective of this weight on the common paths."""
    figures = {
        one: (float(tried.total.mean()) - lucks[0], cvar_of(tried.total, tail) - lucks[1])
        for one, tried in pool.items()
    }

    def objective(one: float) -> float:
        return (1 - weight) * figures[one][0] + weight * figures[one][1]

    best = min(sorted(figures), key=lambda one: (objective(one), abs(one - weight)))
    mean, cvar = figures[best]
    total = pool[best].total
    error = float(total.std(ddof=1) / np.sqrt(len(total)))
    gap = (objective(best) - bound) / max(abs(bound), 1e-12)
    return FrontierPoint(weight, mean, error, cvar, bound, gap, best, pool[best].solved)


def cvar_of(total: FloatArray, tail: float) -> float:
    """Mean of the worst `tail` of equally likely outcomes."""
    return weighted_cvar(total, np.full(len(total), 1.0 / len(total)), tail)


def knee_of(mean: FloatArray, cvar: FloatArray) -> int:
    """Position farthest below the chord between both ends, each axis scaled to 1; 0 without any bend.

    Examples
    --------
    >>> knee_of(np.array([0.0, 1.0, 10.0]), np.array([10.0, 2.0, 0.0]))
    1
    """
    width, height = float(mean[-1] - mean[0]), float(cvar[0] - cvar[-1])
    if width <= 0 or height <= 0:
        return 0
    below = 1.0 - (mean - mean[0]) / width - (cvar - cvar[-1]) / height
    return int(np.argmax(below))


def _pure(
    strategy: Strategy,
    neutral: Solved,
    warm: PlanSettings,
    states: IntArray,
    points: Sequence[FrontierPoint],
    lucks: tuple[float, float],
) -> PureStrategy:
    """A strategy at its best, and whether the frontier beats it."""
    setting = restricted(neutral.setting, strategy)
    solved = solve(setting, warm, warm=copied(neutral.policy, setting.problem))
    followed = follow(setting, solved.policy, states, warm.workers)
    mean = float(followed.total.mean()) - lucks[0]
    cvar = cvar_of(followed.total, setting.attitude.tail) - lucks[1]
    return PureStrategy(
        name=strategy.name,
        domestic_share=float(strategy.domestic_share or 0.0),
        mean=mean,
        cvar=cvar,
        unmet_critical=float(1.0 - followed.served(critical=True).mean()),
        dominated=any(point.mean <= mean and point.cvar <= cvar for point in points),
    )
