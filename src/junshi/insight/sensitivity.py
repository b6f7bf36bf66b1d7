"""Which uncertain input moves the cost and the decisions, and where the decision would turn.

The policy is kept, and followed with its cuts in a changed world: same random numbers, so that what moves is
the input. Elementary effects over the whole range (Morris 1991; the mean of their absolute values is the
screened importance, their spread tells interaction) need few runs; Sobol indices (Saltelli 2010) need many
and are offered for small instances. Designs and estimates are SALib's, an optional extra.

A break-even is where the plan, made again, begins to spend half of its money on domestic parts.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from junshi.errors import InputError
from junshi.insight.factors import Factor, factors_of, varied
from junshi.insight.follow import follow
from junshi.insight.frontier import common_paths
from junshi.insight.horizon import money_spent
from junshi.insight.solve import Solved, solve
from junshi.insight.walk import Walk, Walker
from junshi.plan.formulation.build import stage_problem
from junshi.plan.formulation.node import Node
from junshi.plan.instance import PlanInstance
from junshi.plan.nodes.model import NodeModel
from junshi.plan.planner import PlanSettings, RiskAttitude, prepare
from junshi.plan.stage_problem import StageProblem

FloatArray = NDArray[np.float64]

OUTPUTS = ("cost", "domestic_share", "ported", "unmet_critical")
"""Mean cost, domestic share of money spent, ported share at its most, critical work unmet."""

LEVELS = 4
BREAK_EVEN = ("domestic_throughput", "import_price")
"""Factors whose break-even values are looked for unless told otherwise."""

BREAK_EVEN_RANGE = (0.2, 5.0)
STEPS = 6
HALF_OF_MONEY = 0.5
SHARE_PATHS = 40


@dataclass(frozen=True)
class Effect:
    """Importance of one input for one output.

    Attributes
    ----------
    size : mean absolute elementary effect over the input's range, or total Sobol index
    spread : standard deviation of the effects, or half width of the index's 95 % interval
    direction : mean signed effect; NaN for Sobol
    """

    factor: str
    output: str
    size: float
    spread: float
    direction: float


@dataclass(frozen=True)
class BreakEven:
    """Factor on an input at which half of the money goes to domestic parts; None: nowhere in the range.

    Attributes
    ----------
    share_now : domestic share of the money with the input as it is
    ratios : for a factor on domestic throughput, workload → (accelerator, import, needed, now): throughput
        of the best domestic part over that of the best import, needed and now
    """

    factor: str
    value: float | None
    low: float
    high: float
    share_now: float
    ratios: dict[str, tuple[str, str, float, float]]


@dataclass(frozen=True)
class Sensitivity:
    """Effects and break-evens of an instance.

    Attributes
    ----------
    base : outputs with all factors at 1
    factors : inputs that were varied, with the ranges used
    """

    instance: PlanInstance
    method: str
    runs: int
    paths: int
    base: dict[str, float]
    effects: tuple[Effect, ...]
    break_even: tuple[BreakEven, ...]
    factors: tuple[Factor, ...]

    def ranked(self, output: str) -> list[Effect]:
        """Effects on one output, the largest first."""
        return sorted((one for one in self.effects if one.output == output), key=lambda one: -one.size)


class VariedWalker(Walker):
    """Walks in a changed world: stage problems of another instance, in the layout of the trained one."""

    def __init__(self, solved: Solved, changed: PlanInstance) -> None:
        super().__init__(solved.setting, solved.policy)
        self._changed = changed
        self._plain: dict[tuple[int, int], StageProblem] = {}

    @property
    def instance(self) -> PlanInstance:
        """The changed instance."""
        return self._changed

    def plain_node(self, stage: int, state: int) -> StageProblem:
        """Problem of the changed instance."""
        key = (stage, self.position(stage, state))
        if key not in self._plain:
            self._plain[key] = stage_problem(Node(self._changed, self.setting.layout, stage, state))[0]
        return self._plain[key]

    def model(self, stage: int, state: int) -> NodeModel:
        """Model of the changed problem with the trained cuts."""
        key = (stage, self.position(stage, state))
        if key not in self._models:
            path = [row[0] for row in self.setting.plain.nodes]
            path[stage] = self.plain_node(stage, state)
            self._models[key] = self._loaded(self._with_risk(path)[stage], *key)
        return self._models[key]


class Experiment:
    """Outputs of a policy as a function of the factors, with common random numbers."""

    def __init__(self, solved: Solved, factors: Sequence[Factor], *, paths: int, seed: int) -> None:
        self.solved, self.factors, self.paths = solved, factors, paths
        instance = solved.setting.instance
        self._levels = np.random.default_rng([seed, 13]).random((paths, instance.stages))

    @cached_property
    def base(self) -> FloatArray:
        """Outputs with all factors at 1."""
        return self.outputs(np.ones(len(self.factors)))

    def outputs(self, values: FloatArray) -> FloatArray:
        """Outputs in the order of `OUTPUTS`."""
        names = [factor.name for factor in self.factors]
        changed = varied(self.solved.setting.instance, dict(zip(names, values.tolist(), strict=True)))
        walker = VariedWalker(self.solved, changed)
        rows = [self._read(walker, walker.walk(path)) for path in self._paths(changed)]
        return np.asarray(np.mean(rows, axis=0))

    def _paths(self, instance: PlanInstance) -> list[tuple[int, ...]]:
        """Paths of states from the same random numbers under these odds."""
        steps = np.cumsum(instance.transition, axis=1)
        paths = []
        for levels in self._levels:
            path = [instance.initial]
            for level in levels[1:]:
                drawn = int(np.searchsorted(steps[path[-1]], level, side="right"))
                path.append(min(drawn, len(instance.states) - 1))
            paths.append(tuple(path))
        return paths

    @staticmethod
    def _read(walker: VariedWalker, walk: Walk) -> list[float]:
        instance, reader = walker.instance, walker.reader
        fleet = instance.fleet
        spent = np.zeros(len(fleet.ids))
        for stage, (state, answer) in enumerate(zip(walk.states, walk.answers, strict=True)):
            spent += reader.units(reader.columns.order, answer.columns) * fleet.price[stage, state]
            spent += reader.units(reader.columns.rent, answer.columns) * fleet.rent_price[stage, state]
        ported = [
            max(float(answer.columns[column]) for answer in walk.answers)
            for (_, e), column in reader.columns.ported.items()
            if fleet.domestic[fleet.ecosystem == e].any()
        ]
        whole = float(spent.sum())
        share = float(spent[fleet.domestic].sum()) / whole if whole > 0 else 0.0
        unmet = float(1.0 - walk.served(critical=True).mean())
        return [float(walk.cost.sum()), share, float(np.mean(ported)) if ported else 1.0, unmet]


def require_designs() -> None:
    """Say how to install what is missing.

    Raises
    ------
    InputError : SALib is not installed
    """
    if importlib.util.find_spec("SALib") is None:
        raise InputError("insight.needs_extra", package="SALib")


def measure_sensitivity(
    solved: Solved,
    settings: PlanSettings,
    *,
    factors: Sequence[Factor] | None = None,
    method: str = "morris",
    runs: int = 6,
    paths: int = 12,
    break_even: Sequence[str] = BREAK_EVEN,
    notice: Callable[[int, int], None] | None = None,
) -> Sensitivity:
    """Effects of each factor, and break-evens.

    Parameters
    ----------
    factors : inputs and their ranges; None = all, as `factors_of` gives them for the instance
    method : `morris` (runs = trajectories) or `sobol` (runs = base sample, a power of two)
    break_even : factors whose break-even is sought

    Raises
    ------
    InputError : SALib is not installed
    SolverTrouble : a problem could not be solved
    """
    require_designs()
    if factors is None:
        factors = factors_of(solved.setting.instance)
    experiment = Experiment(solved, factors, paths=paths, seed=settings.seed)
    problem = {
        "num_vars": len(factors),
        "names": [factor.name for factor in factors],
        "bounds": [[float(np.log(factor.low)), float(np.log(factor.high))] for factor in factors],
    }
    design = _design(method, problem, runs, settings.seed)
    said = notice or (lambda _done, _count: None)
    values = np.empty((len(design), len(OUTPUTS)))
    count = len(design) + len(break_even)
    for row, point in enumerate(design):
        values[row] = experiment.outputs(np.exp(point))
        said(row + 1, count)
    effects = [
        effect
        for column, output in enumerate(OUTPUTS)
        for effect in _effects(method, problem, design, values[:, column], output, settings.seed)
    ]
    found = []
    for name in break_even:
        found.append(find_break_even(solved.setting.instance, name, settings, solved.setting.attitude))
        said(len(design) + len(found), count)
    return Sensitivity(
        instance=solved.setting.instance,
        method=method,
        runs=len(design),
        paths=paths,
        base=dict(zip(OUTPUTS, experiment.base.tolist(), strict=True)),
        effects=tuple(effects),
        break_even=tuple(found),
        factors=tuple(factors),
    )


def _design(method: str, problem: dict[str, object], runs: int, seed: int) -> FloatArray:
    """Points of the design, in logs of the factors."""
    if method == "sobol":
        from SALib.sample import sobol as saltelli

        return np.asarray(saltelli.sample(problem, runs, calc_second_order=False, seed=seed))
    from SALib.sample import morris

    return np.asarray(morris.sample(problem, runs, num_levels=LEVELS, seed=seed))


def _effects(
    method: str,
    problem: dict[str, object],
    design: FloatArray,
    values: FloatArray,
    output: str,
    seed: int,
) -> list[Effect]:
    """Effect of each factor on one output; all zero where the output never moves."""
    names = [str(name) for name in problem["names"]]  # type: ignore[attr-defined]
    if float(np.ptp(values)) <= 1e-9 * (1.0 + float(np.abs(values).max())):
        return [Effect(name, output, 0.0, 0.0, 0.0) for name in names]
    if method == "sobol":
        from SALib.analyze import sobol

        found = sobol.analyze(problem, values, calc_second_order=False, seed=seed)
        return [
            Effect(name, output, float(found["ST"][i]), float(found["ST_conf"][i]), float("nan"))
            for i, name in enumerate(names)
        ]
    from SALib.analyze import morris

    found = morris.analyze(problem, design, values, num_levels=LEVELS, seed=seed)
    return [
        Effect(name, output, float(found["mu_star"][i]), float(found["sigma"][i]), float(found["mu"][i]))
        for i, name in enumerate(names)
    ]


def find_break_even(
    instance: PlanInstance, name: str, settings: PlanSettings, attitude: RiskAttitude | None = None
) -> BreakEven:
    """Factor at which the plan, made again, spends half of its money on domestic parts; by bisection."""
    quick = replace(
        settings,
        seconds=None if settings.seconds is None else settings.seconds / 4,
        iterations=min(settings.iterations, 3 * settings.check_every),
        report_paths=2,
    )

    def beyond(factor: float) -> float:
        return (
            domestic_share(varied(instance, {name: factor}), attitude or RiskAttitude(), quick)
            - HALF_OF_MONEY
        )

    low, high = BREAK_EVEN_RANGE
    at_low, at_high, now = beyond(low), beyond(high), beyond(1.0)
    value: float | None = None
    if at_low * at_high < 0:
        left, right = (1.0, high) if at_low * now > 0 else (low, 1.0)
        at_left = now if left == 1.0 else at_low
        for _ in range(STEPS):
            middle = float(np.sqrt(left * right))
            at_middle = beyond(middle)
            if at_left * at_middle > 0:
                left, at_left = middle, at_middle
            else:
                right = middle
        value = float(np.sqrt(left * right))
    ratios = {} if name != "domestic_throughput" or value is None else throughput_ratios(instance, value)
    return BreakEven(name, value, low, high, now + HALF_OF_MONEY, ratios)


def domestic_share(instance: PlanInstance, attitude: RiskAttitude, settings: PlanSettings) -> float:
    """Domestic share of the money that a plan spends on orders and rent, over common paths."""
    solved = solve(prepare(instance, attitude), settings)
    followed = follow(
        solved.setting,
        solved.policy,
        common_paths(solved.setting, SHARE_PATHS, settings.seed),
        settings.workers,
    )
    spent = money_spent(followed)
    whole = float(spent.sum())
    return float(spent[instance.fleet.domestic].sum()) / whole if whole > 0 else 0.0


def throughput_ratios(instance: PlanInstance, factor: float) -> dict[str, tuple[str, str, float, float]]:
    """Best domestic over best import throughput of each workload that both can run: needed, and now."""
    fleet, tuned = instance.fleet, instance.work.throughput[0, :, :, 1]
    there = (
        (fleet.installed > 0) | (fleet.available.max(axis=(0, 1)) > 0) | (fleet.rentable.max(axis=(0, 1)) > 0)
    )
    ratios = {}
    for w, work in enumerate(instance.work.ids):
        usable = there & np.array([instance.can_run(w, k) for k in range(len(fleet.ids))])
        home = np.flatnonzero(usable & fleet.domestic)
        away = np.flatnonzero(usable & ~fleet.domestic)
        if home.size and away.size:
            best = int(home[np.argmax(tuned[w, home])])
            rival = int(away[np.argmax(tuned[w, away])])
            now = float(tuned[w, best] / tuned[w, rival])
            ratios[work] = (fleet.ids[best], fleet.ids[rival], factor * now, now)
    return ratios
