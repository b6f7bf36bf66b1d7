"""What certainty costs and what it is worth.

- premium: what the careful plan costs more on average than the risk-neutral one; averted: what it loses less
  in the worst outcomes, and which critical work it serves after a cut-off;
- EVPI: what it would be worth to know the future (paired on common paths: each path's foresight cost can only
  be lower); VSS: what planning with all states saves against planning with their mean;
- measures: what each would save, by solving again with it, or with the plan's own cuts if those do better.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from junshi.insight.follow import Followed, as_path, follow
from junshi.insight.foresight import foresight_costs
from junshi.insight.frontier import common_paths, cvar_of
from junshi.insight.mean_value import first_decisions, with_first_decisions
from junshi.insight.measures import MEASURES, Measure
from junshi.insight.solve import Solved, solve
from junshi.plan.instance import PlanInstance
from junshi.plan.planner import PlanSettings, RiskAttitude, Setting, prepare
from junshi.plan.risk import Expectation
from junshi.plan.risk_cuts import copied
from junshi.plan.simulate import NORMAL_95, sample_mean
from junshi.terms import Regime

FloatArray = NDArray[np.float64]
DEFAULT_WEIGHT = 0.5
"""Risk weight of the careful plan where the scenario is risk-neutral."""


@dataclass(frozen=True)
class Estimate:
    """A figure from common paths with its 95 % interval, currency."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Worth:
    """What a measure saves of the objective, currency; None: it does not apply here."""

    name: str
    worth: float | None
    share: float | None


@dataclass(frozen=True)
class Certainty:
    """What certainty costs and is worth; money in currency, discounted.

    Attributes
    ----------
    weight, tail : of the careful plan
    neutral_mean, neutral_cvar, careful_mean, careful_cvar : of both plans, on common paths
    premium, averted : differences between them
    served_neutral, served_careful : least critical work served after a cut-off from the second quarter on
    evpi, vss : of the risk-neutral plan
    measures : dearest first
    gap : of the careful plan to its bound, an upper end
    """

    instance: PlanInstance
    weight: float
    tail: float
    neutral_mean: float
    neutral_cvar: float
    careful_mean: float
    careful_cvar: float
    premium: Estimate
    averted: float
    served_neutral: float | None
    served_careful: float | None
    evpi: Estimate
    vss: Estimate
    measures: tuple[Worth, ...]
    gap: float

    @property
    def price(self) -> float | None:
        """Premium over loss averted; None when nothing is averted."""
        return self.premium.value / self.averted if self.averted > 0 else None


def price_certainty(
    instance: PlanInstance,
    attitude: RiskAttitude,
    settings: PlanSettings,
    *,
    paths: int = 100,
    foresight_paths: int = 40,
    measures: Sequence[Measure] = MEASURES,
    notice: Callable[[int, int], None] | None = None,
) -> Certainty:
    """Solve everything that the price of certainty needs.

    Raises
    ------
    SolverTrouble : a problem could not be solved
    """
    said = notice or (lambda _done, _count: None)
    count = 4 + len(measures)
    if attitude.weight == 0:
        attitude = replace(attitude, weight=DEFAULT_WEIGHT)
    neutral = solve(prepare(instance, replace(attitude, weight=0.0)), settings)
    said(1, count)
    careful = solve(prepare(instance, attitude), settings)
    said(2, count)
    states = common_paths(neutral.setting, paths, settings.seed)
    base = follow(neutral.setting, neutral.policy, states, settings.workers)
    sure = follow(careful.setting, careful.policy, states, settings.workers)
    kept = careful
    if _objective(sure.total, attitude) > _objective(base.total, attitude):
        # not trained well enough to be worth its name: the neutral plan is the more careful one
        sure, kept = base, neutral
    few = states[: min(foresight_paths, paths)]
    known = foresight_costs(neutral.setting.plain, few) * neutral.setting.layout.cost_scale
    said(3, count)
    vss = _value_of_odds(neutral, settings, states, base.total)
    said(4, count)
    worths = []
    before = careful.result.cost.objective
    if kept is neutral:
        before = min(before, _objective(sure.total, attitude))
    for measure in measures:
        worths.append(_worth(measure, careful, before, settings))
        said(4 + len(worths), count)
    return Certainty(
        instance=instance,
        weight=attitude.weight,
        tail=attitude.tail,
        neutral_mean=float(base.total.mean()),
        neutral_cvar=cvar_of(base.total, attitude.tail),
        careful_mean=float(sure.total.mean()),
        careful_cvar=cvar_of(sure.total, attitude.tail),
        premium=estimate(sure.total - base.total),
        averted=cvar_of(base.total, attitude.tail) - cvar_of(sure.total, attitude.tail),
        served_neutral=_least_served(neutral),
        served_careful=_least_served(kept),
        evpi=estimate(base.total[: len(few)] - known),
        vss=vss,
        measures=tuple(sorted(worths, key=lambda one: -(one.worth if one.worth is not None else -np.inf))),
        gap=careful.result.cost.gap_ci95[1],
    )


