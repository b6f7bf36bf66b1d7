"""A setting with the policy that was trained for it: what every insight starts from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from junshi.plan.planner import PlanProgress, PlanSettings, Setting, plan_setting
from junshi.plan.policy import Policy
from junshi.plan.result import PlanResult

OnProgress = Callable[[PlanProgress], bool]


@dataclass(frozen=True)
class Solved:
    """Setting, its policy with the fewest costs found, and what that policy says."""

    setting: Setting
    policy: Policy
    result: PlanResult


def solve(
    setting: Setting,
    settings: PlanSettings,
    *,
    warm: Policy | None = None,
    on_progress: OnProgress | None = None,
) -> Solved:
    """Train a policy of a setting.

    Parameters
    ----------
    warm : valid cuts of the same problem to go on from; it grows in place

    Raises
    ------
    SolverTrouble : a stage problem could not be solved
    """
    result, policy = plan_setting(setting, settings, policy=warm, on_progress=on_progress)
    return Solved(setting, policy, result)
