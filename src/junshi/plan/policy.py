"""A policy: future cuts that answer (stage, Markov state, stock) with a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from junshi.plan.cuts import CutFamily
from junshi.plan.risk import RiskMeasure, risk_of
from junshi.plan.stage_problem import MultistageProblem

FloatArray = NDArray[np.float64]


@dataclass
class Policy:
    """Cuts found for a multistage problem.

    Attributes
    ----------
    future : future[t] holds the future cuts of the nodes of stage t, for t = 0..T-2
    value : value[t] holds the value cuts of the states of stage t, for t = 1..T-1 (value[0] is unused)
    trial : trial[t], outgoing states of stage t at which the cuts were made, shape [cut, dimension]
    steady : running mean of the trial states of each (stage, Markov state)
    lower_bound : proven lower bound of the optimal risk-adjusted cost
    """

    problem: MultistageProblem
    risk: RiskMeasure
    future: list[CutFamily]
    value: list[CutFamily]
    trial: list[list[FloatArray]]
    steady: dict[tuple[int, int], FloatArray] = field(default_factory=dict)
    lower_bound: float = -np.inf
    iterations: int = 0

    @classmethod
    def empty(cls, problem: MultistageProblem, risk: RiskMeasure) -> Policy:
        """No cuts yet: the future is at its floor."""
        dimensions = [nodes[0].outgoing.size for nodes in problem.nodes]
        counts = [len(nodes) for nodes in problem.nodes]
        stages = problem.stages
        return cls(
            problem,
            risk,
            future=[CutFamily(counts[t], dimensions[t]) for t in range(stages - 1)],
            value=[CutFamily(counts[t], dimensions[max(t - 1, 0)]) for t in range(stages)],
            trial=[[] for _ in range(stages - 1)],
        )

    def add_cuts(self, stage: int, point: FloatArray, values: FloatArray, slopes: FloatArray) -> None:
        """Cuts at `point`, left by `stage - 1`, from values and slopes of the states of `stage`."""
        alphas = values - slopes @ point
        self.value[stage].add(alphas, slopes)
        odds = self.problem.transition[stage - 1]
        weights = np.stack([self.risk.weights(values, row) for row in odds])
        self.future[stage - 1].add(weights @ alphas, weights @ slopes)
        self.trial[stage - 1].append(point)

    def truncated(self, cuts: Sequence[int]) -> Policy:
        """Policy of the first `cuts[t]` cuts of each stage; the lower bound is kept, it was proven once."""
        return Policy(
            self.problem,
            self.risk,
            [family.head(count) for family, count in zip(self.future, cuts, strict=True)],
            [
                self.value[0],
                *(family.head(count) for family, count in zip(self.value[1:], cuts, strict=True)),
            ],
            [points[:count] for points, count in zip(self.trial, cuts, strict=True)],
            dict(self.steady),
            self.lower_bound,
            self.iterations,
        )

    @property
    def cut_counts(self) -> list[int]:
        """Number of cuts of each stage but the last."""
        return [family.count for family in self.future]

    def values_ahead(self, stage: int, points: FloatArray) -> FloatArray:
        """Lower bounds of the values of all states of `stage + 1`: points [point, dim] → [point, state]."""
        return self.value[stage + 1].values(points, float(self.problem.floor[stage + 1]))

    def root_bound(self, values: FloatArray) -> float:
        """Risk of the values of the states of stage 0."""
        return risk_of(self.risk, values, self.problem.initial_odds)

    def dominating(self, stage: int, state: int) -> NDArray[np.int64]:
        """Cuts of a node that are highest at some trial point (level-one selection, de Matos et al. 2015)."""
        family = self.future[stage]
        points = np.asarray(self.trial[stage])
        heights = points @ family.beta[:, state].T + family.alpha[:, state]
        return np.unique(np.argmax(heights, axis=1))
