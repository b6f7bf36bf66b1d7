"""Plans that cost nearly the same and are as different as possible: modelling to generate alternatives.

Within a tolerance of the best objective there are many plans. Each accelerator, ecosystem and vendor in
turn is pushed up and down: its money in the first quarter under the constraint

    cost of the quarter + what the cuts see ahead  <=  best + tolerance . |best|

(Brill, Chang and Hopkins 1982; DeCarolis 2011), and in all later quarters the policy decides as if it were
cheaper or dearer than it is. The cuts see the future from below and know nothing of the leaning, so each
candidate is followed along common paths at its true costs, once more with a weaker push when it is too
dear, and only those that stay within the tolerance there are kept. Of these the most different over the
whole horizon, in money and in where work runs, are chosen one by one, the farthest from those before.

What every near-optimal first quarter has is told by the smallest and largest money of each accelerator; what
all chosen plans buy over the horizon is shared.

A second list says what it costs to do without a vendor or an ecosystem altogether, by solving again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from junshi.errors import SolverTrouble
from junshi.insight.edit import edited, with_bounds
from junshi.insight.follow import Followed, follow, plan_columns
from junshi.insight.frontier import common_paths, cvar_of
from junshi.insight.horizon import Course, course_of, leaning
from junshi.insight.mean_value import decided_columns, with_first_decisions
from junshi.insight.solve import Solved, solve
from junshi.plan.instance import PlanInstance
from junshi.plan.planner import PlanSettings, Setting
from junshi.plan.policy import Policy
from junshi.plan.risk_cuts import copied
from junshi.plan.solver import INFINITY, LinearModel, Status

FloatArray = NDArray[np.float64]
LEAST_SHARE = 1e-3
"""Money below this share of the quarter's largest is taken for none."""

PUSHES = ((1.0, 0.06), (0.3, 0.02))
"""Strong and weak push: share of the tolerance for the first quarter, lean on later prices; assumed."""

SCREEN_PATHS = 30
"""Paths on which candidates are first followed."""

LEAST_DIFFERENCE = 0.02
"""Plans nearer than this, by the sum of differences of their shares of money and work, are one plan."""

SHARED_MONEY = 0.01
"""Share of a plan's money over the horizon from which on it is said to buy an accelerator."""


@dataclass(frozen=True)
class Group:
    """Accelerators that belong together."""

    kind: str
    name: str
    members: tuple[int, ...]


@dataclass(frozen=True)
class Alternative:
    """A plan that is nearly as good; money in currency.

    Attributes
    ----------
    money : spent on orders and rent of the first quarter, by accelerator
    units : ordered and rented, by accelerator
    port_days, port_days_low, port_days_high : likely, low and high engineer-days, by ecosystem
    excess : share that its objective is above the plan's, followed along common paths
    course : where money and work go over the whole horizon
    difference : from the plan: half the sum of differences of shares of money and of work, 0 to 2
    """

    money: FloatArray
    units: FloatArray
    port_days: FloatArray
    port_days_low: FloatArray
    port_days_high: FloatArray
    excess: float
    course: Course
    difference: float


@dataclass(frozen=True)
class Range:
    """Money of an accelerator over all near-optimal first quarters, by the cuts."""

    accelerator: str
    least: float
    most: float

    @property
    def robust(self) -> str:
        """`always`, `never` or `open`."""
        if self.most <= 0:
            return "never"
        return "always" if self.least > 0 else "open"


@dataclass(frozen=True)
class Without:
    """Share that the objective rises when a group is done without altogether."""

    group: Group
    excess: float


@dataclass(frozen=True)
class Alternatives:
    """Near-optimal plans.

    Attributes
    ----------
    best : the plan itself
    found : alternatives, the most different first
    dropped : candidates that turned out to cost more than the tolerance when followed
    ranges : by accelerator
    without : by vendor and ecosystem
    """

    instance: PlanInstance
    tolerance: float
    best: Alternative
    found: tuple[Alternative, ...]
    dropped: int
    ranges: tuple[Range, ...]
    without: tuple[Without, ...]

    @property
    def shared(self) -> tuple[str, ...]:
        """Accelerators that the plan and all alternatives spend money on over the horizon."""
        courses = [self.best.course, *(one.course for one in self.found)]
        shares = [one.money / max(float(one.money.sum()), 1e-12) for one in courses]
        bought = np.min(shares, axis=0) >= SHARED_MONEY
        return tuple(name for name, kept in zip(self.instance.fleet.ids, bought, strict=True) if kept)


