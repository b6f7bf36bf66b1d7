"""A stage problem with its view ahead: one warm model, the future cuts as rows.

min  c.y + theta   s.t. the stage problem's rows,   theta - beta.y[outgoing] >= alpha  for each active cut
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from junshi.errors import SolverTrouble
from junshi.plan.nodes.branch import Bounds, branch_and_bound
from junshi.plan.nodes.switches import Cut, SwitchModel, add_future_cut
from junshi.plan.solver import INFINITY, LinearModel, Solution, Status
from junshi.plan.stage_problem import StageProblem

FloatArray = NDArray[np.float64]
HALF = 0.5


@dataclass(frozen=True)
class NodeSolution:
    """Answer of a node for one incoming state.

    Attributes
    ----------
    value : stage cost plus the future as the cuts see it
    stage_cost : cost of this stage alone
    columns : decisions of the stage problem
    outgoing : state left
    slope : derivative of `value` by the incoming state
    row_duals : derivative of `value` by the bound of each row of the stage problem
    """

    value: float
    stage_cost: float
    columns: FloatArray
    outgoing: FloatArray
    slope: FloatArray
    row_duals: FloatArray


class NodeModel:
    """Warm model of one node."""

    def __init__(
        self,
        problem: StageProblem,
        floor: float | None,
        label: str,
        box: tuple[FloatArray, FloatArray] | None = None,
        switches: tuple[int, ...] = (),
    ) -> None:
        """Build the model without cuts.

        Parameters
        ----------
        floor : bounds the future cost from below; None at the last stage
        box : least and largest incoming state; None when there is but one, at the first stage
        switches : components of the incoming state that are zero or one
        """
        self._problem = problem
        self._floor, self._box = floor, box
        self._switches = switches
        self._free: SwitchModel | None = None
        self._cuts: list[Cut] = []
        self._cuts_changed = False
        self._label = label
        rows, cols = problem.matrix.shape
        self._has_future = floor is not None
        matrix = problem.matrix
        cost, lower, upper = problem.cost, problem.col_lower, problem.col_upper
        if floor is not None:
            matrix = sparse.csr_array(sparse.hstack([matrix, sparse.csr_array((rows, 1))], format="csr"))
            cost = np.append(cost, 1.0)
            lower, upper = np.append(lower, floor), np.append(upper, INFINITY)
        self._theta = cols
        self._model = LinearModel(
            cost,
            (lower, upper),
            matrix,
            (problem.row_lower, problem.row_upper),
            constant=problem.constant,
        )
        self._rows = rows
        self._incoming = problem.incoming
        self._incoming_t = sparse.csr_array(problem.incoming.T)
        self._coupled = np.flatnonzero(np.diff(problem.incoming.indptr)).astype(np.int32)
        self._coupling = sparse.csr_array(problem.incoming[self._coupled])
        self._base_lower = problem.row_lower[self._coupled]
        self._base_upper = problem.row_upper[self._coupled]
        self._state_lower = problem.col_lower[problem.outgoing]
        self._state_upper = problem.col_upper[problem.outgoing]
        self._integers = problem.integers.astype(np.int32)

    def add_cut(self, alpha: float, beta: FloatArray) -> None:
        """Append the future cut theta >= alpha + beta.outgoing."""
        if self._switches:
            self._cuts.append((alpha, beta))
        add_future_cut(self._model, self._problem.outgoing, self._theta, alpha, beta)

    def replace_cuts(self, alphas: FloatArray, betas: FloatArray) -> None:
        """Drop all cut rows and load these instead."""
        self._model.delete_rows_from(self._rows)
        self._cuts, self._cuts_changed = [], True
        for alpha, beta in zip(alphas, betas, strict=True):
            self.add_cut(float(alpha), beta)

    @property
    def active_cuts(self) -> int:
        """Number of cut rows in the model."""
        return self._model.rows - self._rows

    def solve(self, incoming: FloatArray, *, integer: bool = False) -> NodeSolution:
        """Decide for one incoming state; `integer` makes the integer columns integer.

        Raises
        ------
        SolverTrouble : no optimum; names the node and the status
        """
        shift = self._coupling @ incoming
        self._model.set_row_bounds(self._coupled, self._base_lower + shift, self._base_upper + shift)
        relaxed = self._model.solve()
        self._require_optimum(relaxed)
        solution = self._integer_solution(relaxed) if integer and self._integers.size else relaxed
        return self._answer(solution, relaxed.row_duals)

    def switch_cut(self, incoming: FloatArray, which: int) -> tuple[float, FloatArray] | None:
        """Value at an incoming state and slope of a cut that knows a switch; None when there is none to make.

        Parameters
        ----------
        which : of the node's switches, counted round
        """
        if not self._switches or self._box is None:
            return None
        component = self._switches[which % len(self._switches)]
        near = incoming.copy()
        near[component] = float(incoming[component] >= HALF)
        slope = self.solve(near).slope
        if self._free is None:
            self._free = SwitchModel(self._problem, self._floor, self._box)
        self._free.load(self._cuts, anew=self._cuts_changed)
        self._cuts_changed = False
        plane = self._free.plane(component, slope)
        return None if plane is None else (plane[0] + float(plane[1] @ incoming), plane[1])

    def _integer_solution(self, relaxed: Solution) -> Solution:
        """Best integer solution; the model is left with its own column bounds."""
        bounds = (self._problem.col_lower[self._integers], self._problem.col_upper[self._integers])

        def solve(half: Bounds) -> Solution:
            self._model.set_col_bounds(self._integers, *half)
            return self._model.solve()

        best = branch_and_bound(relaxed, self._integers, bounds, solve)
        self._model.set_col_bounds(self._integers, *bounds)
        if best is None:
            raise SolverTrouble("plan.node_unsolved", node=self._label, status=str(Status.INFEASIBLE))
        return best

    def _require_optimum(self, solution: Solution) -> None:
        if solution.status is not Status.OPTIMAL:
            raise SolverTrouble("plan.node_unsolved", node=self._label, status=str(solution.status))

    def _answer(self, solution: Solution, duals: FloatArray) -> NodeSolution:
        columns = solution.columns
        theta = float(columns[self._theta]) if self._has_future else 0.0
        decisions = columns[: self._theta]
        return NodeSolution(
            value=solution.objective,
            stage_cost=solution.objective - theta,
            columns=decisions,
            # a state a rounding error outside its bounds would make the next stage infeasible
            outgoing=np.clip(decisions[self._problem.outgoing], self._state_lower, self._state_upper),
            slope=self._incoming_t @ duals[: self._rows],
            row_duals=duals[: self._rows],
        )
