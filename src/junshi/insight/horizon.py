"""Where money and work go over the whole horizon, and policies that lean towards or away from a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from junshi.insight.edit import edited, with_costs
from junshi.insight.follow import Followed, plan_columns
from junshi.plan.planner import Setting
from junshi.plan.stage_problem import StageProblem

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Course:
    """Means over paths of the whole horizon.

    Attributes
    ----------
    money : spent on orders and rent, currency, not discounted, shape [accelerator]
    placed : share of all work that runs on each accelerator, weighed by its loss, shape [accelerator]
    """

    money: FloatArray
    placed: FloatArray

    @property
    def features(self) -> FloatArray:
        """Shares of the money, then of the work."""
        return np.concatenate([self.money / max(float(self.money.sum()), 1e-12), self.placed])


def course_of(followed: Followed) -> Course:
    """Course of a policy along paths."""
    return Course(money_spent(followed), placed_work(followed))


def money_spent(followed: Followed) -> FloatArray:
    """Mean money for orders and rent over the horizon, currency, not discounted, shape [accelerator]."""
    fleet = followed.instance.fleet
    stages = np.arange(followed.instance.stages)
    spent = followed.units("order") * fleet.price[stages, followed.states]
    spent = spent + followed.units("rent") * fleet.rent_price[stages, followed.states]
    return np.asarray(spent.sum(axis=1).mean(axis=0))


def placed_work(followed: Followed) -> FloatArray:
    """Share of all work on each accelerator, weighed by its loss, shape [accelerator]."""
    placed = np.zeros(len(followed.instance.fleet.ids))
    for stage, columns in enumerate(followed.simulation.columns):
        for (w, k, _), column in followed.reader.columns.run.items():
            placed[k] += float(columns[:, column] @ followed.loss[:, stage, w])
    return placed / max(float(followed.loss.sum()), 1e-12)


def leaning(setting: Setting, members: Sequence[int], lean: float) -> Setting:
    """Setting whose later quarters are decided as if some accelerators were cheaper or dearer.

    Parameters
    ----------
    lean : share of the price and rent taken off (positive) or put on (negative); what is paid stays as it is
    """
    columns = plan_columns(setting)
    families = (columns.order, columns.rent)
    chosen = [family[k] for family in families for k in members if k in family]

    def lean_on(stage: int, _state: int, node: StageProblem) -> StageProblem:
        if stage == 0:
            return node
        return with_costs(node, {column: -lean * abs(float(node.cost[column])) for column in chosen})

    return replace(setting, problem=edited(setting, lean_on).problem)
