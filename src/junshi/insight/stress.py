"""Stress: what a policy serves, for how long, and what recovery costs, when things go wrong.

The policy is the one that was planned: it did not expect the shock more than its odds say. Besides a grid of
cut-offs and a few named shocks, the worst case is searched for twice: a beam search over sequences of states
that the chain can take (which finds correlated failures of imports and ramp), and a coordinate search over
the parts of a compound shock (start, length, ramp, price, flaw).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from junshi.insight.shock import Shock, calm_path, changed_problems, path_of
from junshi.insight.solve import Solved
from junshi.insight.walk import Walk, Walker
from junshi.plan.instance import PlanInstance
from junshi.plan.nodes.model import NodeSolution
from junshi.terms import Ramp, Regime

FloatArray = NDArray[np.float64]

LEAST_SERVED = 0.9
"""Critical work below this share counts as failed."""

ROUNDING = 1e-9
"""Differences of cost below this share are the solver's rounding."""

BEAM = 6
"""Partial paths kept at each stage of the search for the worst path."""


@dataclass(frozen=True)
class Outcome:
    """A shock and what came of it.

    Attributes
    ----------
    served_critical, served_all : share by stage
    fails_after : quarters from the start of the shock until critical work falls below the least share;
        0 = at once, None = not within the horizon
    quarters_failed : quarters below it from the start of the shock on
    recovery_cost : discounted cost beyond that of the calm path, currency
    """

    shock: Shock
    served_critical: FloatArray
    served_all: FloatArray
    fails_after: int | None
    quarters_failed: int
    recovery_cost: float


@dataclass(frozen=True)
class WorstPath:
    """Costliest sequence of states found, its odds, and what was served."""

    states: tuple[int, ...]
    odds: float
    cost: float
    extra: float
    served_critical: FloatArray


@dataclass(frozen=True)
class StressTest:
    """All that `junshi stress` finds.

    Attributes
    ----------
    calm_critical : critical work served on the calm path, by stage
    lasting : the cut-off from the second quarter on, for good; None when it is not planned for
    least : least critical share from the start of a cut-off on, shape [start - 1, quarters - 1]; NaN = none
    named : named shocks
    worst_path : found by beam search
    worst_shock : found by coordinate search
    tried : number of paths walked
    """

    instance: PlanInstance
    least_served: float
    calm_critical: FloatArray
    calm_cost: float
    lasting: Outcome | None
    least: FloatArray
    named: tuple[Outcome, ...]
    worst_path: WorstPath
    worst_shock: Outcome
    tried: int


def stress(solved: Solved, *, least_served: float = LEAST_SERVED) -> StressTest:
    """Walk a policy through everything that may go wrong.

    Raises
    ------
    SolverTrouble : a stage problem could not be solved
    """
    tester = _Tester(Walker(solved.setting, solved.policy), least_served)
    instance = tester.instance
    named = [outcome for shock in named_shocks(instance) if (outcome := tester.outcome(shock)) is not None]
    grid = tester.grid()
    return StressTest(
        instance=instance,
        least_served=least_served,
        calm_critical=tester.calm.served(critical=True),
        calm_cost=float(tester.calm.cost.sum()),
        lasting=tester.outcome(Shock("cut_off", 1, instance.stages - 1, Regime.CUT_OFF)),
        least=grid,
        named=tuple(named),
        worst_path=tester.worst_path(),
        worst_shock=tester.worst_shock(),
        tried=tester.tried,
    )


def named_shocks(instance: PlanInstance) -> list[Shock]:
    """Shocks from the second quarter on that one asks about first."""
    rest = instance.stages - 1
    year = min(4, rest)
    shocks = [
        Shock("cut_off", 1, rest, Regime.CUT_OFF),
        Shock("cut_off_year", 1, year, Regime.CUT_OFF),
        Shock("both_sides", 1, rest, Regime.CUT_OFF, Ramp.SLOW),
        Shock("ramp_failure", 1, rest, None, Ramp.SLOW),
        Shock("price", 1, year, price=1.5),
    ]
    shocks += [Shock("flaw", 1, 1, flaw=name) for name in _used_ecosystems(instance)]
    return shocks


def _used_ecosystems(instance: PlanInstance) -> list[str]:
    """Ecosystems of accelerators that are installed or can be had."""
    fleet = instance.fleet
    there = (fleet.installed > 0) | (fleet.available.max(axis=(0, 1)) > 0)
    return [name for e, name in enumerate(instance.ecosystems) if np.any(there & (fleet.ecosystem == e))]


