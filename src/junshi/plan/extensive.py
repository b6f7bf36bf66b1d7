"""The whole tree as one linear program, from the same stage problems: the test of the decomposition.

Expectation: every node's cost weighs by the probability of its path. A nested risk measure
(1-l) E + l CVaR (tail a) gives each node n with children c (odds p_c, values w_c) the rows

    w_c = cost_c + R_c        z_c >= w_c - u_n,  z_c >= 0
    R_n = (1-l) sum p_c w_c + l (u_n + sum p_c z_c / a)

and the objective cost_root + R_root (Rockafellar and Uryasev 2000; nested as in Shapiro 2009).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from junshi.errors import NoPlan, SolverTrouble
from junshi.plan.risk import Expectation, MeanCVaR, RiskMeasure, WorstCase
from junshi.plan.solver import INFINITY, LinearModel, Status
from junshi.plan.stage_problem import MultistageProblem, StageProblem

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
AnyIntArray = NDArray[np.signedinteger]
LARGEST_COLUMNS = 5_000_000


@dataclass(frozen=True)
class Tree:
    """Nodes of the scenario tree in order of their stage; arrays have shape [node].

    Attributes
    ----------
    stage, state, parent : parent -1 at the roots
    odds : probability of the node given its parent
    reach : probability of the path that ends in the node
    """

    stage: IntArray
    state: IntArray
    parent: IntArray
    odds: FloatArray
    reach: FloatArray


@dataclass(frozen=True)
class ExtensiveForm:
    """One linear program for the whole tree.

    Attributes
    ----------
    cost, col_lower, col_upper, row_lower, row_upper, matrix, integers, constant : the program
    tree : its nodes
    col_start : first column of each node's decisions
    """

    cost: FloatArray
    col_lower: FloatArray
    col_upper: FloatArray
    row_lower: FloatArray
    row_upper: FloatArray
    matrix: sparse.csr_array
    integers: IntArray
    constant: float
    tree: Tree
    col_start: IntArray

    def model(self, *, time_limit: float | None = None, mip_gap: float = 1e-6) -> LinearModel:
        """Load into the solver."""
        return LinearModel(
            self.cost,
            (self.col_lower, self.col_upper),
            self.matrix,
            (self.row_lower, self.row_upper),
            integers=self.integers,
            constant=self.constant,
            presolve=True,
            time_limit=time_limit,
            mip_gap=mip_gap,
        )


@dataclass(frozen=True)
class ExtensiveSolution:
    """Optimum of the whole tree; `bound` differs from `objective` when integers leave a gap.

    `row_duals` is empty when there are integers.
    """

    objective: float
    bound: float
    columns: FloatArray
    row_duals: FloatArray
    form: ExtensiveForm

    def decisions(self, node: int) -> FloatArray:
        """Decisions of one tree node, in the order of its stage problem's columns."""
        start = self.form.col_start[node]
        return self.columns[start : self.form.col_start[node + 1]]


def build_tree(problem: MultistageProblem) -> Tree:
    """All paths of positive probability.

    Raises
    ------
    NoPlan : the tree has more columns than one program can hold; says how many
    """
    state = np.flatnonzero(problem.initial_odds > 0)
    odds = problem.initial_odds[state]
    levels = [(np.zeros_like(state), state, np.full(state.shape, -1), odds, odds)]
    first, total_columns = 0, 0
    for stage in range(1, problem.stages):
        _, above, _, _, reach = levels[-1]
        matrix = problem.transition[stage - 1][above]
        parent, child = np.nonzero(matrix > 0)
        odds = matrix[parent, child]
        total_columns += child.size * problem.nodes[stage][0].cost.size
        if total_columns > LARGEST_COLUMNS:
            raise NoPlan("plan.tree_too_large", stage=stage + 1, stages=problem.stages, limit=LARGEST_COLUMNS)
        levels.append((np.full(child.shape, stage), child, parent + first, odds, reach[parent] * odds))
        first += above.size
    columns = [np.concatenate(parts) for parts in zip(*levels, strict=True)]
    return Tree(*columns)


