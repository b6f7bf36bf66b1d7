"""The only module that imports HiGHS: load, change, solve, and its statuses in our words.

Every option and call is checked: HiGHS goes on silently after a refused option.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from junshi.errors import SolverTrouble

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
INFINITY = highspy.kHighsInf


class Status(StrEnum):
    """Outcome of a solve."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    TIME_LIMIT = "time_limit"
    FAILED = "failed"


_STATUS = {
    highspy.HighsModelStatus.kOptimal: Status.OPTIMAL,
    highspy.HighsModelStatus.kModelEmpty: Status.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: Status.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: Status.UNBOUNDED,
    highspy.HighsModelStatus.kUnboundedOrInfeasible: Status.INFEASIBLE,
    highspy.HighsModelStatus.kTimeLimit: Status.TIME_LIMIT,
    highspy.HighsModelStatus.kIterationLimit: Status.TIME_LIMIT,
    highspy.HighsModelStatus.kSolutionLimit: Status.TIME_LIMIT,
}


@dataclass(frozen=True)
class Solution:
    """Values at the end of a solve; `bound` is proven (equal to the objective for a solved LP)."""

    status: Status
    objective: float
    bound: float
    columns: FloatArray
    row_duals: FloatArray


class _SilentHighs(highspy.Highs):
    """HiGHS without callbacks: registering them prints a banner (1.16) where the JSON goes."""

    # the stubs of HiGHS forget this method
    changeRowsBounds: Callable[[int, Int32Array, FloatArray, FloatArray], highspy.HighsStatus]  # noqa: N815

    def __init__(self) -> None:
        highspy.Highs.__init__(self)

    def enableCallbacks(self) -> None:  # noqa: N802 - overrides a method of HiGHS
        """Silence the solver instead."""
        self.setOptionValue("output_flag", False)


def solver_version() -> str:
    """Name and version of the solver."""
    return f"HiGHS {_SilentHighs().version()}"


class LinearModel:
    """One model kept warm: bounds, costs and rows may change between solves."""

    def __init__(
        self,
        cost: FloatArray,
        col_bounds: tuple[FloatArray, FloatArray],
        matrix: sparse.csr_array,
        row_bounds: tuple[FloatArray, FloatArray],
        *,
        integers: IntArray | None = None,
        constant: float = 0.0,
        presolve: bool = False,
        time_limit: float | None = None,
        mip_gap: float = 1e-6,
    ) -> None:
        self._highs = _SilentHighs()
        options: dict[str, bool | int | float | str] = {
            "output_flag": False,
            "threads": 1,
            "presolve": "choose" if presolve else "off",
            "mip_rel_gap": mip_gap,
        }
        if time_limit is not None:
            options["time_limit"] = float(time_limit)
        for name, value in options.items():
            self._check(self._highs.setOptionValue(name, value), f"option {name}")
        rows, cols = matrix.shape
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = cols, rows
        lp.col_cost_ = cost
        lp.col_lower_, lp.col_upper_ = col_bounds
        lp.row_lower_, lp.row_upper_ = row_bounds
        lp.offset_ = constant
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = matrix.indptr.astype(np.int32)
        lp.a_matrix_.index_ = matrix.indices.astype(np.int32)
        lp.a_matrix_.value_ = matrix.data
        if integers is not None and integers.size:
            kinds = [highspy.HighsVarType.kContinuous] * cols
            for column in integers:
                kinds[column] = highspy.HighsVarType.kInteger
            lp.integrality_ = kinds
        self._check(self._highs.passModel(lp), "passModel")
        self.rows = rows
        self.cols = cols

    @staticmethod
    def _check(status: highspy.HighsStatus, what: str) -> None:
        if status == highspy.HighsStatus.kError:
            raise SolverTrouble("plan.solver_refused", what=what)

    def set_row_bounds(self, rows: Int32Array, lower: FloatArray, upper: FloatArray) -> None:
        """Change the bounds of some rows."""
        self._check(self._highs.changeRowsBounds(len(rows), rows, lower, upper), "row bounds")

    def set_col_bounds(self, cols: Int32Array, lower: FloatArray, upper: FloatArray) -> None:
        """Change the bounds of some columns."""
        self._check(self._highs.changeColsBounds(len(cols), cols, lower, upper), "column bounds")

    def set_costs(self, cols: Int32Array, costs: FloatArray) -> None:
        """Change the costs of some columns."""
        self._check(self._highs.changeColsCost(len(cols), cols, costs), "costs")

    def add_row(self, lower: float, upper: float, cols: Int32Array, values: FloatArray) -> None:
        """Append one row."""
        self._check(self._highs.addRow(lower, upper, len(cols), cols, values), "row")
        self.rows += 1

    def delete_rows_from(self, first: int) -> None:
        """Delete all rows from `first` on."""
        if self.rows > first:
            self._check(
                self._highs.deleteRows(self.rows - first, np.arange(first, self.rows, dtype=np.int32)), "rows"
            )
            self.rows = first

    def solve(self) -> Solution:
        """Solve; numerical trouble is retried from scratch before it is reported."""
        self._highs.run()
        status = _STATUS.get(self._highs.getModelStatus(), Status.FAILED)
        if status is Status.FAILED:
            self._check(self._highs.clearSolver(), "clear")
            self._check(self._highs.setOptionValue("presolve", "on"), "presolve")
            self._highs.run()
            status = _STATUS.get(self._highs.getModelStatus(), Status.FAILED)
            self._check(self._highs.setOptionValue("presolve", "off"), "presolve")
        return self._solution(status)

    def _solution(self, status: Status) -> Solution:
        solution = self._highs.getSolution()
        info = self._highs.getInfo()
        columns = np.array(solution.col_value)
        duals = np.array(solution.row_dual)
        bound = info.objective_function_value
        if info.mip_node_count > 0 or (status is Status.TIME_LIMIT and info.mip_node_count >= 0):
            bound = info.mip_dual_bound
        return Solution(status, info.objective_function_value, bound, columns, duals)

    def write(self, path: str) -> None:
        """Write the model as MPS or LP, by the ending of the path."""
        self._check(self._highs.writeModel(path), "write")
