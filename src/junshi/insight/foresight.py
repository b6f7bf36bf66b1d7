"""The least cost of one path of states when all of it is known from the start: perfect information."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from junshi.plan.extensive import ExtensiveSolution, solve_extensive
from junshi.plan.risk import Expectation
from junshi.plan.stage_problem import MultistageProblem, StageProblem

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
NO_INTEGERS = np.zeros(0, dtype=np.int64)


def path_problem(problem: MultistageProblem, path: IntArray, *, relaxed: bool) -> MultistageProblem:
    """Problem of one path, each stage with one state only; `relaxed` drops the integers."""

    def node(stage: int, state: int) -> StageProblem:
        found = problem.nodes[stage][state]
        return replace(found, integers=NO_INTEGERS) if relaxed else found

    certain = np.ones((1, 1))
    return MultistageProblem(
        initial_state=problem.initial_state,
        initial_odds=np.ones(1),
        transition=tuple(certain for _ in range(problem.stages - 1)),
        nodes=tuple((node(t, int(s)),) for t, s in enumerate(path)),
        floor=problem.floor,
    )


def solve_path(problem: MultistageProblem, path: IntArray, *, relaxed: bool = True) -> ExtensiveSolution:
    """Best decisions along one known path.

    Parameters
    ----------
    problem : plain problem
    path : Markov states, shape [stage]
    relaxed : leave out the integers: quicker, and at most as dear

    Raises
    ------
    SolverTrouble : no optimum
    """
    return solve_extensive(path_problem(problem, path, relaxed=relaxed), Expectation(), mip_gap=1e-4)


def foresight_costs(problem: MultistageProblem, paths: IntArray) -> FloatArray:
    """Scaled least cost of each path, integers left out: no policy can cost less on it; shape [path]."""
    known: dict[tuple[int, ...], float] = {}
    costs = []
    for path in paths:
        key = tuple(int(state) for state in path)
        if key not in known:
            known[key] = solve_path(problem, path).objective
        costs.append(known[key])
    return np.array(costs)
