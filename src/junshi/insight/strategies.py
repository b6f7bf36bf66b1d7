"""Pure strategies: the plan's own rules with some choices taken away, so that each is a fair rival.

`all_cuda` orders and rents nothing domestic, `all_domestic` nothing imported. `half` and `market` split each
quarter's new money: at most the stated share goes to domestic parts and at most the rest to imports, as a
finance department would do it; what one side cannot spend, the other does not get. All of them keep what is
installed, may port, and decide as well as their rule allows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from junshi.insight.edit import edited, with_bounds, with_row
from junshi.insight.follow import plan_columns
from junshi.plan.formulation import costs
from junshi.plan.formulation.node import Node
from junshi.plan.planner import Setting
from junshi.plan.stage_problem import StageProblem


@dataclass(frozen=True)
class Strategy:
    """A rule on purchases and rent.

    Attributes
    ----------
    name : such as `half`
    domestic_share : share of each quarter's new money that may go to domestic parts; 0 and 1 forbid the
        other side altogether, None leaves the plan free
    """

    name: str
    domestic_share: float | None


ALL_CUDA = Strategy("all_cuda", 0.0)
ALL_DOMESTIC = Strategy("all_domestic", 1.0)
HALF = Strategy("half", 0.5)


def market_strategy(domestic_share: float) -> Strategy:
    """Buy as the market buys: its domestic share."""
    return Strategy("market", domestic_share)


def restricted(setting: Setting, strategy: Strategy) -> Setting:
    """Setting with fewer choices; its value is nowhere lower, so cuts of the free setting stay valid."""
    share = strategy.domestic_share
    if share is None:
        return setting
    columns = plan_columns(setting)
    fleet = setting.instance.fleet
    trades = [(k, column) for family in (columns.order, columns.rent) for k, column in family.items()]
    if share in {0.0, 1.0}:
        barred = {column: (0.0, 0.0) for k, column in trades if bool(fleet.domestic[k]) is (share == 0.0)}
        return edited(setting, lambda _stage, _state, node: with_bounds(node, barred))

    def split(stage: int, state: int, node: StageProblem) -> StageProblem:
        budget = float(setting.instance.limits.budget[stage])
        if not math.isfinite(budget):
            return node
        place = Node(
            setting.instance, setting.layout, stage, setting.instance.initial if stage == 0 else state
        )
        undo = 1.0 / float(setting.instance.discount[stage])
        for domestic, part in ((True, share), (False, 1.0 - share)):
            terms = [
                (column, costs.price(place, k) * undo)
                for k, column in columns.order.items()
                if bool(fleet.domestic[k]) is domestic
            ]
            terms += [
                (column, costs.rent(place, k) * undo)
                for k, column in columns.rent.items()
                if bool(fleet.domestic[k]) is domestic
            ]
            limit = part * budget / setting.layout.cost_scale
            node = with_row(node, f"split[{domestic}]", terms, (-math.inf, limit))
        return node

    return edited(setting, split)
