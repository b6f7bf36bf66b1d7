"""Walk through real history: each quarter decided with what was known then, then the real quarter comes.

Strategies:

- `junshi` plans over the odds estimated to date, with the scenario's attitude to risk;
- `steady` and all fixed ones plan as if the present state of supply would last, under their rule: that is
  what it means not to plan for odds;
- `foresight` knows the whole path: regret is measured against it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from junshi.catalogue.catalogue import Catalogue
from junshi.errors import InputError
from junshi.insight.edit import edited, with_bounds
from junshi.insight.follow import plan_columns
from junshi.insight.foresight import solve_path
from junshi.insight.market import domestic_market_share
from junshi.insight.past_view import PAST_UNIT, Build, PastView, view_of
from junshi.insight.strategies import Strategy, restricted
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
STATE_CENTRE_SHARE = 0.8
"""Domestic part of a state computing centre's money, as public tenders ask for it; assumed."""


@dataclass(frozen=True)
class Rival:
    """A strategy of the backtest.

    Attributes
    ----------
    name : in the result
    domestic_share : as in `Strategy`; None = free
    follows_market : the share is the latest published one on the day
    rents_only : orders nothing
    plans : over odds; otherwise as if the present would last
    """

    name: str
    domestic_share: float | None = None
    follows_market: bool = False
    rents_only: bool = False
    plans: bool = False


JUNSHI = Rival("junshi", plans=True)
RIVALS = (
    JUNSHI,
    Rival("steady"),
    Rival("all_cuda", 0.0),
    Rival("all_domestic", 1.0),
    Rival("half", 0.5),
    Rival("market", follows_market=True),
    Rival("archetype_startup", 0.0, rents_only=True),
    Rival("archetype_state_centre", STATE_CENTRE_SHARE),
)
SAME_AS = {"archetype_vanguard": "all_domestic", "archetype_giant": "half", "archetype_lab": "all_cuda"}
"""Articles of faith of the other archetypes, which come to the same rules."""


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
    world = World(instances, rate, first_fleet(instances[0]))
    best = world.foresight()
    rows = []
    for number, rival in enumerate(rivals, start=1):
        rows.append(_play(rival, views, world, attitude, settings, best))
        said(number, len(rivals))
    by_name = {row.name: row for row in rows}
    rows += [replace(by_name[same], name=name) for name, same in SAME_AS.items() if same in by_name]
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
    setting = _ruled(setting, rival, view)
    if rival.plans:
        values = _planned(setting, settings)
    else:
        path = np.full(instance.stages, instance.initial)
        path[0] = 0
        values = solve_path(setting.plain, path).decisions(0)
    return decisions_of(setting, values)


def _ruled(setting: Setting, rival: Rival, view: PastView) -> Setting:
    """Setting under the rule of a strategy."""
    share = rival.domestic_share
    if rival.follows_market:
        share = _published_share(view)
    setting = restricted(setting, Strategy(rival.name, share))
    if not rival.rents_only:
        return setting
    barred = dict.fromkeys(plan_columns(setting).order.values(), (0.0, 0.0))
    return edited(setting, lambda _stage, _state, node: with_bounds(node, barred))


def _published_share(view: PastView) -> float:
    """Latest published domestic share of cards shipped; none before the first was published."""
    try:
        return domestic_market_share(view.catalogue, view.day).value / 100.0
    except InputError:
        return 0.0


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
