"""The extensive form of a tree built with linopy: one variable a stage, one constraint a (stage, family).

Coefficients come as arrays from the same stage problems, so that linopy is spared all arithmetic on
expressions: this is the quickest way through its public classes that we found.
"""

from __future__ import annotations

import highspy
import linopy
import numpy as np
import xarray as xr
from linopy.expressions import LinearExpression
from linopy.io import to_highspy
from numpy.typing import NDArray
from scipy import sparse

from junshi.plan.extensive import Tree, build_tree
from junshi.plan.stage_problem import MultistageProblem, StageProblem

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
NONE = -1


def linopy_model(problem: MultistageProblem) -> highspy.Highs:
    """Build the risk-neutral program of the whole tree and load it into HiGHS."""
    tree = build_tree(problem)
    model = linopy.Model()
    above: IntArray = np.zeros((0, 0), dtype=np.int64)
    objective = []
    for stage in range(problem.stages):
        members = np.flatnonzero(tree.stage == stage)
        nodes = [problem.nodes[stage][s] for s in tree.state[members]]
        variable = model.add_variables(
            lower=_frame([node.col_lower for node in nodes], "column"),
            upper=_frame([node.col_upper for node in nodes], "column"),
            name=f"y{stage}",
        )
        labels = variable.labels.to_numpy()
        incoming = _incoming_labels(problem, tree, stage, members, above)
        _add_rows(model, problem, stage, nodes, labels, incoming)
        weighed = tree.reach[members][:, None] * np.stack([node.cost for node in nodes])
        objective.append(_expression(model, weighed.ravel(), labels.ravel()))
        above = labels
    model.add_objective(linopy.merge(objective, cls=LinearExpression))
    highs = to_highspy(model)
    constants = [problem.nodes[t][s].constant for t, s in zip(tree.stage, tree.state, strict=True)]
    highs.changeObjectiveOffset(float(tree.reach @ np.array(constants)))
    return highs


def _frame(rows: list[FloatArray], axis: str) -> xr.DataArray:
    return xr.DataArray(np.stack(rows), dims=("node", axis))


def _incoming_labels(
    problem: MultistageProblem, tree: Tree, stage: int, members: IntArray, above: IntArray
) -> IntArray:
    """Labels of the variables that hold each node's incoming state, shape [node, state]."""
    if stage == 0:
        return np.zeros((members.size, 0), dtype=np.int64)
    first = int(np.flatnonzero(tree.stage == stage - 1)[0])
    outgoing = problem.nodes[stage - 1][0].outgoing
    return above[tree.parent[members] - first][:, outgoing]


def _add_rows(
    model: linopy.Model,
    problem: MultistageProblem,
    stage: int,
    nodes: list[StageProblem],
    labels: IntArray,
    incoming: IntArray,
) -> None:
    distinct = {id(node): node for node in nodes}
    place = {key: index for index, key in enumerate(distinct)}
    which = np.array([place[id(node)] for node in nodes])
    families: dict[str, list[int]] = {}
    for row, name in enumerate(nodes[0].row_names):
        families.setdefault(name.partition("[")[0], []).append(row)
    for family, rows in families.items():
        own = _padded([node.matrix[rows] for node in distinct.values()])
        coefficients, variables = own[0][which], _labels(labels, own[1][which])
        shift = np.zeros((len(nodes), len(rows)))
        if stage == 0:
            shift = np.stack([node.incoming[rows] @ problem.initial_state for node in nodes])
        else:
            links = _padded([node.incoming[rows] for node in distinct.values()])
            coefficients = np.concatenate([coefficients, -links[0][which]], axis=2)
            variables = np.concatenate([variables, _labels(incoming, links[1][which])], axis=2)
        dims = ("node", "row", "_term")
        left = LinearExpression(
            xr.Dataset({"coeffs": (dims, coefficients), "vars": (dims, variables)}), model
        )
        lower = np.stack([node.row_lower[rows] for node in distinct.values()])[which] + shift
        upper = np.stack([node.row_upper[rows] for node in distinct.values()])[which] + shift
        _add_bounds(model, left, lower, upper, f"{family}{stage}")


def _labels(labels: IntArray, places: IntArray) -> IntArray:
    """Labels of columns: labels [node, column], places [node, row, term] with -1 for none."""
    nodes = np.arange(len(labels))[:, None, None]
    return np.where(places == NONE, NONE, labels[nodes, places])


def _add_bounds(
    model: linopy.Model, left: LinearExpression, lower: FloatArray, upper: FloatArray, name: str
) -> None:
    """Add a family, which is all equalities, all upper or all lower limits."""
    sense, right = ("<=", upper) if np.all(np.isfinite(upper)) else (">=", lower)
    if np.all(lower == upper):
        sense = "="
    model.add_constraints(left, sense, xr.DataArray(right, dims=("node", "row")), name=name)


def _padded(matrices: list[sparse.csr_array]) -> tuple[FloatArray, IntArray]:
    """Values and columns of each row, shape [matrix, row, longest row], padded with NaN and -1."""
    width = max(int(np.diff(matrix.indptr).max(initial=0)) for matrix in matrices)
    shape = (len(matrices), matrices[0].shape[0], width)
    values, places = np.full(shape, np.nan), np.full(shape, NONE)
    for index, matrix in enumerate(matrices):
        filled = np.arange(width) < np.diff(matrix.indptr)[:, None]
        values[index][filled], places[index][filled] = matrix.data, matrix.indices
    return values, places


def _expression(model: linopy.Model, coefficients: FloatArray, labels: IntArray) -> LinearExpression:
    used = np.flatnonzero(coefficients)
    data = xr.Dataset({"coeffs": ("_term", coefficients[used]), "vars": ("_term", labels[used])})
    return LinearExpression(data, model)
