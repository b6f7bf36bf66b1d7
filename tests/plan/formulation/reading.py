"""A stage problem read back by the names of its rows and columns, in scaled units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from junshi.plan.formulation.build import stage_problem
from junshi.plan.formulation.layout import layout
from junshi.plan.formulation.node import Node
from junshi.plan.instance import PlanInstance
from junshi.plan.stage_problem import StageProblem


@dataclass(frozen=True)
class Row:
    """One row: lower + incoming <= terms <= upper + incoming."""

    terms: dict[str, float]
    lower: float
    upper: float
    incoming: dict[str, float]


@dataclass(frozen=True)
class Stage:
    """One stage problem by names."""

    node: Node
    problem: StageProblem
    rows: dict[str, Row]

    def cost(self, column: str) -> float:
        """Scaled cost of a column."""
        return float(self.problem.cost[self.problem.col_names.index(column)])

    def upper(self, column: str) -> float:
        """Upper bound of a column."""
        return float(self.problem.col_upper[self.problem.col_names.index(column)])

    def family(self, name: str) -> list[str]:
        """Names of the rows of one family."""
        return [row for row in self.rows if row.split("[")[0] == name]


def read(instance: PlanInstance, stage: int = 0, state: int = 0) -> Stage:
    """One node of an instance."""
    index = layout(instance)
    node = Node(instance, index, stage, state)
    problem, _ = stage_problem(node)
    names = {row: at for at, row in enumerate(problem.row_names)}
    assert len(names) == len(problem.row_names)
    rows = {
        name: Row(
            _named(problem.matrix, at, problem.col_names),
            float(problem.row_lower[at]),
            float(problem.row_upper[at]),
            _named(problem.incoming, at, index.state_names),
        )
        for name, at in names.items()
    }
    return Stage(node, problem, rows)


def _named(matrix: sparse.csr_array, row: int, names: tuple[str, ...]) -> dict[str, float]:
    dense = matrix[[row]].toarray()[0]
    return {names[at]: float(dense[at]) for at in np.flatnonzero(dense)}