def groups_of(instance: PlanInstance, vendors: Sequence[str]) -> list[Group]:
    """Accelerators one by one, by ecosystem and by vendor; a group of the same members once.

    Parameters
    ----------
    vendors : of each accelerator
    """
    fleet = instance.fleet
    named: list[tuple[str, str, tuple[int, ...]]] = [
        ("accelerator", name, (k,)) for k, name in enumerate(fleet.ids)
    ]
    named += [
        ("ecosystem", name, tuple(int(k) for k in np.flatnonzero(fleet.ecosystem == e)))
        for e, name in enumerate(instance.ecosystems)
    ]
    named += [
        ("vendor", vendor, tuple(k for k, one in enumerate(vendors) if one == vendor))
        for vendor in dict.fromkeys(vendors)
    ]
    groups: dict[tuple[int, ...], Group] = {}
    for kind, name, members in named:
        if members:
            groups.setdefault(members, Group(kind, name, members))
    return list(groups.values())


def find_alternatives(
    solved: Solved,
    vendors: Sequence[str],
    settings: PlanSettings,
    *,
    tolerance: float = 0.02,
    count: int = 5,
    paths: int = 100,
    without: bool = True,
) -> Alternatives:
    """Alternatives of a plan.

    Raises
    ------
    SolverTrouble : a problem could not be solved
    """
    setting, policy = solved.setting, solved.policy
    states = common_paths(setting, paths, settings.seed)
    base = follow(setting, policy, states, settings.workers)
    reference = objective_on(base)
    plan = course_of(base)
    near = _NearOptimal(setting, policy, tolerance)
    groups = groups_of(setting.instance, vendors)
    search = _Search(solved, tolerance, states, settings.workers)
    candidates, dropped = search.candidates(groups)
    found: list[Alternative] = []
    for candidate in _most_different(search.plan, candidates, 2 * count):
        if len(found) == count:
            break
        followed = search.followed(candidate.setting, states)
        excess = (objective_on(followed) - reference) / max(abs(reference), 1e-12)
        one = near.reading(candidate.first, excess, course_of(followed), plan)
        if excess > tolerance:
            dropped += 1
        elif one.difference >= LEAST_DIFFERENCE:
            found.append(one)
    return Alternatives(
        instance=setting.instance,
        tolerance=tolerance,
        best=near.reading(near.best, 0.0, plan, plan),
        found=tuple(found),
        dropped=dropped,
        ranges=tuple(near.range_of(k) for k in range(len(setting.instance.fleet.ids))),
        without=tuple(_without(solved, groups, settings, states, reference)) if without else (),
    )


@dataclass(frozen=True)
class _Candidate:
    """A policy pushed: its first quarter, the setting it is decided in, its course on a few paths."""

    first: FloatArray
    setting: Setting
    course: Course


class _Search:
    """Pushes groups and follows what comes of it."""

    def __init__(self, solved: Solved, tolerance: float, states: NDArray[np.int64], workers: int) -> None:
        self.solved, self.tolerance, self.workers = solved, tolerance, workers
        self.few = states[:SCREEN_PATHS]
        base = self.followed(solved.setting, self.few)
        self.reference, self.plan = objective_on(base), course_of(base)
        self.near = [_NearOptimal(solved.setting, solved.policy, tolerance * part) for part, _ in PUSHES]

    def followed(self, setting: Setting, states: NDArray[np.int64]) -> Followed:
        """The trained policy in a pushed setting."""
        return follow(setting, self.solved.policy, states, self.workers)

    def candidates(self, groups: Sequence[Group]) -> tuple[list[_Candidate], int]:
        """Pushed policies within the tolerance on a few paths, and the number of those that were too dear."""
        tried = [self._candidate(group, up) for group in groups for up in (1.0, -1.0)]
        found = [one for one in tried if one is not None]
        return found, len(tried) - len(found)

    def _candidate(self, group: Group, up: float) -> _Candidate | None:
        """Strongest push of a group that is not too dear."""
        limit = self.reference + self.tolerance * abs(self.reference)
        for near, (_, lean) in zip(self.near, PUSHES, strict=True):
            first = near.push(group, up)
            fixed = with_first_decisions(self.solved.setting, {c: float(first[c]) for c in near.decided})
            setting = leaning(fixed, group.members, up * lean)
            followed = self.followed(setting, self.few)
            if objective_on(followed) <= limit:
                return _Candidate(first, setting, course_of(followed))
        return None


