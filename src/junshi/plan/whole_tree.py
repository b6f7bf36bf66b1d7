"""A plan from the extensive form: exact for small trees, the same object as a trained plan gives."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from junshi.plan.decomposition.bounds import Gap
from junshi.plan.extensive import ExtensiveForm, ExtensiveSolution, extensive_form, solve_extensive
from junshi.plan.planner import Setting, read_result
from junshi.plan.readout.courses import holding_paths
from junshi.plan.result import Effort, PlanResult
from junshi.plan.simulate import Simulation
from junshi.plan.stage_problem import MultistageProblem

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def plan_whole_tree(setting: Setting, *, seconds: float | None = None, seed: int = 0) -> PlanResult:
    """Optimal plan of the whole tree.

    Raises
    ------
    NoPlan : the tree is too large
    SolverTrouble : not solved to optimality in the time given; says what was proven
    """
    started = time.monotonic()
    solution = solve_extensive(setting.problem, setting.measure, time_limit=seconds)
    paths = tree_paths(solution)
    simulation = _followed(setting.problem, solution, paths)
    held = _followed(setting.problem, solution, _held(setting, solution, paths))
    effort = Effort(
        seconds=time.monotonic() - started,
        iterations=1,
        paths=len(paths),
        bounds=(solution.bound * setting.layout.cost_scale,),
        stop_reason="exact",
        seed=seed,
        method="extensive",
    )
    rows = setting.problem.nodes[0][0].row_lower.size
    duals = solution.row_duals[:rows] if solution.row_duals.size else np.full(rows, np.nan)
    return read_result(setting, simulation, held, Gap(solution.objective, 0.0, solution.bound), effort, duals)


def write_mps(setting: Setting, path: Path) -> None:
    """Write the whole tree for any other solver, its objective in currency.

    The file appears whole or not at all.

    Raises
    ------
    NoPlan : the tree is too large
    """
    part = path.with_name(f".part-{path.name}")
    form = extensive_form(setting.problem, setting.measure)
    form = replace(form, cost=form.cost * setting.layout.cost_scale)
    constant_as_column(form, form.constant * setting.layout.cost_scale).model().write(str(part))
    part.replace(path)


def constant_as_column(form: ExtensiveForm, constant: float) -> ExtensiveForm:
    """The same program, its constant the cost of a last column that is always 1.

    MPS has no constant: some solvers read the right-hand side of the objective as one, some as minus one.
    """
    empty = sparse.csr_array((form.row_lower.size, 1))
    return replace(
        form,
        cost=np.append(form.cost, constant),
        col_lower=np.append(form.col_lower, 1.0),
        col_upper=np.append(form.col_upper, 1.0),
        matrix=sparse.csr_array(sparse.hstack([form.matrix, empty])),
        constant=0.0,
    )


def tree_paths(solution: ExtensiveSolution) -> IntArray:
    """Tree nodes of each path, shape [path, stage]; paths in the order of their leaves."""
    tree = solution.form.tree
    leaves = np.flatnonzero(tree.stage == tree.stage.max())
    nodes = [leaves]
    while tree.parent[nodes[0][0]] >= 0:
        nodes.insert(0, tree.parent[nodes[0]])
    return np.stack(nodes, axis=1)


def _held(setting: Setting, solution: ExtensiveSolution, paths: IntArray) -> IntArray:
    """Paths of the tree on which a state holds from the second stage on; those of odds zero are not in it."""
    wanted = {tuple(path) for path in holding_paths(setting.instance).tolist()}
    states = solution.form.tree.state[paths]
    return paths[[tuple(row) in wanted for row in states.tolist()]]


def _followed(problem: MultistageProblem, solution: ExtensiveSolution, paths: IntArray) -> Simulation:
    """Decisions of the tree along paths, weighed by their odds."""
    tree = solution.form.tree
    states = tree.state[paths]
    columns: list[FloatArray] = []
    outgoing: list[FloatArray] = []
    cost = np.empty(paths.shape)
    for stage, nodes in enumerate(paths.T):
        values = np.stack([solution.decisions(int(node)) for node in nodes])
        columns.append(values)
        outgoing.append(values[:, problem.nodes[stage][0].outgoing])
        prices = np.stack([problem.nodes[stage][s].cost for s in states[:, stage]])
        constants = np.array([problem.nodes[stage][s].constant for s in states[:, stage]])
        cost[:, stage] = np.einsum("pc,pc->p", prices, values) + constants
    reach = tree.reach[paths[:, -1]]
    return Simulation(
        states=states,
        stage_cost=cost,
        columns=tuple(columns),
        outgoing=tuple(outgoing),
        ahead=(),
        luck=np.zeros(len(paths)),
        weights=reach / reach.sum() if reach.size else reach,
        exact=True,
    )
