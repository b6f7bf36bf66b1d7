"""A setting with some of its stage problems changed: bounds and costs of columns, further rows.

The state stays as it is, so that policies of the unchanged setting can be loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import numpy as np
from scipy import sparse

from junshi.plan.planner import Setting
from junshi.plan.stage_problem import MultistageProblem, StageProblem

Bounds = tuple[float, float]
NodeEdit = Callable[[int, int, StageProblem], StageProblem]
"""Changed problem of (stage, position of the state in the stage, problem)."""


def edited(setting: Setting, edit: NodeEdit) -> Setting:
    """Setting whose stage problems, plain and extended, went through `edit`."""
    return replace(setting, plain=_edited(setting.plain, edit), problem=_edited(setting.problem, edit))


def _edited(problem: MultistageProblem, edit: NodeEdit) -> MultistageProblem:
    nodes = tuple(
        tuple(edit(stage, state, node) for state, node in enumerate(row))
        for stage, row in enumerate(problem.nodes)
    )
    return replace(problem, nodes=nodes)


def with_bounds(node: StageProblem, bounds: dict[int, Bounds]) -> StageProblem:
    """Stage problem with new bounds of some columns."""
    lower, upper = node.col_lower.copy(), node.col_upper.copy()
    for column, (low, high) in bounds.items():
        lower[column], upper[column] = low, high
    return replace(node, col_lower=lower, col_upper=upper)


def with_costs(node: StageProblem, more: Mapping[int, float]) -> StageProblem:
    """Stage problem with so much more scaled cost on some columns."""
    cost = node.cost.copy()
    for column, value in more.items():
        cost[column] += value
    return replace(node, cost=cost)


def with_row(
    node: StageProblem, name: str, terms: Iterable[tuple[int, float]], bounds: Bounds
) -> StageProblem:
    """Stage problem with one row more, which no incoming state shifts."""
    kept = [(column, value) for column, value in terms if value != 0.0]
    columns = [column for column, _ in kept]
    values = [value for _, value in kept]
    shape = (1, node.matrix.shape[1])
    row = sparse.coo_array((values, ([0] * len(kept), columns)), shape=shape)
    nothing = sparse.csr_array((1, node.incoming.shape[1]))
    return replace(
        node,
        matrix=sparse.csr_array(sparse.vstack([node.matrix, row])),
        row_lower=np.append(node.row_lower, bounds[0]),
        row_upper=np.append(node.row_upper, bounds[1]),
        incoming=sparse.csr_array(sparse.vstack([node.incoming, nothing])),
        row_names=(*node.row_names, name) if node.row_names else (),
    )
