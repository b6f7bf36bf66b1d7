"""Cuts that know that a component of the incoming state is zero or one, such as the port of atomic work.

A cut of the relaxed node takes a tenth of a port for worth having. This one takes the incoming state as
variables, solves both branches (component at zero, at one) and lays the steepest plane below both: a
Lagrangian cut of the disjunction (Zou, Ahmed and Sun 2019; Balas 1979), valid where the component is whole.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from junshi.plan.solver import INFINITY, LinearModel, Status
from junshi.plan.stage_problem import StageProblem

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Cut = tuple[float, FloatArray]


def find_switches(problem: StageProblem) -> tuple[int, ...]:
    """Components of the state left that are whole numbers; the stage after has them in its incoming state."""
    return tuple(np.flatnonzero(np.isin(problem.outgoing, problem.integers)).tolist())


def add_future_cut(
    model: LinearModel, outgoing: IntArray, theta: int, alpha: float, beta: FloatArray
) -> None:
    """Append the row theta - beta.outgoing >= alpha; `outgoing` and `theta` are columns of the model."""
    used = np.flatnonzero(beta)
    columns = np.append(outgoing[used], theta).astype(np.int32)
    model.add_row(alpha, INFINITY, columns, np.append(-beta[used], 1.0))


class SwitchModel:
    """A node whose incoming state is free within a box."""

    def __init__(
        self, problem: StageProblem, floor: float | None, box: tuple[FloatArray, FloatArray]
    ) -> None:
        """`floor` bounds the future cost from below, None at the last stage; `box` holds the states."""
        rows, columns = problem.matrix.shape
        dimension = problem.incoming.shape[1]
        future = 0 if floor is None else 1
        matrix = sparse.hstack(
            [problem.matrix, sparse.csr_array((rows, future)), -sparse.csr_array(problem.incoming)],
            format="csr",
        )
        ahead = np.full(future, -INFINITY if floor is None else floor)
        self._model = LinearModel(
            np.concatenate([problem.cost, np.ones(future), np.zeros(dimension)]),
            (
                np.concatenate([problem.col_lower, ahead, box[0]]),
                np.concatenate([problem.col_upper, np.full(future, INFINITY), box[1]]),
            ),
            sparse.csr_array(matrix),
            (problem.row_lower, problem.row_upper),
            constant=problem.constant,
        )
        self._box = box
        self._outgoing, self._theta, self._rows = problem.outgoing, columns, rows
        self._first = columns + future
        self._incoming = np.arange(self._first, self._first + dimension, dtype=np.int32)
        self._loaded = 0

    def load(self, cuts: Sequence[Cut], *, anew: bool) -> None:
        """Bring the future cuts up to these; `anew` when others than the first of them are loaded."""
        if anew:
            self._model.delete_rows_from(self._rows)
            self._loaded = 0
        for alpha, beta in cuts[self._loaded :]:
            add_future_cut(self._model, self._outgoing, self._theta, alpha, beta)
        self._loaded = len(cuts)

    def plane(self, component: int, slope: FloatArray) -> Cut | None:
        """Intercept and slope below both branches; None when being at one is worth nothing.

        Parameters
        ----------
        component : of the incoming state, zero or one
        slope : by the other components, shape [component]
        """
        slope = slope.copy()
        slope[component] = 0.0
        self._model.set_costs(self._incoming, -slope)
        off, on = self._branch(component, 0.0), self._branch(component, 1.0)
        if off is None or on is None or on >= off:
            return None
        slope[component] = on - off
        return off, slope

    def _branch(self, component: int, value: float) -> float | None:
        """Least cost with the component at a value; None when it has none."""
        column = self._incoming[[component]]
        self._model.set_col_bounds(column, np.array([value]), np.array([value]))
        solution = self._model.solve()
        self._model.set_col_bounds(column, self._box[0][[component]], self._box[1][[component]])
        return solution.objective if solution.status is Status.OPTIMAL else None
