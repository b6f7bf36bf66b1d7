"""The extensive form and progressive hedging of a tree with mpi-sppy: a Pyomo model a path.

Rows are handed over as ready linear expressions, which spares Pyomo the building of expression trees.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import mpisppy.scenario_tree as scenario_tree
import numpy as np
import pyomo.environ as pyo
from mpisppy.opt.ph import PH
from mpisppy.utils.sputils import create_EF
from pyomo.contrib.appsi.solvers import Highs
from pyomo.core.expr.numeric_expr import LinearExpression

from junshi.plan.extensive import build_tree
from junshi.plan.stage_problem import MultistageProblem, StageProblem


@dataclass(frozen=True)
class Paths:
    """Leaves of the tree as scenarios.

    Attributes
    ----------
    ancestry : tree node of each stage, shape [path, stage]
    odds : probability of each path
    names : mpi-sppy's name of each tree node
    """

    problem: MultistageProblem
    ancestry: np.ndarray
    odds: np.ndarray
    states: np.ndarray
    conditional: np.ndarray
    names: list[str]

    @classmethod
    def of(cls, problem: MultistageProblem) -> Paths:
        """Follow each leaf up to its root and name the nodes as mpi-sppy wants them."""
        tree = build_tree(problem)
        leaves = np.flatnonzero(tree.stage == problem.stages - 1)
        ancestry = np.empty((leaves.size, problem.stages), dtype=np.int64)
        ancestry[:, -1] = leaves
        for stage in range(problem.stages - 2, -1, -1):
            ancestry[:, stage] = tree.parent[ancestry[:, stage + 1]]
        names, children = ["ROOT"], np.zeros(tree.stage.size, dtype=np.int64)
        for parent in tree.parent[1:]:
            names.append(f"{names[parent]}_{children[parent]}")
            children[parent] += 1
        return cls(problem, ancestry, tree.reach[leaves], tree.state, tree.odds, names)

    @property
    def scenario_names(self) -> list[str]:
        """One a path."""
        return [f"path{index}" for index in range(len(self.odds))]

    @property
    def node_names(self) -> list[str]:
        """Names of the tree nodes; mpi-sppy wants the root alone in two stages, and the leaves in more."""
        return ["ROOT"] if self.problem.stages == 2 else self.names

    def creator(self) -> Callable[..., pyo.ConcreteModel]:
        """Give the scenario creator that mpi-sppy calls with a scenario's name."""

        def create(name: str, **_: object) -> pyo.ConcreteModel:
            return self.model(int(name.removeprefix("path")))

        return create

    def model(self, path: int) -> pyo.ConcreteModel:
        """Pyomo model of one path, its first stages marked as shared."""
        model = pyo.ConcreteModel()
        model.stage = pyo.Block(range(self.problem.stages))
        costs, shared, before = [], [], None
        for stage, tree_node in enumerate(self.ancestry[path]):
            node = self.problem.nodes[stage][self.states[tree_node]]
            block = model.stage[stage]
            block.y = pyo.Var(range(node.cost.size), bounds=lambda _, i, node=node: _bounds(node, i))
            block.rows = pyo.ConstraintList()
            _add_rows(block, node, before, self.problem.initial_state)
            cost = _linear(node, block.y)
            costs.append(cost)
            if stage < self.problem.stages - 1:
                shared.append(
                    scenario_tree.ScenarioNode(
                        self.names[tree_node],
                        float(self.conditional[tree_node]),
                        stage + 1,
                        cost,
                        [block.y],
                        model,
                        parent_name=None if stage == 0 else self.names[self.ancestry[path, stage - 1]],
                    )
                )
            before = (block.y, node.outgoing)
        model.total = pyo.Objective(expr=sum(costs))
        model._mpisppy_node_list = shared  # noqa: SLF001 - the attribute that mpi-sppy reads
        model._mpisppy_probability = float(self.odds[path])  # noqa: SLF001
        return model


def _bounds(node: StageProblem, column: int) -> tuple[float | None, float | None]:
    lower, upper = float(node.col_lower[column]), float(node.col_upper[column])
    return (lower if np.isfinite(lower) else None, upper if np.isfinite(upper) else None)


def _linear(node: StageProblem, variables: pyo.Var) -> LinearExpression:
    used = np.flatnonzero(node.cost)
    return LinearExpression(
        constant=node.constant,
        linear_coefs=node.cost[used].tolist(),
        linear_vars=[variables[int(column)] for column in used],
    )


def _add_rows(block: pyo.Block, node: StageProblem, before: tuple | None, initial: np.ndarray) -> None:
    matrix, link = node.matrix, node.incoming
    shift = link @ initial if before is None else np.zeros(node.row_lower.size)
    for row in range(node.row_lower.size):
        own = slice(matrix.indptr[row], matrix.indptr[row + 1])
        coefficients = matrix.data[own].tolist()
        variables = [block.y[int(column)] for column in matrix.indices[own]]
        if before is not None:
            above, outgoing = before
            linked = slice(link.indptr[row], link.indptr[row + 1])
            coefficients += (-link.data[linked]).tolist()
            variables += [above[int(outgoing[position])] for position in link.indices[linked]]
        body = LinearExpression(constant=0.0, linear_coefs=coefficients, linear_vars=variables)
        lower, upper = float(node.row_lower[row] + shift[row]), float(node.row_upper[row] + shift[row])
        if lower == upper:
            block.rows.add(body == upper)
        else:
            block.rows.add(
                pyo.inequality(
                    lower if np.isfinite(lower) else None, body, upper if np.isfinite(upper) else None
                )
            )


@dataclass(frozen=True)
class Hedged:
    """End of progressive hedging.

    Attributes
    ----------
    cost : expected cost of the last decisions, which differ between paths by `disagreement` on average
    trivial_bound : wait-and-see
    """

    cost: float
    trivial_bound: float
    disagreement: float
    iterations: int


def extensive_model(problem: MultistageProblem) -> tuple[Highs, pyo.ConcreteModel]:
    """Build mpi-sppy's extensive form and load it into HiGHS through APPSI."""
    paths = Paths.of(problem)
    form = create_EF(paths.scenario_names, paths.creator(), suppress_warnings=True)
    solver = Highs()
    solver.set_instance(form)
    return solver, form


def progressive_hedging(problem: MultistageProblem, iterations: int, rho: float) -> Hedged:
    """Hedge with mpi-sppy, the proximal term linearised so that HiGHS solves linear programs."""
    paths = Paths.of(problem)
    options = {
        "solver_name": "appsi_highs",
        "PHIterLimit": iterations,
        "defaultPHrho": rho,
        "convthresh": 1e-4,
        "verbose": False,
        "display_progress": False,
        "display_timing": False,
        "iter0_solver_options": {},
        "iterk_solver_options": {},
        "linearize_proximal_terms": True,
        "proximal_linearization_tolerance": 1e-2,
    }
    hedging = PH(options, paths.scenario_names, paths.creator(), all_nodenames=paths.node_names)
    _, _, trivial = hedging.ph_main()
    hedging.disable_W_and_prox()
    return Hedged(
        float(hedging.Eobjective()),
        float(trivial),
        float(hedging.conv),
        int(hedging._PHIter),  # noqa: SLF001
    )
