"""Leaving an ecosystem altogether: how far one is from it, what it costs by when, what the option is worth.

- Readiness, quarter by quarter along the calm path of the plan: engineer-days still missing, quarters that
  the engineers need for them, work that has nowhere to go, share of work that would go on if the ecosystem
  could not be used from one day to the next, and money for the accelerators that would replace it.
- Exits: the plan made again with the ecosystem barred from a deadline on, known today.
- The option: what the plan would cost more if nothing could be ported.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from junshi.errors import InputError, nearest
from junshi.insight.alternatives import objective_on
from junshi.insight.certainty import Estimate, estimate
from junshi.insight.edit import edited, with_bounds
from junshi.insight.follow import Follower, follow, plan_columns
from junshi.insight.frontier import common_paths
from junshi.insight.shock import Shock, calm_path, changed_problems
from junshi.insight.solve import Solved, solve
from junshi.insight.walk import Walk, Walker
from junshi.plan.instance import PlanInstance
from junshi.plan.planner import PlanSettings, Setting
from junshi.plan.risk_cuts import copied
from junshi.plan.stage_problem import StageProblem

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Readiness:
    """How far one is from leaving, at the start of a quarter.

    Attributes
    ----------
    days : engineer-days of the ports still missing, each to the ecosystem with the least
    days_low, days_high : of the same ports, the sums of their low and of their high days
    quarters : that the engineers need for them; infinite when there are none
    blocked : workloads with nowhere to go
    served_critical, served_all : share that goes on in the quarter if the ecosystem cannot be used
    money : of accelerators that would do the work that runs there, currency
    """

    stage: int
    days: float
    days_low: float
    days_high: float
    quarters: float
    blocked: tuple[str, ...]
    served_critical: float
    served_all: float
    money: float


@dataclass(frozen=True)
class Exit:
    """Out of the ecosystem from a quarter on: its cost, and the least critical work served afterwards."""

    stage: int
    cost: float
    share: float
    served_critical: float


@dataclass(frozen=True)
class Switch:
    """Leaving one ecosystem; money in currency, discounted but for `Readiness.money`."""

    instance: PlanInstance
    ecosystem: str
    readiness: tuple[Readiness, ...]
    exits: tuple[Exit, ...]
    option: Estimate


def assess_switch(
    solved: Solved,
    ecosystem: str,
    settings: PlanSettings,
    *,
    deadlines: Sequence[int] | None = None,
    paths: int = 60,
    notice: Callable[[int, int], None] | None = None,
) -> Switch:
    """Everything about leaving an ecosystem.

    Parameters
    ----------
    deadlines : stages from which on it is barred; None = next quarter, and each year after it

    Raises
    ------
    InputError : the instance does not have the ecosystem
    SolverTrouble : a problem could not be solved
    """
    instance = solved.setting.instance
    require_ecosystem(instance, ecosystem)
    e = instance.ecosystems.index(ecosystem)
    stages = list(deadlines) if deadlines is not None else list(range(1, instance.stages, 4))
    said = notice or (lambda _done, _count: None)
    count = len(stages) + 2
    readiness = _readiness(Walker(solved.setting, solved.policy), e)
    said(1, count)
    states = common_paths(solved.setting, paths, settings.seed)
    base = follow(solved.setting, solved.policy, states, settings.workers)
    reference = objective_on(base)
    exits = []
    for stage in stages:
        exits.append(_exit(solved, e, stage, settings, states, reference))
        said(1 + len(exits), count)
    tied = without_ports(solved.setting)
    again = solve(tied, _quick(settings), warm=copied(solved.policy, tied.problem))
    stuck = follow(tied, again.policy, states, settings.workers)
    said(count, count)
    return Switch(instance, ecosystem, readiness, tuple(exits), estimate(stuck.total - base.total))


def _quick(settings: PlanSettings) -> PlanSettings:
    """Settings of a plan that starts from known cuts."""
    return replace(settings, iterations=max(settings.check_every, 1), report_paths=2)


def default_ecosystem(instance: PlanInstance) -> str:
    """CUDA, or the first ecosystem of a scenario without it."""
    return "cuda" if "cuda" in instance.ecosystems else instance.ecosystems[0]


def require_ecosystem(instance: PlanInstance, ecosystem: str) -> None:
    """Refuse an ecosystem that an instance does not have.

    Raises
    ------
    InputError : it does not have it
    """
    if ecosystem not in instance.ecosystems:
        known = instance.ecosystems
        near = nearest(ecosystem, known)
        raise InputError("insight.unknown_ecosystem", name=ecosystem, near=near, known=", ".join(known))


def barred_from(setting: Setting, ecosystem: int, stage: int) -> Setting:
    """Setting in which an ecosystem's accelerators can neither run nor be bought from a stage on."""
    instance, columns = setting.instance, plan_columns(setting)
    there = instance.fleet.ecosystem == ecosystem
    bounds = {c: (0.0, 0.0) for (_, k, _), c in columns.run.items() if there[k]}
    bounds |= {
        c: (0.0, 0.0) for family in (columns.order, columns.rent) for k, c in family.items() if there[k]
    }

    def bar(at: int, _state: int, node: StageProblem) -> StageProblem:
        return with_bounds(node, bounds) if at >= stage else node

    return edited(setting, bar)