def extensive_form(problem: MultistageProblem, risk: RiskMeasure) -> ExtensiveForm:
    """Build the program of the whole tree."""
    tree = build_tree(problem)
    parts = _Parts(problem, tree)
    if isinstance(risk, Expectation) or (isinstance(risk, MeanCVaR) and risk.weight == 0):
        parts.weigh_by_probability()
    else:
        parts.add_nested_risk(_as_mean_cvar(risk, tree))
    return parts.form()


def solve_extensive(
    problem: MultistageProblem,
    risk: RiskMeasure,
    *,
    time_limit: float | None = None,
    mip_gap: float = 1e-6,
) -> ExtensiveSolution:
    """Optimum of the whole tree.

    Raises
    ------
    NoPlan : too large
    SolverTrouble : no optimum; says the status and the bound
    """
    form = extensive_form(problem, risk)
    solution = form.model(time_limit=time_limit, mip_gap=mip_gap).solve()
    if solution.status is not Status.OPTIMAL:
        raise SolverTrouble("plan.extensive_unsolved", status=str(solution.status), bound=solution.bound)
    duals = np.zeros(0) if form.integers.size else solution.row_duals
    return ExtensiveSolution(solution.objective, solution.bound, solution.columns, duals, form)


def _as_mean_cvar(risk: RiskMeasure, tree: Tree) -> MeanCVaR:
    """The same measure as mean-CVaR: the worst case is the tail of the smallest probability."""
    if isinstance(risk, MeanCVaR):
        return risk
    if isinstance(risk, WorstCase):
        return MeanCVaR(risk.weight, float(tree.odds.min()))
    message = f"no extensive form for {type(risk).__name__}"
    raise TypeError(message)