class _Tester:
    """Walks shocks against the calm path; remembers what was walked."""

    def __init__(self, walker: Walker, least_served: float) -> None:
        self.walker, self.least_served = walker, least_served
        self.instance = walker.instance
        self.tried = 0
        self.calm = self._walk(calm_path(self.instance), None)
        self._known: dict[Shock, Outcome | None] = {}

    def _walk(self, path: Sequence[int], shock: Shock | None) -> Walk:
        self.tried += 1
        return self.walker.walk(path, None if shock is None else changed_problems(self.walker, shock))

    def outcome(self, shock: Shock) -> Outcome | None:
        """What comes of a shock; None when its state is not planned for."""
        if shock not in self._known:
            path = path_of(self.instance, shock)
            self._known[shock] = None if path is None else self._judged(shock, self._walk(path, shock))
        return self._known[shock]

    def _judged(self, shock: Shock, walk: Walk) -> Outcome:
        critical = walk.served(critical=True)
        failed = np.flatnonzero(critical[shock.start :] < self.least_served)
        calm = float(self.calm.cost.sum())
        extra = float(walk.cost.sum()) - calm
        return Outcome(
            shock=shock,
            served_critical=critical,
            served_all=walk.served(critical=False),
            fails_after=int(failed[0]) if failed.size else None,
            quarters_failed=int(failed.size),
            recovery_cost=extra if abs(extra) > ROUNDING * abs(calm) else 0.0,
        )

    def grid(self) -> FloatArray:
        """Least critical share from the start of each cut-off on, shape [start - 1, quarters - 1]."""
        stages = self.instance.stages
        least = np.full((stages - 1, stages - 1), np.nan)
        for start in range(1, stages):
            for quarters in range(1, stages - start + 1):
                outcome = self.outcome(Shock("cut_off", start, quarters, Regime.CUT_OFF))
                if outcome is not None:
                    least[start - 1, quarters - 1] = float(outcome.served_critical[start:].min())
        return least

    def worst_path(self) -> WorstPath:
        """Costliest path of possible moves: a beam search, ranked by cost so far and the cuts' view ahead."""
        instance, walker = self.instance, self.walker
        first = walker.model(0, instance.initial).solve(walker.setting.problem.initial_state, integer=True)
        beam: list[tuple[tuple[int, ...], tuple[NodeSolution, ...], float]] = [
            ((instance.initial,), (first,), 1.0)
        ]
        for stage in range(1, instance.stages):
            grown = []
            for states, answers, odds in beam:
                move = instance.transition[states[-1]]
                for state in np.flatnonzero(move > 0):
                    answer = walker.model(stage, int(state)).solve(answers[-1].outgoing, integer=True)
                    spent = sum(one.stage_cost for one in answers)
                    rank = spent + answer.value
                    grown.append((rank, (*states, int(state)), (*answers, answer), odds * float(move[state])))
            self.tried += len(grown)
            grown.sort(key=lambda one: (-one[0], one[1]))
            beam = [(states, answers, odds) for _, states, answers, odds in grown[:BEAM]]
        return max((self._as_worst(*one) for one in beam), key=lambda one: one.cost)

    def _as_worst(self, states: tuple[int, ...], answers: tuple[NodeSolution, ...], odds: float) -> WorstPath:
        plain = [self.walker.plain_node(t, s) for t, s in enumerate(states)]
        walk = self.walker.reading(states, answers, plain)
        cost = float(walk.cost.sum())
        return WorstPath(states, odds, cost, cost - float(self.calm.cost.sum()), walk.served(critical=True))

    def worst_shock(self) -> Outcome:
        """Compound shock with the most critical work unserved, then the dearest; one part changed a step."""
        best: Outcome | None = None
        for shock in self._starts():
            found = self._climbed(shock)
            if best is None or _badness(found) > _badness(best):
                best = found
        if best is None:
            return self._judged(Shock("calm", self.instance.stages, 0), self.calm)
        return best

    def _starts(self) -> list[Shock]:
        """From where the search sets out: early and late, both sides."""
        stages = self.instance.stages
        starts = [Shock("compound", 1, stages - 1, Regime.CUT_OFF, Ramp.SLOW)]
        if stages > 3:
            starts.append(Shock("compound", stages // 2, stages - stages // 2, Regime.CUT_OFF, Ramp.SLOW))
        return [shock for shock in starts if self.outcome(shock) is not None] or [Shock("compound", 1, 1)]

    def _climbed(self, shock: Shock) -> Outcome:
        best = self.outcome(shock)
        if best is None:
            message = "the search sets out from a shock that is not planned for"
            raise ValueError(message)
        improved = True
        while improved:
            improved = False
            for vary in (self._starts_of, self._lengths_of, self._states_of, self._extras_of):
                for candidate in vary(best.shock):
                    found = self.outcome(candidate)
                    if found is not None and _badness(found) > _badness(best):
                        best, improved = found, True
        return best

    def _starts_of(self, shock: Shock) -> list[Shock]:
        stages = self.instance.stages
        return [
            replace(shock, start=start, quarters=min(shock.quarters, stages - start))
            for start in range(1, stages)
        ]

    def _lengths_of(self, shock: Shock) -> list[Shock]:
        return [replace(shock, quarters=n) for n in range(1, self.instance.stages - shock.start + 1)]

    def _states_of(self, shock: Shock) -> list[Shock]:
        return [
            replace(shock, regime=regime, ramp=ramp) for regime in Regime for ramp in (Ramp.SLOW, Ramp.BASE)
        ]

    def _extras_of(self, shock: Shock) -> list[Shock]:
        flaws = [replace(shock, flaw=name) for name in (None, *_used_ecosystems(self.instance))]
        return [*flaws, replace(shock, price=1.0), replace(shock, price=1.5)]


def _badness(outcome: Outcome) -> tuple[float, float]:
    """Unserved critical work over the horizon, then the extra cost."""
    return float((1.0 - outcome.served_critical).sum().round(6)), outcome.recovery_cost