def objective_on(followed: Followed) -> float:
    """(1-l) mean + l CVaR of the totals on the paths, currency."""
    attitude = followed.setting.attitude
    total = followed.total
    return float((1 - attitude.weight) * total.mean() + attitude.weight * cvar_of(total, attitude.tail))


class _NearOptimal:
    """First-quarter problem with its cuts, and a limit on its objective."""

    def __init__(self, setting: Setting, policy: Policy, tolerance: float) -> None:
        self.setting, self.columns = setting, plan_columns(setting)
        self.decided = decided_columns(self.columns)
        node = setting.problem.nodes[0][0]
        size = node.cost.size
        family = policy.future[0]
        kept = policy.dominating(0, 0)
        cuts = np.zeros((len(kept), size + 1))
        cuts[:, node.outgoing] = -family.beta[kept, 0]
        cuts[:, size] = 1.0
        shift = node.incoming @ setting.problem.initial_state
        self._cost = np.append(node.cost, 1.0)
        wider = sparse.hstack([node.matrix, sparse.csr_array((node.matrix.shape[0], 1))])
        matrix = sparse.csr_array(sparse.vstack([wider, sparse.csr_array(cuts)]))
        lower = np.concatenate([node.row_lower + shift, family.alpha[kept, 0]])
        upper = np.concatenate([node.row_upper + shift, np.full(len(kept), INFINITY)])
        bounds = (
            np.append(node.col_lower, float(setting.problem.floor[1])),
            np.append(node.col_upper, INFINITY),
        )
        self._size = size
        best = self._solve(matrix, lower, upper, bounds, node.integers, self._cost)
        value = float(self._cost @ best)
        limit = value + tolerance * max(abs(value + node.constant), 1e-12)
        matrix = sparse.csr_array(sparse.vstack([matrix, sparse.csr_array(self._cost[None, :])]))
        self._program = (matrix, np.append(lower, -INFINITY), np.append(upper, limit), bounds, node.integers)
        self.best = best[:size]

    @staticmethod
    def _solve(
        matrix: sparse.csr_array,
        lower: FloatArray,
        upper: FloatArray,
        bounds: tuple[FloatArray, FloatArray],
        integers: NDArray[np.int64],
        cost: FloatArray,
    ) -> FloatArray:
        model = LinearModel(cost, bounds, matrix, (lower, upper), integers=integers, presolve=True)
        solution = model.solve()
        if solution.status is not Status.OPTIMAL:
            raise SolverTrouble("plan.node_unsolved", node="0/0", status=str(solution.status))
        return solution.columns

    def money(self, k: int) -> dict[int, float]:
        """Column → currency per scaled unit, for an accelerator."""
        fleet, instance = self.setting.instance.fleet, self.setting.instance
        scale = float(self.setting.layout.unit_scale[k])
        found = {}
        if k in self.columns.order:
            found[self.columns.order[k]] = float(fleet.price[0, instance.initial, k]) * scale
        if k in self.columns.rent:
            found[self.columns.rent[k]] = float(fleet.rent_price[0, instance.initial, k]) * scale
        return found

    def push(self, group: Group, up: float) -> FloatArray:
        """Near-optimal decisions with as much (up 1) or as little (up -1) money for a group as can be."""
        cost = 1e-6 * self._cost / max(float(np.abs(self._cost).max()), 1e-12)
        terms = {c: value for k in group.members for c, value in self.money(k).items()}
        largest = max((abs(value) for value in terms.values()), default=1.0) or 1.0
        for column, value in terms.items():
            cost[column] -= up * value / largest
        return self._solve(*self._program, cost)[: self._size]

    def range_of(self, k: int) -> Range:
        """Least and most money of one accelerator."""
        name = self.setting.instance.fleet.ids[k]
        group = Group("accelerator", name, (k,))
        least, most = (self.spent(self.push(group, up))[k] for up in (-1.0, 1.0))
        floor = LEAST_SHARE * max(float(self.spent(self.best).max()), 1.0)
        return Range(name, float(least) if least > floor else 0.0, float(most) if most > floor else 0.0)

    def spent(self, values: FloatArray) -> FloatArray:
        """Money by accelerator."""
        count = len(self.setting.instance.fleet.ids)
        return np.array([sum(values[c] * price for c, price in self.money(k).items()) for k in range(count)])

    def _port_days(self, values: FloatArray, effort: FloatArray) -> FloatArray:
        """Days by ecosystem, where whole ports take so much effort."""
        days = np.zeros(len(self.setting.instance.ecosystems))
        for (w, e), column in self.columns.port.items():
            days[e] += float(values[column] * effort[w, e])
        return days

    def reading(self, values: FloatArray, excess: float, course: Course, plan: Course) -> Alternative:
        """First quarter in natural units, with the course that follows it."""
        count = len(self.setting.instance.fleet.ids)
        scale = self.setting.layout.unit_scale
        units = np.zeros(count)
        work = self.setting.instance.work
        low, high = work.effort_range
        for family in (self.columns.order, self.columns.rent):
            for k, column in family.items():
                units[k] += float(values[column] * scale[k])
        return Alternative(
            money=self.spent(values),
            units=units,
            port_days=self._port_days(values, work.effort_days),
            port_days_low=self._port_days(values, low),
            port_days_high=self._port_days(values, high),
            excess=excess,
            course=course,
            difference=_distance(course.features, plan.features),
        )


