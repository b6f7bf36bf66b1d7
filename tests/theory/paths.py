"""Exact figures of a trained policy on small trees: every path is followed, none is sampled."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from junshi.plan.decomposition.train import TrainSettings, load_cuts, train
from junshi.plan.end_of_horizon import plain_costs
from junshi.plan.nodes.crew import Crew
from junshi.plan.policy import Policy
from junshi.plan.risk import Expectation, RiskMeasure
from junshi.plan.simulate import simulate
from junshi.plan.stage_problem import MultistageProblem

FloatArray = NDArray[np.float64]


ROUNDS = 5


def trained(
    problem: MultistageProblem, risk: RiskMeasure | None = None, *, iterations: int = 30, paths: int = 3
) -> Policy:
    """Policy after a fixed number of iterations, with exploration, in this process.

    Training starts with cold models a few times: among decisions of equal value under the present cuts a warm
    model keeps its last one, so that the others would never be cut off.
    """
    policy = Policy.empty(problem, Expectation() if risk is None else risk)
    settings = TrainSettings(
        iterations=max(1, iterations // ROUNDS), paths=paths, exploration=0.4, steadiness=0.0
    )
    for _ in range(ROUNDS):
        train(problem, policy.risk, settings, policy=policy)
    return policy


def all_paths(problem: MultistageProblem) -> tuple[NDArray[np.int64], FloatArray]:
    """Every path of positive probability, shape [path, stage], and its probability, shape [path]."""
    states = np.array(list(product(*(range(len(nodes)) for nodes in problem.nodes))), dtype=np.int64)
    odds = problem.initial_odds[states[:, 0]].copy()
    for stage, matrix in enumerate(problem.transition):
        odds *= matrix[states[:, stage], states[:, stage + 1]]
    return states[odds > 0], odds[odds > 0]


def path_costs(policy: Policy, *, integer: bool = True) -> tuple[FloatArray, FloatArray]:
    """Total cost of the policy on every path, and the probability of the path."""
    states, odds = all_paths(policy.problem)
    with Crew(policy.problem, 1) as crew:
        load_cuts(crew, policy)
        return simulate(crew, policy, states, integer=integer).total, odds


def plain_path_costs(policy: Policy, plain: MultistageProblem) -> tuple[FloatArray, FloatArray]:
    """Total cost on each path without the terms of an end-of-horizon risk, and the path's probability."""
    states, odds = all_paths(policy.problem)
    with Crew(policy.problem, 1) as crew:
        load_cuts(crew, policy)
        run = simulate(crew, policy, states)
    parts = [plain_costs(plain, stage, states[:, stage], run.columns[stage]) for stage in range(plain.stages)]
    return np.sum(parts, axis=0), odds


def decision(policy: Policy, stage: int, state: int, incoming: FloatArray) -> FloatArray:
    """State that the policy leaves after one node."""
    with Crew(policy.problem, 1) as crew:
        load_cuts(crew, policy)
        (answer,) = crew.decide(stage, np.array([state]), incoming[None, :], integer=False)
    outgoing: FloatArray = answer.outgoing
    return outgoing


def first_decision(policy: Policy) -> FloatArray:
    """State that the policy leaves after the first stage, whose only Markov state is 0."""
    return decision(policy, 0, 0, policy.problem.initial_state)
