"""Walk through real history: each quarter decided with what was known then, then the real quarter comes.

Strategies:

- `junshi` plans over the odds estimated to date, with the scenario's attitude to risk;
- `steady` and all fixed ones (`rivals.py`) plan as if the present state of supply would last, under their
  rule: that is what it means not to plan for odds;
- `foresight` knows the whole path: regret is measured against it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.catalogue.catalogue import Catalogue
from junshi.insight.foresight import solve_path
from junshi.insight.past_view import PAST_UNIT, Build, PastView, view_of
from junshi.insight.rivals import RIVALS, Rival, ruled
from junshi.insight.walk import Walker
from junshi.insight.world import Decisions, State, World, decisions_of, from_state, started
from junshi.plan.decomposition.train import TrainSettings, train
from junshi.plan.instance import PlanInstance
from junshi.plan.planner import RiskAttitude, Setting, prepare
from junshi.scenario.schema import Scenario
from junshi.units import Quarter

FloatArray = NDArray[np.float64]
ROUNDING = 1e-4
"""Regret below this share of all costs is rounding: what is handed on is rounded between quarters."""

FIRST = "2022-Q3"
LAST = "2026-Q4"


@dataclass(frozen=True)
class BacktestSettings:
    """How to walk.

    Attributes
    ----------
    lookahead : quarters that each plan covers
    iterations : of training in each quarter
    """

    first: str = FIRST
    last: str = LAST
    lookahead: int = 6
    iterations: int = 30
    seed: int = 0
    workers: int = 1


@dataclass(frozen=True)
class Row:
    """What came of one strategy; money in currency, discounted to the first quarter.

    Attributes
    ----------
    cost : over all quarters, with the value of the fleet left
    unmet, unmet_critical : share of work unserved, weighed by its loss
    regret : cost beyond perfect foresight's
    by_quarter : cost of each quarter
    decisions : of each quarter
    """

    name: str
    cost: float
    unmet: float
    unmet_critical: float
    regret: float
    by_quarter: FloatArray
    decisions: tuple[Decisions, ...]


@dataclass(frozen=True)
class Backtest:
    """All strategies on the same history."""

    quarters: tuple[str, ...]
    regimes: tuple[str, ...]
    currency: str
    foresight: float
    rows: tuple[Row, ...]

    def row(self, name: str) -> Row:
        """Row of a strategy."""
        return next(one for one in self.rows if one.name == name)

    @property
    def better_than_junshi(self) -> tuple[Row, ...]:
        """Strategies with less regret than the plan's."""
        ours = self.row("junshi").regret
        return tuple(one for one in self.rows if one.regret < ours)


def past_views(
    scenario: Scenario,
    demand: Sequence[float],
    catalogue: Catalogue,
    build: Build,
    settings: BacktestSettings,
) -> list[PastView]:
    """View from every quarter."""
    first, last = Quarter.parse(settings.first), Quarter.parse(settings.last)
    return [
        view_of(scenario, demand, catalogue, first + number, settings.lookahead, build)
        for number in range(last - first + 1)
    ]


def run_backtest(
    views: Sequence[PastView],
    attitude: RiskAttitude,
    settings: BacktestSettings,
    rivals: Sequence[Rival] = RIVALS,
    *,
    notice: Callable[[int, int], None] | None = None,
) -> Backtest:
    """Play every strategy through the same quarters.

    Raises
    ------
    SolverTrouble : a problem could not be solved
    """
    said = notice or (lambda _done, _count: None)
    rate = views[0].scenario.horizon.discount_rate
    instances = [view.instance for view in views]
    world = World(instances, [view.came for view in views], rate, first_fleet(instances[0]))
    best = world.foresight()
    rows = []
    for number, rival in enumerate(rivals, start=1):
        rows.append(_play(rival, views, world, attitude, settings, best))
        said(number, len(rivals))
    return Backtest(
        quarters=world.instance.quarters,
        regimes=tuple(state.regime.value for state in world.instance.states),
        currency=world.instance.currency,
        foresight=best,
        rows=tuple(rows),
    )


def first_fleet(view: PlanInstance) -> dict[str, float]:
    """Units of the accelerator of the time that serve all work of the first quarter."""
    k = view.fleet.ids.index(PAST_UNIT)
    tuned = view.work.throughput[0, :, k, 1]
    able = ~np.isnan(tuned)
    needed = float((view.work.demand[0, view.initial][able] / tuned[able]).sum())
    return {PAST_UNIT: needed / float(view.fleet.uptime[k])}


def _play(
    rival: Rival,
    views: Sequence[PastView],
    world: World,
    attitude: RiskAttitude,
    settings: BacktestSettings,
    best: float,
) -> Row:
    """One strategy through all quarters."""
    state = world.start
    costs, missed, decisions = [], [], []
    for stage, view in enumerate(views):
        decided = decide(rival, view, state, attitude, settings)
        played = world.play(stage, state, decided)
        costs.append(played.cost)
        missed.append(played.unmet)
        decisions.append(decided)
        state = played.state
    work = world.instance.work
    loss = np.stack([work.unmet_cost[t, t] for t in range(world.quarters)])
    unmet = np.array(missed)
    critical = loss * work.critical
    cost = float(np.sum(costs))
    regret = cost - best
    if abs(regret) < ROUNDING * float(np.abs(costs).sum()):
        regret = 0.0
    return Row(
        name=rival.name,
        cost=cost,
        unmet=float((unmet * loss).sum() / loss.sum()),
        unmet_critical=float((unmet * critical).sum() / max(float(critical.sum()), 1e-12)),
        regret=regret,
        by_quarter=np.array(costs),
        decisions=tuple(decisions),
    )


def decide(
    rival: Rival, view: PastView, state: State, attitude: RiskAttitude, settings: BacktestSettings
) -> Decisions:
    """Decisions of a strategy in one quarter, from what it can see."""
    instance = from_state(view.instance, state)
    setting = started(prepare(instance, attitude if rival.plans else RiskAttitude()), state)
    setting = ruled(setting, rival, view)
    if rival.plans:
        values = _planned(setting, settings)
    else:
        path = np.full(instance.stages, instance.initial)
        path[0] = 0
        values = solve_path(setting.plain, path).decisions(0)
    return decisions_of(setting, values)


def _planned(setting: Setting, settings: BacktestSettings) -> FloatArray:
    """First-quarter decisions of a trained policy."""
    policy, _ = train(
        setting.problem,
        setting.measure,
        TrainSettings(iterations=settings.iterations, seed=settings.seed, workers=settings.workers),
    )
    walker = Walker(setting, policy)
    root = walker.model(0, setting.instance.initial)
    return root.solve(setting.problem.initial_state, integer=True).columns
