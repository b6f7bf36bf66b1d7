"""A policy along paths of Markov states: what it does and what it costs, with the interval of the mean.

The mean is estimated with a control variate made from the value cuts: along a path, the sum of
V(x, s') - E[V(x, .) | s] has mean zero whatever V is, and removes most of the luck of the path.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.plan.nodes.crew import Crew
from junshi.plan.policy import Policy

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
NORMAL_95 = 1.959964


@dataclass(frozen=True)
class Simulation:
    """A policy followed along paths.

    Attributes
    ----------
    states : Markov states, shape [path, stage]
    stage_cost : shape [path, stage]
    columns : decisions of each stage, shape [path, column of that stage]
    outgoing : state left by each stage, shape [path, dimension]
    ahead : ahead[t], lower bounds of the values of all states of stage t + 1 as each path leaves stage t,
        shape [path, state]; for all stages but the last
    luck : control variate of each path, mean zero
    weights : of the paths, sum 1: equal when sampled, probabilities when the whole tree is known
    exact : the paths are all that exist
    """

    states: IntArray
    stage_cost: FloatArray
    columns: tuple[FloatArray, ...]
    outgoing: tuple[FloatArray, ...]
    ahead: tuple[FloatArray, ...]
    luck: FloatArray
    weights: FloatArray
    exact: bool = False

    @property
    def total(self) -> FloatArray:
        """Cost of each path."""
        return np.asarray(self.stage_cost.sum(axis=1))

    def mean(self) -> tuple[float, float]:
        """Mean cost and its standard error, luck removed."""
        return sample_mean(self.total - self.luck)


def simulate(crew: Crew, policy: Policy, states: IntArray, *, integer: bool = True) -> Simulation:
    """Follow the policy along paths of states, shape [path, stage]; stages in step, paths in order."""
    problem = policy.problem
    paths, stages = states.shape
    incoming = np.tile(problem.initial_state, (paths, 1))
    cost = np.empty((paths, stages))
    luck = np.zeros(paths)
    columns, outgoing, aheads = [], [], []
    for stage in range(stages):
        answers = crew.decide(stage, states[:, stage], incoming, integer=integer)
        cost[:, stage] = [answer.stage_cost for answer in answers]
        columns.append(np.stack([answer.columns for answer in answers]))
        incoming = np.stack([answer.outgoing for answer in answers])
        outgoing.append(incoming)
        if stage + 1 < stages:
            ahead = policy.values_ahead(stage, incoming)
            aheads.append(ahead)
            expected = np.einsum("ps,ps->p", problem.transition[stage][states[:, stage]], ahead)
            luck += ahead[np.arange(paths), states[:, stage + 1]] - expected
    return Simulation(
        states, cost, tuple(columns), tuple(outgoing), tuple(aheads), luck, np.full(paths, 1.0 / paths)
    )


def sample_mean(values: FloatArray) -> tuple[float, float]:
    """Mean of equally likely values and its standard error (infinite for a single value)."""
    count = len(values)
    error = float(values.std(ddof=1) / np.sqrt(count)) if count > 1 else float("inf")
    return float(values.mean()), error
