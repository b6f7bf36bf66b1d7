"""Building the extensive form: arrays tiled by Junshi, against linopy and mpi-sppy; equal optima asserted."""

from __future__ import annotations

import warnings

import numpy as np
import pyomo.environ as pyo

from benchmarks.linopy_tree import linopy_model
from benchmarks.measure import timed
from benchmarks.pyomo_tree import extensive_model
from benchmarks.registry import Row, Subject
from benchmarks.synthetic import synthetic_instance
from benchmarks.trees import fan
from junshi.plan.extensive import extensive_form
from junshi.plan.formulation.build import multistage_problem
from junshi.plan.risk import Expectation
from junshi.plan.stage_problem import MultistageProblem

REPEATS = 3


def measure(stages: int, paths: int) -> list[Row]:
    """CPU seconds from stage problems to a model loaded into HiGHS, then to its optimum."""
    problem, _ = multistage_problem(synthetic_instance(stages))
    tree = fan(problem, paths)
    warnings.simplefilter("ignore")
    linopy_model(fan(problem, 2))
    extensive_model(fan(problem, 2))
    rows = [_junshi(tree), _linopy(tree), _mpisppy(tree)]
    optima = [float(row["optimum"]) for row in rows]
    assert np.allclose(optima, optima[0], rtol=1e-6), optima
    thin = float(rows[0]["build s"])
    return [{**row, "ratio": float(row["build s"]) / thin} for row in rows]


def _junshi(tree: MultistageProblem) -> Row:
    builds = [timed(lambda: extensive_form(tree, Expectation()).model()) for _ in range(REPEATS)]
    solve, solution = timed(builds[-1][1].solve)
    model = builds[-1][1]
    return _row("junshi", [s for s, _ in builds], model.cols, solve, solution.objective)


def _linopy(tree: MultistageProblem) -> Row:
    builds = [timed(lambda: linopy_model(tree)) for _ in range(REPEATS)]
    highs = builds[-1][1]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    solve, _ = timed(highs.run)
    return _row("linopy", [s for s, _ in builds], highs.getNumCol(), solve, highs.getObjectiveValue())


def _mpisppy(tree: MultistageProblem) -> Row:
    build, (solver, form) = timed(lambda: extensive_model(tree))
    solve, _ = timed(lambda: solver.solve(form))
    optimum = pyo.value(form.EF_Obj)
    columns = sum(1 for _ in form.component_data_objects(pyo.Var))
    return _row("mpi-sppy", [build], columns, solve, optimum)


def _row(builder: str, builds: list[float], columns: int, solve: float, optimum: float) -> Row:
    return {
        "builder": builder,
        "columns": columns,
        "build s": min(builds),
        "solve s": solve,
        "optimum": float(optimum),
    }


SUBJECT = Subject(
    "build",
    "CPU seconds to build the extensive form of sampled paths and load it into HiGHS",
    {"30k": lambda: measure(3, 27), "350k": lambda: measure(3, 315)},
)
