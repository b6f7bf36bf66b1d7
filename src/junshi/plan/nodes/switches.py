"""Cuts that know that a switch is on or off: a binary column that one component of the incoming state allows.

A cut of the relaxed node takes a tenth of a port for worth having. This one takes the incoming state as
variables, solves both branches of the switch (off; on, with the component at one), and lays the steepest plane
below both: a Lagrangian cut of the disjunction (Zou, Ahmed and Sun 2019; Balas 1979), valid at every incoming
state in the box.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from junshi.plan.solver import INFINITY, LinearModel, Status
from junshi.plan.stage_problem import StageProblem

FloatArray = NDArray[np.float64]
Cut = tuple[float, FloatArray]
ROUNDING = 1e-6


@dataclass(frozen=True)
class Switch:
    """Binary column, and the component of the incoming state without which it stays at zero."""

    column: int
    component: int


def find_switches(problem: StageProblem) -> tuple[Switch, ...]:
    """Integer columns that are alone in a row with one component of the incoming state."""
    matrix, found = sparse.csr_array(problem.matrix), []
    integers = set(problem.integers.tolist())
    for row in np.flatnonzero(np.diff(problem.incoming.indptr) == 1):
        columns = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        if len(columns) == 1 and int(columns[0]) in integers:
            component = problem.incoming.indices[problem.incoming.indptr[row]]
            found.append(Switch(int(columns[0]), int(component)))
    return tuple(found)


class SwitchModel:
    """A node whose incoming state is free within a box."""

    def __init__(self, problem: StageProblem, floor: float | None, box: tuple[FloatArray, FloatArray]) -> None:
        """`floor` bounds the future cost from below, None at the last stage; `box` holds all incoming states."""
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
        """Bring the future cuts up to these; `anew` when they are not the loaded ones with more at the end."""
        if anew:
            self._model.delete_rows_from(self._rows)
            self._loaded = 0
        for alpha, beta in cuts[self._loaded :]:
            used = np.flatnonzero(beta)
            columns = np.append(self._outgoing[used], self._theta).astype(np.int32)
            self._model.add_row(alpha, INFINITY, columns, np.append(-beta[used], 1.0))
        self._loaded = len(cuts)

    def plane(self, switch: Switch, slope: FloatArray) -> Cut | None:
        """Intercept and slope below both branches; None when being on is worth nothing.

        Parameters
        ----------
        slope : by the other components of the incoming state, shape [component]
        """
        slope = slope.copy()
        slope[switch.component] = 0.0
        self._model.set_costs(self._incoming, -slope)
        off = self._branch(switch, 0.0, (0.0, 0.0))
        on = self._branch(switch, 1.0, (1.0, 1.0))
        if off is None or on is None or on >= off:
            return None
        slope[switch.component] = on - off
        self._model.set_costs(self._incoming, -slope)
        anywhere = self._branch(switch, 0.0, (0.0, 1.0))
        if anywhere is None:
            return None
        return min(anywhere, off) - ROUNDING * (off - on), slope

    def _branch(self, switch: Switch, value: float, component: tuple[float, float]) -> float | None:
        """Least cost with the switch at `value` and its component within bounds; None when it has none."""
        columns = np.array([switch.column, self._first + switch.component], dtype=np.int32)
        low, high = component
        self._model.set_col_bounds(columns, np.array([value, low]), np.array([value, high]))
        solution = self._model.solve()
        box = self._box[0][switch.component], self._box[1][switch.component]
        self._model.set_col_bounds(columns, np.array([0.0, box[0]]), np.array([1.0, box[1]]))
        return solution.objective if solution.status is Status.OPTIMAL else None
