"""What to do when imports change: for each regime at each quarter, in the first week, quarter and year.

The policy is walked along the path on which today's state holds until the change and the new one afterwards.
What it does is listed by what it is worth: how much the objective rises when that one thing is left out in
its quarter and everything else is decided again.

The first week has what needs no delivery: rent, resale, moving work. The first quarter has orders and ports;
the year, what the three quarters after it add.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from junshi.insight.edit import Bounds, with_bounds
from junshi.insight.shock import Shock, path_of
from junshi.insight.solve import Solved
from junshi.insight.walk import Walk, Walker
from junshi.plan.instance import PlanInstance
from junshi.terms import Regime

LEAST_SHARE = 0.02
LEAST_UNITS = 0.5
YEAR = 4


class Deed(StrEnum):
    """Kind of thing to do."""

    ORDER = "order"
    RENT = "rent"
    RESELL = "resell"
    PORT = "port"
    MOVE = "move"


class When(StrEnum):
    """How soon."""

    WEEK = "week"
    QUARTER = "quarter"
    YEAR = "year"


AT_ONCE = {Deed.RENT, Deed.RESELL, Deed.MOVE}


@dataclass(frozen=True)
class Action:
    """One thing to do.

    Attributes
    ----------
    accelerator : of an order, rent, resale or move; empty for a port
    workload, ecosystem : of a port; the workload also of a move
    amount : units, or share of the workload
    worth : rise of the objective when it is left out, currency
    """

    when: When
    deed: Deed
    accelerator: str
    workload: str
    ecosystem: str
    amount: float
    worth: float


@dataclass(frozen=True)
class Chapter:
    """What to do when a regime comes in a quarter; actions by time, then by worth."""

    stage: int
    regime: Regime
    odds: float
    actions: tuple[Action, ...]


def write_playbook(solved: Solved, *, stages: Sequence[int] | None = None) -> tuple[Chapter, ...]:
    """Chapters for each regime at each quarter.

    Parameters
    ----------
    stages : quarters in which the change comes; None = all but the first

    Raises
    ------
    SolverTrouble : a stage problem could not be solved
    """
    walker = Walker(solved.setting, solved.policy)
    instance = walker.instance
    now = instance.states[instance.initial].regime
    chapters = []
    for stage in range(1, instance.stages) if stages is None else stages:
        for regime in Regime:
            shock = Shock("change", stage, instance.stages - stage, regime)
            path = path_of(instance, shock)
            if path is not None:
                actions = tuple(_actions(walker, path, stage))
                odds = _odds_of_change(instance, path, stage) if regime is not now else float("nan")
                chapters.append(Chapter(stage, regime, odds, actions))
    return tuple(chapters)


def _odds_of_change(instance: PlanInstance, path: Sequence[int], stage: int) -> float:
    """Odds that the regime of a path comes in its quarter, given the state before, whatever the ramp."""
    row = instance.transition[path[stage - 1]]
    regime = instance.states[path[stage]].regime
    return float(
        sum(odds for odds, state in zip(row, instance.states, strict=True) if state.regime is regime)
    )


def _actions(walker: Walker, path: Sequence[int], stage: int) -> list[Action]:
    """Everything done in the year from a stage on, merged by what it is, sorted by time and worth."""
    walk = walker.walk(path)
    merged: dict[tuple[When, Deed, str, str, str], tuple[float, float]] = {}
    for later in range(stage, min(stage + YEAR, len(path))):
        for action in _done(walker, walk, later, first=later == stage):
            key = (action.when, action.deed, action.accelerator, action.workload, action.ecosystem)
            amount, worth = merged.get(key, (0.0, 0.0))
            merged[key] = (amount + action.amount, worth + action.worth)
    actions = [Action(*key, *value) for key, value in merged.items()]
    order = list(When)
    return sorted(actions, key=lambda one: (order.index(one.when), -one.worth))


def _done(walker: Walker, walk: Walk, stage: int, *, first: bool) -> Iterator[Action]:
    """What is done in one quarter, each with its worth."""
    for deed, accelerator, workload, ecosystem, amount, bounds in _deeds(walker, walk, stage):
        if first:
            when = When.WEEK if deed in AT_ONCE else When.QUARTER
        elif deed in AT_ONCE:
            continue
        else:
            when = When.YEAR
        worth = _worth(walker, walk, stage, bounds)
        yield Action(when, deed, accelerator, workload, ecosystem, amount, worth)


_Deed = tuple[Deed, str, str, str, float, dict[int, Bounds]]


def _deeds(walker: Walker, walk: Walk, stage: int) -> Iterator[_Deed]:
    """Decisions of one quarter that are large enough, each with the bounds that forbid it."""
    instance, reader = walker.instance, walker.reader
    values, columns = walk.answers[stage].columns, reader.columns
    scale, ids = walker.setting.layout.unit_scale, instance.fleet.ids
    for deed, family in (
        (Deed.ORDER, columns.order),
        (Deed.RENT, columns.rent),
        (Deed.RESELL, columns.resell),
    ):
        for k, column in family.items():
            units = float(values[column] * scale[k])
            if units >= LEAST_UNITS:
                yield deed, ids[k], "", "", units, {column: (0.0, 0.0)}
    for (w, e), column in columns.port.items():
        if values[column] > LEAST_SHARE:
            names = instance.work.ids[w], instance.ecosystems[e]
            yield Deed.PORT, "", *names, float(values[column]), {column: (0.0, 0.0)}
    yield from _moves(walker, walk, stage)


def _moves(walker: Walker, walk: Walk, stage: int) -> Iterator[_Deed]:
    """Work that runs more on an accelerator than a quarter ago; forbidden: more than then."""
    instance, columns = walker.instance, walker.reader.columns
    now, before = walk.answers[stage].columns, walk.answers[stage - 1].columns
    pairs: dict[tuple[int, int], list[int]] = {}
    for (w, k, _), column in columns.run.items():
        pairs.setdefault((w, k), []).append(column)
    for (w, k), both in pairs.items():
        more = float(sum(now[column] - before[column] for column in both))
        if more > LEAST_SHARE:
            bounds = {column: (0.0, max(0.0, float(before[column]))) for column in both}
            yield Deed.MOVE, instance.fleet.ids[k], instance.work.ids[w], "", more, bounds


def _worth(walker: Walker, walk: Walk, stage: int, bounds: dict[int, Bounds]) -> float:
    """Rise of the objective when the bounds hold in this quarter, currency."""
    state = walk.states[stage]
    problem = with_bounds(walker.setting.problem.nodes[stage][walker.position(stage, state)], bounds)
    incoming = walk.answers[stage - 1].outgoing
    without = walker.changed_model(problem, stage, state).solve(incoming, integer=True)
    rise = without.value - walk.answers[stage].value
    return max(0.0, rise) * walker.setting.layout.cost_scale
