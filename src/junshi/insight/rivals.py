"""Strategies of the backtest, and what each may decide.

Fixed rules of money (`all_cuda`, `all_domestic`, `half`, `market`) port and place work as it pays under them.
Each archetype has the rule that articles about it tell:

- vanguard: nothing imported is bought or rented from the first quarter on, and all work, training and
  inference, is ported at the full speed of its engineers, whether that pays yet or not;
- giant, on two legs: half of the money for each side; training stays on CUDA, inference is ported as early as
  possible;
- laboratory: CUDA only, nothing is ported; keeps the cards that it has, buys none, rents;
- start-up: CUDA only, nothing is ported; owns nothing: sells the cards that it has, rents;
- state computing centre: buys as the market until a mandate for public centres is in force, then by that.

What a rule asks for is added to the stage problems that a strategy decides by; costs are charged without it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from junshi.errors import InputError
from junshi.insight.edit import edited, with_bounds, with_costs
from junshi.insight.follow import plan_columns
from junshi.insight.market import domestic_market_share
from junshi.insight.past_view import PastView
from junshi.insight.strategies import Strategy, restricted
from junshi.plan.formulation.variables import Columns
from junshi.plan.instance import PlanInstance
from junshi.plan.planner import Setting
from junshi.plan.stage_problem import StageProblem
from junshi.terms import WorkKind

TRAINING = frozenset({WorkKind.PRETRAIN, WorkKind.FINETUNE, WorkKind.RESEARCH})
MANDATES = {"2025-08-half-domestic-public-centres": 0.5, "2025-11-state-centres-ban": 1.0}
"""Event → domestic share of a state centre's money from then on."""

NOTHING = (0.0, 0.0)


class Ports(StrEnum):
    """Rule on ports to domestic ecosystems."""

    FREE = "free"
    NONE = "none"
    ALL_EARLY = "all_early"
    INFERENCE_EARLY = "inference_early"


@dataclass(frozen=True)
class Rival:
    """A strategy of the backtest.

    Attributes
    ----------
    name : in the result
    domestic_share : as in `Strategy`, or a rule that reads it from what is known; None = free
    ports : rule on ports to domestic ecosystems
    buys, keeps : whether it orders cards, and whether it keeps those that it has; it may rent in any case
    plans : over odds; otherwise as if the present would last
    """

    name: str
    domestic_share: float | Callable[[PastView], float] | None = None
    ports: Ports = Ports.FREE
    buys: bool = True
    keeps: bool = True
    plans: bool = False


def published_share(view: PastView) -> float:
    """Latest published domestic share of cards shipped; none before the first was published."""
    try:
        return domestic_market_share(view.catalogue, view.day).value / 100.0
    except InputError:
        return 0.0


def mandated_share(view: PastView) -> float:
    """Domestic share that the mandates in force ask of a state centre; the market's before the first."""
    in_force = {event.id for event in view.catalogue.events if event.date <= view.day}
    asked = [share for event, share in MANDATES.items() if event in in_force]
    return max(asked, default=published_share(view))


JUNSHI = Rival("junshi", plans=True)
RIVALS = (
    JUNSHI,
    Rival("steady"),
    Rival("all_cuda", 0.0),
    Rival("all_domestic", 1.0),
    Rival("half", 0.5),
    Rival("market", published_share),
    Rival("archetype_vanguard", 1.0, Ports.ALL_EARLY),
    Rival("archetype_giant", 0.5, Ports.INFERENCE_EARLY),
    Rival("archetype_lab", 0.0, Ports.NONE, buys=False),
    Rival("archetype_startup", 0.0, Ports.NONE, buys=False, keeps=False),
    Rival("archetype_state_centre", mandated_share),
)


def ruled(setting: Setting, rival: Rival, view: PastView) -> Setting:
    """Setting under the rule of a strategy, for one quarter's decision."""
    share = rival.domestic_share
    if callable(share):
        share = share(view)
    setting = restricted(setting, Strategy(rival.name, share))
    columns = plan_columns(setting)
    kinds = tuple(WorkKind(work.kind) for work in view.scenario.workload)
    barred = _barred(setting.instance, columns, rival, kinds)
    rewarded = _rewarded(setting.instance, columns, rival, kinds)
    if not barred and not rewarded:
        return setting

    def rule(_stage: int, _state: int, node: StageProblem) -> StageProblem:
        return with_costs(with_bounds(node, dict.fromkeys(barred, NOTHING)), rewarded)

    return edited(setting, rule)


def _barred(instance: PlanInstance, columns: Columns, rival: Rival, kinds: tuple[WorkKind, ...]) -> list[int]:
    """Columns that a rule keeps at zero: what is not ported, bought or kept."""
    home = home_ecosystems(instance)
    barred: list[int] = []
    if not rival.buys:
        barred += columns.order.values()
    if not rival.keeps:
        barred += columns.held.values()
    if rival.ports is Ports.NONE:
        barred += [column for (_, e), column in columns.port.items() if home[e]]
    if rival.ports is Ports.INFERENCE_EARLY:
        barred += [column for (w, e), column in columns.port.items() if home[e] and kinds[w] in TRAINING]
    return barred


def _rewarded(
    instance: PlanInstance, columns: Columns, rival: Rival, kinds: tuple[WorkKind, ...]
) -> dict[int, float]:
    """Columns that a rule wants as large as possible, with what it gives for them.

    A port to the main domestic ecosystem earns more than any cost in the problem, each quarter anew: so the
    engineers port at full speed, first what takes fewest days.
    """
    if rival.ports not in {Ports.ALL_EARLY, Ports.INFERENCE_EARLY}:
        return {}
    main = main_domestic(instance)
    return {
        column: -EAGER
        for (w, e), column in columns.ported.items()
        if e == main and (rival.ports is Ports.ALL_EARLY or kinds[w] not in TRAINING)
    }


EAGER = 1.0
"""Scaled cost that a rule puts on each whole port that is missing in a quarter."""


def home_ecosystems(instance: PlanInstance) -> NDArray[np.bool_]:
    """Whether an ecosystem has domestic accelerators, shape [ecosystem]."""
    fleet = instance.fleet
    count = len(instance.ecosystems)
    return np.array([bool(fleet.domestic[fleet.ecosystem == e].any()) for e in range(count)], dtype=np.bool_)


def main_domestic(instance: PlanInstance) -> int | None:
    """Domestic ecosystem whose accelerators can do most in all, by units and peak work; None without any."""
    fleet, work = instance.fleet, instance.work
    now = instance.initial
    units = fleet.available[0, now] + fleet.rentable[0, now]
    fastest = np.nan_to_num(
        work.throughput[0, :, :, 1] / np.nanmax(work.throughput[0, :, :, 1], axis=1)[:, None]
    )
    able = units * fastest.mean(axis=0) * fleet.domestic
    by_ecosystem = np.bincount(fleet.ecosystem, able, minlength=len(instance.ecosystems))
    return int(np.argmax(by_ecosystem)) if by_ecosystem.max() > 0 else None
