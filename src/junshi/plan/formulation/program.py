"""Columns and rows of one stage problem while it is put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from junshi.plan.stage_problem import StageProblem

FloatArray = NDArray[np.float64]
Term = tuple[int, float]
INFINITY = float("inf")


class Program:
    """Grows column by column and row by row; `freeze` gives the arrays.

    A row reads  lower + sum incoming <= sum terms <= upper + sum incoming.
    """

    def __init__(self) -> None:
        self._cost: list[float] = []
        self._lower: list[float] = []
        self._upper: list[float] = []
        self._names: list[str] = []
        self._integers: list[int] = []
        self._row_lower: list[float] = []
        self._row_upper: list[float] = []
        self._row_names: list[str] = []
        self._entries: list[tuple[int, int, float]] = []
        self._incoming: list[tuple[int, int, float]] = []

    def column(self, name: str, cost: float = 0.0, *, upper: float = INFINITY, integer: bool = False) -> int:
        """Add a column from 0 to `upper`; returns its index."""
        self._names.append(name)
        self._cost.append(cost)
        self._lower.append(0.0)
        self._upper.append(upper)
        if integer:
            self._integers.append(len(self._names) - 1)
        return len(self._names) - 1

    def row(
        self,
        name: str,
        terms: Iterable[Term],
        *,
        lower: float = -INFINITY,
        upper: float = INFINITY,
        incoming: Iterable[Term] = (),
    ) -> None:
        """Add a row; `incoming` lists (position in the incoming state, coefficient)."""
        row = len(self._row_names)
        self._row_names.append(name)
        self._row_lower.append(lower)
        self._row_upper.append(upper)
        self._entries += [(row, col, value) for col, value in terms if value != 0.0]
        self._incoming += [(row, position, value) for position, value in incoming if value != 0.0]

    def freeze(self, outgoing: Sequence[int], *, constant: float = 0.0) -> StageProblem:
        """Arrays of the stage problem; the incoming state has the layout of the outgoing one."""
        return StageProblem(
            cost=np.array(self._cost),
            col_lower=np.array(self._lower),
            col_upper=np.array(self._upper),
            matrix=_csr(self._entries, (len(self._row_names), len(self._names))),
            row_lower=np.array(self._row_lower),
            row_upper=np.array(self._row_upper),
            incoming=_csr(self._incoming, (len(self._row_names), len(outgoing))),
            outgoing=np.array(outgoing, dtype=np.int64),
            integers=np.array(self._integers, dtype=np.int64),
            constant=constant,
            col_names=tuple(self._names),
            row_names=tuple(self._row_names),
        )


def _csr(entries: list[tuple[int, int, float]], shape: tuple[int, int]) -> sparse.csr_array:
    if not entries:
        return sparse.csr_array(shape)
    rows, cols, values = zip(*entries, strict=True)
    return sparse.csr_array(
        sparse.coo_array((np.array(values), (np.array(rows), np.array(cols))), shape=shape)
    )
