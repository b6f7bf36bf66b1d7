"""Stochastic dual dynamic programming on a Markov chain (Pereira and Pinto 1991; Philpott and de Matos 2012).

An iteration samples paths of Markov states, decides along them with the present cuts (forward), then goes
back through the stages and adds, at every state that a path left, a cut for *all* Markov states of the
stage: they share the trial point, so a cut for each regime costs one warm solve.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from junshi.plan.nodes.crew import Crew
from junshi.plan.nodes.owner import FutureCuts
from junshi.plan.paths import sample_states
from junshi.plan.policy import Policy
from junshi.plan.risk import RiskMeasure
from junshi.plan.stage_problem import MultistageProblem

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Cut = tuple[FloatArray, FloatArray]


@dataclass(frozen=True)
class TrainSettings:
    """How to train; the defaults suit a plan of 12 quarters and 12 states.

    Attributes
    ----------
    iterations : most iterations
    paths : forward paths an iteration
    seed : of the sampled paths
    workers : processes; the result does not depend on it
    steadiness : weight of the running mean of a node's past trial states in the next one: cuts are made
        between the state that the cuts lead to and where they led before, which damps the swings of early
        iterations (an in-out step, Ben-Ameur and Neto 2007; a cut is valid at any state)
    exploration : share of transitions drawn uniformly among possible states instead of by the odds
    select_every : iterations between two selections of cuts
    seconds : time limit, None = none (a run that it stops depends on the machine's speed)
    integer_forward : forward paths respect the integer columns: cuts are made where the policy will go
    switch_cuts : every second iteration the forward paths are relaxed, which raises the proven bound, and the
        cuts of the others know that a port is whole or not
    """

    iterations: int = 1000
    paths: int = 2
    seed: int = 0
    workers: int = 1
    steadiness: float = 0.3
    exploration: float = 0.05
    select_every: int = 20
    seconds: float | None = None
    integer_forward: bool = False
    switch_cuts: bool = False


@dataclass(frozen=True)
class Progress:
    """What a caller sees after each iteration."""

    iteration: int
    lower_bound: float
    seconds: float


@dataclass
class TrainLog:
    """Lower bound by iteration and the reason of the stop (`iterations`, `time`, `asked`, `stalled`)."""

    bounds: list[float] = field(default_factory=list)
    seconds: float = 0.0
    stop_reason: str = ""


def train(
    problem: MultistageProblem,
    risk: RiskMeasure,
    settings: TrainSettings,
    *,
    policy: Policy | None = None,
    on_progress: Callable[[Progress], bool] | None = None,
) -> tuple[Policy, TrainLog]:
    """Train a policy in a crew of its own; see `train_with`.

    Parameters
    ----------
    policy : cuts to go on from (resume)
    on_progress : called after each iteration; True asks for a stop

    Raises
    ------
    SolverTrouble : a node could not be solved
    """
    policy = Policy.empty(problem, risk) if policy is None else policy
    with Crew(problem, settings.workers) as crew:
        load_cuts(crew, policy)
        log = train_with(crew, policy, settings, on_progress=on_progress)
    return policy, log


def train_with(
    crew: Crew,
    policy: Policy,
    settings: TrainSettings,
    *,
    on_progress: Callable[[Progress], bool] | None = None,
) -> TrainLog:
    """Iterate until a limit is reached or a stop is asked for; the policy grows in place."""
    started = time.monotonic()
    log = TrainLog()
    for _ in range(settings.iterations):
        rng = np.random.default_rng([settings.seed, policy.iterations])
        states = sample_states(policy.problem, settings.paths, rng, settings.exploration)
        whole = settings.integer_forward and not (settings.switch_cuts and policy.iterations % 2)
        trial = forward_states(crew, policy, states, integer=whole)
        if policy.iterations % FREE_EVERY:
            steady_trial(policy, states, trial, settings.steadiness)
        switch = policy.iterations // 2 if settings.switch_cuts and whole else None
        policy.lower_bound = max(policy.lower_bound, backward_pass(crew, policy, trial, rng, switch))
        policy.iterations += 1
        if policy.iterations % settings.select_every == 0:
            load_cuts(crew, policy)
        log.bounds.append(policy.lower_bound)
        log.seconds = time.monotonic() - started
        asked = on_progress is not None and on_progress(
            Progress(policy.iterations, policy.lower_bound, log.seconds)
        )
        if asked:
            log.stop_reason = "asked"
            return log
        if settings.seconds is not None and log.seconds > settings.seconds:
            log.stop_reason = "time"
            return log
    log.stop_reason = "iterations"
    return log


def forward_states(crew: Crew, policy: Policy, states: IntArray, *, integer: bool) -> list[FloatArray]:
    """Decide along paths, states of shape [path, stage].

    Returns
    -------
    states left by each stage but the last, each of shape [path, dimension]
    """
    problem = policy.problem
    paths = states.shape[0]
    incoming = np.tile(problem.initial_state, (paths, 1))
    trial = []
    for stage in range(problem.stages - 1):
        answers = crew.decide(stage, states[:, stage], incoming, integer=integer)
        incoming = np.stack([answer.outgoing for answer in answers])
        trial.append(incoming)
    return trial


FREE_EVERY = 3
"""Every so many iterations the trial states are left where they are: so the last per mille closes too."""

MEMORY = 0.7
"""Weight of the past in the running mean of trial states."""


def steady_trial(policy: Policy, states: IntArray, trial: list[FloatArray], steadiness: float) -> None:
    """Move the trial states towards the running means of their nodes, and update the means; in place."""
    if steadiness == 0:
        return
    for stage, points in enumerate(trial):
        for path, point in enumerate(points):
            node = (stage, int(states[path, stage]))
            mean = policy.steady.get(node)
            if mean is None:
                policy.steady[node] = point.copy()
                continue
            policy.steady[node] = MEMORY * mean + (1 - MEMORY) * point
            points[path] = (1 - steadiness) * point + steadiness * mean


def refresh_odds(problem: MultistageProblem) -> list[FloatArray]:
    """Probability with which each state's value is computed anew in a backward pass, by stage.

    A state that is reached seldom is refreshed seldom; in between its highest cut stands for its value,
    which keeps every cut valid.
    """
    reach = problem.initial_odds
    odds = [np.ones_like(reach)]
    for transition in problem.transition:
        reach = reach @ transition
        odds.append(np.clip(reach / ALWAYS_FROM, SELDOM, 1.0))
    return odds


ALWAYS_FROM, SELDOM = 0.05, 0.2
"""Reach from which on a state is refreshed in every iteration; share of iterations for the rarest."""


def backward_pass(
    crew: Crew,
    policy: Policy,
    trial: list[FloatArray],
    rng: np.random.Generator,
    switch: int | None = None,
) -> float:
    """Add cuts at the trial points of every stage, last first; returns the lower bound at the root.

    Parameters
    ----------
    switch : make cuts that know this switch of each node; None for cuts of the relaxed nodes
    """
    problem = policy.problem
    pending: list[Cut] = []
    refresh = refresh_odds(problem)
    for stage in range(problem.stages - 1, 0, -1):
        points = trial[stage - 1]
        fresh = rng.random(refresh[stage].size) < refresh[stage]
        if policy.value[stage].count == 0:
            fresh[:] = True
        values, slopes = _ask_backward(crew, policy, stage, pending, points, fresh, switch)
        first = policy.future[stage - 1].count
        for index, point in enumerate(points):
            policy.add_cuts(stage, point, values[index], slopes[index])
        family = policy.future[stage - 1]
        pending = [(family.alpha[i], family.beta[i]) for i in range(first, family.count)]
    every = np.ones(problem.initial_odds.size, dtype=bool)
    values, _ = _ask_backward(crew, policy, 0, pending, problem.initial_state[None, :], every, None)
    return policy.root_bound(values[0])


def _ask_backward(
    crew: Crew,
    policy: Policy,
    stage: int,
    pending: list[Cut],
    points: FloatArray,
    fresh: BoolArray,
    switch: int | None,
) -> tuple[FloatArray, FloatArray]:
    """Value [point, state], slope [point, state, dimension]; states not fresh take their highest cut."""
    count = fresh.size
    arguments = []
    wanted = []
    for share in range(crew.size):
        owned = np.arange(share, count, crew.size)
        wanted.append(owned[fresh[owned]])
        cuts = [FutureCuts(owned, alpha[owned], beta[owned]) for alpha, beta in pending]
        arguments.append((stage, cuts, wanted[-1], points, switch))
    if fresh.all():
        values = np.empty((len(points), count))
        slopes = np.empty((len(points), count, points.shape[1]))
    else:
        values, slopes = policy.value[stage].highest(points)
    for states, (part, slope) in zip(wanted, crew.ask("backward", arguments), strict=True):
        values[:, states] = part
        slopes[:, states] = slope
    return values, slopes


def load_cuts(crew: Crew, policy: Policy) -> None:
    """Give every node its dominating cuts and drop the others from the models (the policy keeps all)."""
    for stage, family in enumerate(policy.future):
        if family.count == 0:
            continue
        count = len(policy.problem.nodes[stage])
        chosen: list[dict[int, tuple[FloatArray, FloatArray]]] = [{} for _ in range(crew.size)]
        for state in range(count):
            kept = policy.dominating(stage, state)
            chosen[crew.owner_of(state)][state] = (family.alpha[kept, state], family.beta[kept, state])
        crew.ask("select", [(stage, part) for part in chosen])
