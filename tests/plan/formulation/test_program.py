"""Columns and rows collected into arrays."""

from __future__ import annotations

import numpy as np

from junshi.plan.formulation.program import Program


def test_frozen_arrays() -> None:
    """Columns, rows, coefficients of the incoming state, integers and the constant, each in its place."""
    program = Program()
    x = program.column("x", 2.0, upper=3.0)
    y = program.column("y", integer=True)
    program.row("cover", [(x, 1.0), (y, 4.0), (x, 1.0)], lower=1.0, incoming=[(0, -1.0)])
    program.row("none", [(x, 0.0)], upper=5.0)
    problem = program.freeze([y], constant=7.0)
    assert problem.cost.tolist() == [2.0, 0.0]
    assert problem.col_upper.tolist() == [3.0, np.inf]
    assert problem.matrix.toarray().tolist() == [[2.0, 4.0], [0.0, 0.0]]
    assert problem.incoming.toarray().tolist() == [[-1.0], [0.0]]
    assert problem.row_lower.tolist() == [1.0, -np.inf]
    assert problem.row_upper.tolist() == [np.inf, 5.0]
    assert problem.integers.tolist() == [1]
    assert problem.outgoing.tolist() == [1]
    assert problem.constant == 7.0


def test_program_without_rows() -> None:
    """A problem of columns alone has empty matrices of the right shape."""
    program = Program()
    program.column("x")
    problem = program.freeze([])
    assert problem.matrix.shape == (0, 1)
    assert problem.incoming.shape == (0, 0)