def _distance(one: FloatArray, other: FloatArray) -> float:
    """Half the sum of differences: the share of money, plus the share of work, that is elsewhere."""
    return float(np.abs(one - other).sum()) / 2.0


def _most_different(plan: Course, candidates: Sequence[_Candidate], count: int) -> list[_Candidate]:
    """Candidates one by one the farthest from the plan and from those before; repeats are left out."""
    kept, left = [plan.features], list(candidates)
    chosen: list[_Candidate] = []
    while left and len(chosen) < count:
        distances = [min(_distance(one.course.features, k) for k in kept) for one in left]
        farthest = int(np.argmax(distances))
        if distances[farthest] < LEAST_DIFFERENCE:
            break
        kept.append(left[farthest].course.features)
        chosen.append(left.pop(farthest))
    return chosen


def barred(setting: Setting, members: Sequence[int]) -> Setting:
    """Setting in which some accelerators can neither be ordered nor rented."""
    columns = plan_columns(setting)
    families = (columns.order, columns.rent)
    bounds = {family[k]: (0.0, 0.0) for family in families for k in members if k in family}
    return edited(setting, lambda _stage, _state, node: with_bounds(node, bounds))


def _without(
    solved: Solved,
    groups: Sequence[Group],
    settings: PlanSettings,
    states: NDArray[np.int64],
    reference: float,
) -> list[Without]:
    """Rise of the objective without each vendor and ecosystem, the dearest first."""
    quick = replace(settings, iterations=max(settings.check_every, 1), report_paths=2)
    found = []
    for group in groups:
        if group.kind == "accelerator":
            continue
        setting = barred(solved.setting, group.members)
        again = solve(setting, quick, warm=copied(solved.policy, setting.problem))
        cost = objective_on(follow(setting, again.policy, states, settings.workers))
        found.append(Without(group, (cost - reference) / max(abs(reference), 1e-12)))
    return sorted(found, key=lambda one: -one.excess)
