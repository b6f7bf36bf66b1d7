"""Expected cost against the cost of the worst outcomes, for many risk weights; pure strategies beside it.

The weights are solved in an order in which each new one lies between two that are known, and starts from
their cuts (`plan/risk_cuts.py`). All policies are followed along the same paths, and all means
are moved by the same amount: the luck of these paths as the neutral policy's cuts see it. For each weight the
point shown is the policy with the least (1-l) mean + l CVaR on these paths, whichever weight it was trained
for: so the frontier is monotone and convex by construction, and what remains of the solver's gap shows as the
distance to the proven bound of that weight.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from junshi.insight.follow import follow
from junshi.insight.solve import Solved, solve
from junshi.insight.strategies import Strategy, restricted
from junshi.plan.instance import PlanInstance
from junshi.plan.paths import sample_states
from junshi.plan.planner import PlanSettings, RiskAttitude, Setting, prepare
from junshi.plan.policy import Policy
from junshi.plan.result import PlanResult
from junshi.plan.risk import weighted_cvar
from junshi.plan.risk_cuts import BoundSource, Jensen, Plain, Trained, between, copied
from junshi.terms import RiskReading

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LARGEST_WEIGHT = 0.95
"""At weight 1 any policy whose better outcomes are wasteful would do as well: the mean says nothing there."""


@dataclass(frozen=True)
class FrontierSettings:
    """How to make a frontier.

    Attributes
    ----------
    points : weights, from 0 to `LARGEST_WEIGHT`
    plan : settings of the first, risk-neutral plan
    further : training time of all other points together, as a multiple of the first one's limit
    paths : common paths along which all policies are followed
    """

    points: int = 12
    plan: PlanSettings = field(default_factory=lambda: PlanSettings(seconds=60.0))
    further: float = 2.0
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


def weights_in_order(points: int) -> list[float]:
    """Weights from 0 to `LARGEST_WEIGHT`, the ends first, then each between two known ones.

    Examples
    --------
    >>> [round(weight, 3) for weight in weights_in_order(5)]
    [0.0, 0.95, 0.475, 0.238, 0.713]
    """
    places = [0, points - 1]
    spans = [(0, points - 1)]
    while spans:
        low, high = spans.pop(0)
        middle = (low + high) // 2
        if middle not in {low, high}:
            places.append(middle)
            spans += [(low, middle), (middle, high)]
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
    known = {0.0: neutral}
    warm = _warm_settings(settings, count, first_seconds)
    for weight in weights_in_order(settings.points)[1:]:
        setting = prepare(instance, replace(attitude, weight=weight))
        known[weight] = solve(setting, warm, warm=_warm_policy(setting, known))
        said(len(known), count)
    states = common_paths(neutral.setting, settings.paths, settings.plan.seed)
    followed = {
        weight: follow(one.setting, one.policy, states, settings.plan.workers)
        for weight, one in known.items()
    }
    luck = float(followed[0.0].simulation.luck.mean()) * neutral.setting.layout.cost_scale
    totals = {weight: one.total for weight, one in followed.items()}
    points = tuple(_best_point(weight, known, totals, attitude.tail, luck) for weight in sorted(known))
    pure = []
    for strategy in strategies:
        pure.append(_pure(strategy, neutral, warm, states, points, luck))
        said(len(known) + len(pure), count)
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


def _warm_settings(settings: FrontierSettings, count: int, first_seconds: float) -> PlanSettings:
    """Settings of a point that starts from known cuts: its part of the time, checks more often."""
    limit = settings.plan.seconds
    basis = first_seconds if limit is None else min(limit, first_seconds)
    return replace(
        settings.plan,
        seconds=max(settings.further * basis / max(count - 1, 1), 0.1),
        check_every=max(settings.plan.check_every // 4, 1),
        check_paths=max(settings.plan.check_paths // 2, 2),
        report_paths=2,
    )


def _warm_policy(setting: Setting, known: dict[float, Solved]) -> Policy | None:
    """Cuts for a new weight from the nearest known ones."""
    attitude = setting.attitude
    below = max(weight for weight in known if weight <= attitude.weight)
    if attitude.reading is RiskReading.NESTED:
        return copied(known[below].policy, setting.problem, setting.measure)
    lower: BoundSource = Plain(known[0.0].policy)
    if below > 0:
        lower = Trained(known[below].policy, below)
    upper: BoundSource = Jensen(known[0.0].policy, attitude.tail)
    above = [weight for weight in known if weight > attitude.weight]
    if above:
        upper = Trained(known[min(above)].policy, min(above))
    return between(setting.problem, attitude.weight, lower, upper)


def _best_point(
    weight: float,
    known: dict[float, Solved],
    totals: dict[float, FloatArray],
    tail: float,
    luck: float,
) -> FrontierPoint:
    """Point of the policy with the least objective of this weight on the common paths."""
    figures = {one: (float(total.mean()) - luck, cvar_of(total, tail)) for one, total in totals.items()}

    def objective(one: float) -> float:
        return (1 - weight) * figures[one][0] + weight * figures[one][1]

    best = min(sorted(figures), key=lambda one: (objective(one), abs(one - weight)))
    mean, cvar = figures[best]
    bound = known[weight].policy.lower_bound * known[weight].setting.layout.cost_scale
    error = float(totals[best].std(ddof=1) / np.sqrt(len(totals[best])))
    gap = (objective(best) - bound) / max(abs(bound), 1e-12)
    return FrontierPoint(weight, mean, error, cvar, bound, gap, best, known[best])


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
    luck: float,
) -> PureStrategy:
    """A strategy at its best, and whether the frontier beats it."""
    setting = restricted(neutral.setting, strategy)
    solved = solve(setting, warm, warm=copied(neutral.policy, setting.problem))
    followed = follow(setting, solved.policy, states, warm.workers)
    mean, cvar = float(followed.total.mean()) - luck, cvar_of(followed.total, setting.attitude.tail)
    return PureStrategy(
        name=strategy.name,
        domestic_share=float(strategy.domestic_share or 0.0),
        mean=mean,
        cvar=cvar,
        unmet_critical=float(1.0 - followed.served(critical=True).mean()),
        dominated=any(point.mean <= mean and point.cvar <= cvar for point in points),
    )
