"""Branch and bound on a warm model against the mixed-integer solver of HiGHS."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse

from junshi.plan.nodes.branch import RELATIVE_GAP, Bounds, branch_and_bound
from junshi.plan.solver import INFINITY, LinearModel, Solution, Status

FloatArray = NDArray[np.float64]
Data = tuple[FloatArray, FloatArray, FloatArray]


@st.composite
def covers(draw: st.DrawFn) -> Data:
    """Cost, matrix and right-hand side of: cheapest binaries, and slack at a price, that cover every row."""
    binaries, rows = draw(st.integers(2, 8)), draw(st.integers(1, 4))

    def numbers(count: int, low: int, high: int) -> FloatArray:
        return np.array(draw(st.lists(st.integers(low, high), min_size=count, max_size=count)), dtype=float)

    cost = np.append(numbers(binaries, 1, 30), np.full(rows, 9.0))
    matrix = np.hstack([numbers(rows * binaries, 0, 9).reshape(rows, binaries), np.eye(rows)])
    return cost, matrix, numbers(rows, 1, 20)


def load(data: Data, integers: NDArray[np.int64] | None = None) -> LinearModel:
    """Model of a cover; the slacks have no upper bound."""
    cost, matrix, need = data
    binaries = cost.size - need.size
    upper = np.append(np.ones(binaries), np.full(need.size, INFINITY))
    return LinearModel(
        cost,
        (np.zeros(cost.size), upper),
        sparse.csr_array(matrix),
        (need, np.full(need.size, INFINITY)),
        integers=integers,
        mip_gap=1e-9,
    )


@given(covers())
def test_optimum_is_that_of_the_integer_solver(data: Data) -> None:
    """The best solution is integer and as good as that of HiGHS within the stated gap."""
    cost, _, need = data
    binaries = np.arange(cost.size - need.size)
    model, columns = load(data), binaries.astype(np.int32)

    def solve(half: Bounds) -> Solution:
        model.set_col_bounds(columns, *half)
        return model.solve()

    bounds = (np.zeros(binaries.size), np.ones(binaries.size))
    best = branch_and_bound(model.solve(), columns, bounds, solve)
    expected = load(data, binaries).solve().objective
    assert best is not None
    assert best.columns[binaries] == pytest.approx(np.round(best.columns[binaries]), abs=1e-6)
    assert expected - 1e-6 <= best.objective <= expected * (1 + 2 * RELATIVE_GAP) + 1e-6


def test_without_an_integer_solution_there_is_none() -> None:
    """0.4 <= x <= 0.6 has no whole number."""
    model = LinearModel(
        np.array([1.0]),
        (np.zeros(1), np.ones(1)),
        sparse.csr_array(np.array([[1.0]])),
        (np.array([0.4]), np.array([0.6])),
    )
    columns = np.zeros(1, dtype=np.int32)

    def solve(half: Bounds) -> Solution:
        model.set_col_bounds(columns, *half)
        return model.solve()

    relaxed = model.solve()
    assert relaxed.status is Status.OPTIMAL
    assert branch_and_bound(relaxed, columns, (np.zeros(1), np.ones(1)), solve) is None


def test_integer_relaxation_needs_no_branch() -> None:
    """When the relaxation is integer it is the answer, and nothing is solved again."""
    relaxed = Solution(Status.OPTIMAL, 1.0, 1.0, np.array([1.0, 0.0, 0.3]), np.zeros(1))

    def solve(half: Bounds) -> Solution:
        raise AssertionError(half)

    columns = np.array([0, 1], dtype=np.int32)
    assert branch_and_bound(relaxed, columns, (np.zeros(2), np.ones(2)), solve) is relaxed