def without_ports(setting: Setting) -> Setting:
    """Setting in which nothing is ported any more."""
    bounds = dict.fromkeys(plan_columns(setting).port.values(), (0.0, 0.0))
    return edited(setting, lambda _stage, _state, node: with_bounds(node, bounds))


def _exit(
    solved: Solved, e: int, stage: int, settings: PlanSettings, states: IntArray, reference: float
) -> Exit:
    """Plan again without the ecosystem from a stage on."""
    setting = barred_from(solved.setting, e, stage)
    again = solve(setting, _quick(settings), warm=copied(solved.policy, setting.problem))
    with Follower(setting, again.policy, settings.workers) as follower:
        followed = follower.follow(states)
    cost = objective_on(followed) - reference
    served = float(followed.served(critical=True)[:, stage:].mean(axis=0).min())
    return Exit(stage, cost, cost / max(abs(reference), 1e-12), served)


def _readiness(walker: Walker, e: int) -> tuple[Readiness, ...]:
    """One row a quarter from the second on."""
    instance = walker.instance
    calm = calm_path(instance)
    walk = walker.walk(calm)
    rows = []
    for stage in range(1, instance.stages):
        shock = Shock("leave", stage, 1, flaw=instance.ecosystems[e])
        day_after = walker.walk(calm, changed_problems(walker, shock))
        (days, low, high), blocked = _missing(walker, walk, stage, e)
        engineers = float(instance.limits.engineer_days[stage])
        quarters = days / engineers if engineers > 0 else (0.0 if days == 0 else float("inf"))
        rows.append(
            Readiness(
                stage=stage,
                days=days,
                days_low=low,
                days_high=high,
                quarters=quarters,
                blocked=blocked,
                served_critical=float(day_after.served(critical=True)[stage]),
                served_all=float(day_after.served(critical=False)[stage]),
                money=_replacement(walker, walk, stage, e),
            )
        )
    return tuple(rows)


def _missing(
    walker: Walker, walk: Walk, stage: int, e: int
) -> tuple[tuple[float, float, float], tuple[str, ...]]:
    """Likely, low and high days of the ports missing at a stage's start; workloads with nowhere to go."""
    instance, columns = walker.instance, walker.reader.columns
    work, before = instance.work, walk.answers[stage - 1].columns
    tables = (work.effort_days, *work.effort_range)
    days, blocked = np.zeros(3), []
    for w, name in enumerate(work.ids):
        options = []
        for other in range(len(instance.ecosystems)):
            runs = any(instance.can_run(w, int(k)) for k in np.flatnonzero(instance.fleet.ecosystem == other))
            if other == e or not runs:
                continue
            ported = float(before[columns.ported[w, other]]) if (w, other) in columns.ported else 1.0
            options.append((1.0 - min(ported, 1.0)) * np.array([table[w, other] for table in tables]))
        if options:
            days += min(options, key=lambda option: float(option[0]))
        else:
            blocked.append(name)
    likely, low, high = days.tolist()
    return (likely, low, high), tuple(blocked)


def _replacement(walker: Walker, walk: Walk, stage: int, e: int) -> float:
    """Money for accelerators of other ecosystems that do what runs on one, each the cheapest per work."""
    instance, columns = walker.instance, walker.reader.columns
    fleet, work = instance.fleet, instance.work
    state, values = walk.states[stage], walk.answers[stage].columns
    total = 0.0
    for w in range(len(work.ids)):
        share = sum(
            float(values[c]) for (v, k, _), c in columns.run.items() if v == w and fleet.ecosystem[k] == e
        )
        prices = [
            float(fleet.price[stage, state, k] / (work.throughput[stage, w, k, 1] * fleet.uptime[k]))
            for k in range(len(fleet.ids))
            if fleet.ecosystem[k] != e and instance.can_run(w, k)
        ]
        if prices:
            total += share * float(work.demand[stage, state, w]) * min(prices)
    return total