def estimate(values: FloatArray) -> Estimate:
    """Mean of paired differences with its 95 % interval."""
    mean, error = sample_mean(values)
    return Estimate(mean, mean - NORMAL_95 * error, mean + NORMAL_95 * error)


def _value_of_odds(
    neutral: Solved, settings: PlanSettings, states: NDArray[np.int64], base: FloatArray
) -> Estimate:
    """VSS: the mean-value plan's first quarter, then the best policy, against the plan, on common paths."""
    fixed = with_first_decisions(neutral.setting, first_decisions(neutral.setting))
    warm = copied(neutral.policy, fixed.problem)
    quick = replace(
        settings,
        iterations=max(settings.check_every // 2, 1),
        check_paths=max(settings.check_paths // 2, 2),
        report_paths=2,
    )
    tied = solve(fixed, quick, warm=warm)
    total = follow(fixed, tied.policy, states, settings.workers).total
    # the tied policy is one of the free problem too, and its cuts were trained for longer than the plan's
    freed = follow(neutral.setting, tied.policy, states, settings.workers).total
    best = min((base, freed, total), key=lambda one: float(one.mean()))
    return estimate(total - best)


def _least_served(solved: Solved) -> float | None:
    """Least share of critical work served when imports are cut off from the second quarter on, for good."""
    followed = after_cut_off(solved)
    return None if followed is None else float(followed.served(critical=True)[0, 1:].min())


def after_cut_off(solved: Solved) -> Followed | None:
    """The policy when imports are cut off from the second quarter on; None when that is not planned for."""
    instance = solved.setting.instance
    now = instance.states[instance.initial]
    cut = [
        index
        for index, state in enumerate(instance.states)
        if state.regime is Regime.CUT_OFF and (state.ramp, state.level) == (now.ramp, now.level)
    ]
    if not cut or instance.stages < 2:
        return None
    return follow(solved.setting, solved.policy, as_path([0] + [cut[0]] * (instance.stages - 1)))


def _worth(measure: Measure, careful: Solved, before: float, settings: PlanSettings) -> Worth:
    """Fall of the objective `before` with a measure, by solving again."""
    changed = measure.change(careful.setting.instance)
    if changed is None:
        return Worth(measure.name, None, None)
    setting = prepare(changed, careful.setting.attitude)
    with_it = solve(setting, settings).result.cost.objective
    with_it = min(with_it, _unchanged_policy(careful, setting, settings))
    return Worth(measure.name, before - with_it, (before - with_it) / max(abs(before), 1e-12))


def _unchanged_policy(careful: Solved, setting: Setting, settings: PlanSettings) -> float:
    """Objective of the plan's own cuts with a measure, currency; infinite where they do not fit.

    They do not know the measure and yet may decide better than new ones of the same training time.
    """
    old, new = careful.setting.layout, setting.layout
    fits = (
        old.state_names == new.state_names
        and old.cost_scale == new.cost_scale
        and np.array_equal(old.unit_scale, new.unit_scale)
        and len(setting.instance.states) == len(careful.setting.instance.states)
    )
    if not fits or setting.measure != Expectation():
        return math.inf
    policy = copied(careful.policy, setting.problem)
    states = common_paths(setting, settings.report_paths, settings.seed)
    mean, _ = follow(setting, policy, states, settings.workers).simulation.mean()
    return mean * new.cost_scale


def _objective(total: FloatArray, attitude: RiskAttitude) -> float:
    """(1-l) mean + l CVaR of equally likely totals."""
    return (1 - attitude.weight) * float(total.mean()) + attitude.weight * cvar_of(total, attitude.tail)
