"""SDDP against the extensive form (linopy with HiGHS, mpi-sppy) and progressive hedging, by horizon.

Four import regimes move every quarter, so the tree has 4^(T-1) leaves. SDDP stops when its policy is within
1 % of the proven bound (upper end of the 95 % interval); the extensive forms are solved to optimality.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pyomo.environ as pyo

from benchmarks.limited import within
from benchmarks.linopy_tree import linopy_model
from benchmarks.measure import timed
from benchmarks.pyomo_tree import extensive_model, progressive_hedging
from benchmarks.registry import Row, Subject
from benchmarks.synthetic import synthetic_instance
from junshi.plan.decomposition.bounds import estimate_gap
from junshi.plan.decomposition.train import TrainSettings, load_cuts, train_with
from junshi.plan.formulation.build import multistage_problem
from junshi.plan.nodes.crew import Crew
from junshi.plan.paths import sample_states
from junshi.plan.policy import Policy
from junshi.plan.risk import Expectation
from junshi.plan.simulate import simulate
from junshi.plan.stage_problem import MultistageProblem

REGIMES, ACCELERATORS, WORKLOADS = 4, 6, 8
GOAL, ROUND, SAMPLE, RHO = 0.01, 20, 100, 1.0


def problem_of(stages: int) -> MultistageProblem:
    """The planning problem of this benchmark."""
    return multistage_problem(synthetic_instance(stages, REGIMES, ACCELERATORS, WORKLOADS))[0]


def sddp(stages: int) -> tuple[float, float, float]:
    """CPU seconds, lower bound and upper end of the gap."""
    seconds, (bound, gap) = timed(lambda: _train(problem_of(stages)))
    return seconds, bound, gap


def _train(problem: MultistageProblem) -> tuple[float, float]:
    policy = Policy.empty(problem, Expectation())
    gap = np.inf
    with Crew(problem, 1) as crew:
        while gap > GOAL:
            train_with(crew, policy, TrainSettings(iterations=ROUND))
            load_cuts(crew, policy)
            rng = np.random.default_rng([7, policy.iterations])
            run = simulate(crew, policy, sample_states(problem, SAMPLE, rng))
            gap = estimate_gap(policy, run).gap_interval[1]
    return policy.lower_bound, gap


def linopy_highs(stages: int) -> tuple[float, float]:
    """CPU seconds and optimum."""

    def work() -> float:
        highs = linopy_model(problem_of(stages))
        highs.setOptionValue("threads", 1)
        highs.run()
        return float(highs.getObjectiveValue())

    return timed(work)


def mpisppy_extensive(stages: int) -> tuple[float, float]:
    """CPU seconds and optimum."""

    def work() -> float:
        solver, form = extensive_model(problem_of(stages))
        solver.solve(form)
        return float(pyo.value(form.EF_Obj))

    return timed(work)


def mpisppy_hedging(stages: int) -> tuple[float, float]:
    """CPU seconds and expected cost of the last iterate, which is not an implementable policy."""
    return timed(lambda: progressive_hedging(problem_of(stages), iterations=30, rho=RHO).cost)


COMPETITORS: dict[str, Callable[[int], tuple[float, float]]] = {
    "linopy + HiGHS": linopy_highs,
    "mpi-sppy EF": mpisppy_extensive,
    "mpi-sppy PH": mpisppy_hedging,
}


def measure(horizons: tuple[int, ...], limit: float, out: frozenset[str] = frozenset()) -> list[Row]:
    """One row a horizon; a competitor that was not done within the limit is not asked for a longer one.

    Parameters
    ----------
    limit : CPU seconds a method and horizon
    out : competitors that are not asked at all
    """
    warnings.simplefilter("ignore")
    missed = set(out)
    rows: list[Row] = []
    for stages in horizons:
        row: dict[str, object] = {"quarters": stages, "leaves": REGIMES ** (stages - 1)}
        answer = within(limit, sddp, stages)
        row["SDDP s"], bound, row["gap upper"] = answer or (f"> {limit:.0f}", np.nan, "")
        row["lower bound"] = bound
        for name, work in COMPETITORS.items():
            result = None if name in missed else within(limit, work, stages)
            if result is None:
                row[f"{name} s"] = "" if name in missed else f"> {limit:.0f}"
                missed.add(name)
                continue
            row[f"{name} s"] = result[0]
            row[f"{name} above bound"] = f"{(result[1] - bound) / abs(bound):.2%}"
        rows.append(row)
        print("   ", row, flush=True)
    return rows


SUBJECT = Subject(
    "growth",
    "CPU seconds to plan 2 to 20 quarters with four regimes, limit a method and horizon",
    {
        "short": lambda: measure((2, 3, 4), 60),
        "full": lambda: measure((2, 3, 4, 5, 6, 7, 8), 120),
        "long": lambda: measure((12, 16, 20), 300, frozenset(COMPETITORS)),
    },
)
