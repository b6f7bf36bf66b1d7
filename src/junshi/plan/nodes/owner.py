"""The nodes of some Markov states, kept warm in one process.

Each Markov state has exactly one owner, whatever the number of processes, and an owner sees the same
requests in the same order: so the result does not depend on how many processes share the work.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.plan.nodes.model import NodeModel, NodeSolution
from junshi.plan.nodes.switches import find_switches
from junshi.plan.stage_problem import MultistageProblem

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class FutureCuts:
    """One future cut for each owned state (global indices): alpha [state], beta [state, dimension]."""

    states: IntArray
    alpha: FloatArray
    beta: FloatArray


class NodeOwner:
    """Holds and solves the node models of `states[t]` for each stage t."""

    def __init__(self, problem: MultistageProblem, share: int, shares: int) -> None:
        """Own every state whose index is `share` modulo `shares`."""
        self.problem = problem
        self.states = [np.arange(share, len(nodes), shares) for nodes in problem.nodes]
        self._models: dict[tuple[int, int], NodeModel] = {}
        for stage, owned in enumerate(self.states):
            box = incoming_box(problem, stage)
            switches = () if stage == 0 else find_switches(problem.nodes[stage - 1][0])
            last = stage == problem.stages - 1
            for state in owned:
                floor = None if last else float(problem.floor[stage + 1])
                label = f"{stage}/{state}"
                node = problem.nodes[stage][int(state)]
                self._models[stage, int(state)] = NodeModel(node, floor, label, box, switches)

    def add_cuts(self, stage: int, cuts: FutureCuts) -> None:
        """Append a cut to each owned node of a stage."""
        for state, alpha, beta in zip(cuts.states, cuts.alpha, cuts.beta, strict=True):
            self._models[stage, int(state)].add_cut(float(alpha), beta)

    def replace_cuts(self, stage: int, state: int, alphas: FloatArray, betas: FloatArray) -> None:
        """Load a selection of cuts into one node."""
        self._models[stage, state].replace_cuts(alphas, betas)

    def decide(self, stage: int, state: int, incoming: FloatArray, *, integer: bool) -> NodeSolution:
        """Solve one owned node."""
        return self._models[stage, state].solve(incoming, integer=integer)

    def value_slopes(
        self, stage: int, wanted: IntArray, points: FloatArray, switch: int | None
    ) -> tuple[FloatArray, FloatArray]:
        """Value and slope of owned states at each point: [point, wanted], [point, wanted, dimension].

        Parameters
        ----------
        switch : make cuts that know this switch, where a node has one; None for cuts of the relaxed nodes
        """
        values = np.empty((len(points), len(wanted)))
        slopes = np.empty((len(points), len(wanted), points.shape[1]))
        for position, state in enumerate(wanted):
            model = self._models[stage, int(state)]
            for index, point in enumerate(points):
                cut = None if switch is None else model.switch_cut(point, switch)
                if cut is not None:
                    values[index, position], slopes[index, position] = cut
                    continue
                answer = model.solve(point)
                values[index, position] = answer.value
                slopes[index, position] = answer.slope
        return values, slopes


def incoming_box(problem: MultistageProblem, stage: int) -> tuple[FloatArray, FloatArray] | None:
    """Least and largest state that the stage before can leave; None at the first stage."""
    if stage == 0:
        return None
    before = problem.nodes[stage - 1]
    lower = np.min([node.col_lower[node.outgoing] for node in before], axis=0)
    upper = np.max([node.col_upper[node.outgoing] for node in before], axis=0)
    return lower, upper