class _Parts:
    """Columns and rows of the program while it is put together; no Python loop over copies of a node."""

    def __init__(self, problem: MultistageProblem, tree: Tree) -> None:
        self.problem, self.tree = problem, tree
        widths = np.array([problem.nodes[t][0].cost.size for t in range(problem.stages)])[tree.stage]
        heights = np.array([problem.nodes[t][0].row_lower.size for t in range(problem.stages)])[tree.stage]
        self.col_start = np.concatenate([[0], np.cumsum(widths)])
        self.row_start = np.concatenate([[0], np.cumsum(heights)])
        cols, rows = int(self.col_start[-1]), int(self.row_start[-1])
        self.cost, self.lower, self.upper = np.zeros(cols), np.empty(cols), np.empty(cols)
        self.row_lower, self.row_upper = np.empty(rows), np.empty(rows)
        self.entries: list[tuple[IntArray, IntArray, FloatArray]] = []
        self.integers: list[IntArray] = []
        self.constant = 0.0
        for stage in range(problem.stages):
            for state, node in enumerate(problem.nodes[stage]):
                members = np.flatnonzero((tree.stage == stage) & (tree.state == state))
                if members.size:
                    self._tile(node, members)

    def _tile(self, node: StageProblem, members: IntArray) -> None:
        """Copy one stage problem to all tree nodes that share it."""
        cols = self.col_start[members][:, None] + np.arange(node.cost.size)
        rows = self.row_start[members][:, None] + np.arange(node.row_lower.size)
        self.lower[cols], self.upper[cols] = node.col_lower, node.col_upper
        self.row_lower[rows], self.row_upper[rows] = node.row_lower, node.row_upper
        inner = sparse.coo_array(node.matrix)
        self._add(self.row_start[members], inner.row, self.col_start[members], inner.col, inner.data)
        self.integers.append((self.col_start[members][:, None] + node.integers).ravel())
        link = sparse.coo_array(node.incoming)
        parents = self.tree.parent[members]
        if parents[0] < 0:
            shift = node.incoming @ self.problem.initial_state
            self.row_lower[rows] += shift
            self.row_upper[rows] += shift
            return
        above = self.problem.nodes[int(self.tree.stage[members[0]]) - 1][0]
        self._add(
            self.row_start[members], link.row, self.col_start[parents], above.outgoing[link.col], -link.data
        )

    def _add(
        self,
        row_start: IntArray,
        rows: AnyIntArray,
        col_start: IntArray,
        cols: AnyIntArray,
        values: FloatArray,
    ) -> None:
        self.entries.append(
            (
                (row_start[:, None] + rows).ravel(),
                (col_start[:, None] + cols).ravel(),
                np.tile(values, row_start.size),
            )
        )

    def weigh_by_probability(self) -> None:
        """Objective: expected cost."""
        for member, (stage, state) in enumerate(zip(self.tree.stage, self.tree.state, strict=True)):
            node = self.problem.nodes[stage][state]
            start = self.col_start[member]
            self.cost[start : start + node.cost.size] = self.tree.reach[member] * node.cost
            self.constant += float(self.tree.reach[member]) * node.constant

    def add_nested_risk(self, risk: MeanCVaR) -> None:
        """Value w and excess z of each node, level u of each parent (and one above the roots)."""
        tree = self.tree
        count = tree.stage.size
        first_w = self.cost.size
        first_z = first_w + count
        first_u = first_z + count
        leaf_stage = self.problem.stages - 1
        inner = np.flatnonzero(tree.stage < leaf_stage)
        level_of = np.full(count + 1, -1)
        level_of[inner] = first_u + 1 + np.arange(inner.size)
        level_of[-1] = first_u
        extra = 2 * count + 1 + inner.size
        self.cost = np.concatenate([np.zeros(first_w), np.zeros(extra)])
        self.lower = np.concatenate([self.lower, np.full(extra, -INFINITY)])
        self.upper = np.concatenate([self.upper, np.full(extra, INFINITY)])
        self.lower[first_z:first_u] = 0.0
        rows_w = self.row_lower.size + np.arange(count)
        rows_z = rows_w + count
        constants = np.empty(count)
        for member in range(count):
            node = self.problem.nodes[tree.stage[member]][tree.state[member]]
            used = np.flatnonzero(node.cost)
            constants[member] = node.constant
            self.entries.append(
                (np.full(used.size, rows_w[member]), self.col_start[member] + used, -node.cost[used])
            )
        every = np.arange(count)
        mean, excess = (1 - risk.weight) * tree.odds, risk.weight * tree.odds / risk.tail
        levels = level_of[tree.parent]
        below = tree.parent >= 0
        self.entries += [
            (rows_w, first_w + every, np.ones(count)),
            (rows_w[tree.parent[below]], first_w + every[below], -mean[below]),
            (rows_w[tree.parent[below]], first_z + every[below], -excess[below]),
            (rows_w[inner], level_of[inner], np.full(inner.size, -risk.weight)),
            (rows_z, first_z + every, np.ones(count)),
            (rows_z, first_w + every, -np.ones(count)),
            (rows_z, levels, np.ones(count)),
        ]
        self.row_lower = np.concatenate([self.row_lower, constants, np.zeros(count)])
        self.row_upper = np.concatenate([self.row_upper, constants, np.full(count, INFINITY)])
        roots = ~below
        self.cost[first_w + every[roots]] = mean[roots]
        self.cost[first_z + every[roots]] = excess[roots]
        self.cost[first_u] = risk.weight

    def form(self) -> ExtensiveForm:
        """Freeze."""
        rows, cols, values = (np.concatenate(part) for part in zip(*self.entries, strict=True))
        shape = (self.row_lower.size, self.cost.size)
        matrix = sparse.csr_array(sparse.coo_array((values, (rows, cols)), shape=shape))
        integers = np.concatenate(self.integers)
        return ExtensiveForm(
            self.cost,
            self.lower,
            self.upper,
            self.row_lower,
            self.row_upper,
            matrix,
            integers.astype(np.int64),
            self.constant,
            self.tree,
            self.col_start,
        )
