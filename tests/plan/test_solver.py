"""The layer over HiGHS: statuses, changes to a warm model, refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pytest
from numpy.typing import ArrayLike
from scipy import sparse

from junshi.errors import SolverTrouble
from junshi.plan import solver
from junshi.plan.solver import INFINITY, LinearModel, Status, solver_version


def model(
    cost: ArrayLike, rows: ArrayLike, lower: ArrayLike, upper: ArrayLike, **options: Any
) -> LinearModel:
    """Model of columns from 0 to 10."""
    costs = np.array(cost, dtype=float)
    return LinearModel(
        costs,
        (np.zeros(costs.size), np.full(costs.size, 10.0)),
        sparse.csr_array(np.array(rows, dtype=float)),
        (np.array(lower, dtype=float), np.array(upper, dtype=float)),
        **options,
    )


def test_optimum_and_duals() -> None:
    """The minimum of x + 2y, x + y >= 4, x <= 3 is 5 at (3, 1); one more unit of the first row costs 2."""
    solution = model([1, 2], [[1, 1], [1, 0]], [4, -INFINITY], [INFINITY, 3], constant=7.0).solve()
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(12.0)
    assert solution.bound == pytest.approx(12.0)
    assert solution.columns == pytest.approx([3, 1])
    assert solution.row_duals == pytest.approx([2, -1])


def test_infeasible_is_said() -> None:
    """A row that its columns cannot reach makes the model infeasible."""
    assert model([1], [[1]], [11], [INFINITY]).solve().status is Status.INFEASIBLE


def test_unbounded_is_said() -> None:
    """A cost that falls for ever makes the model unbounded."""
    free = LinearModel(
        np.array([-1.0]),
        (np.zeros(1), np.array([INFINITY])),
        sparse.csr_array(np.array([[1.0]])),
        (np.zeros(1), np.array([INFINITY])),
    )
    assert free.solve().status is Status.UNBOUNDED


def test_time_limit_is_said() -> None:
    """A hard integer problem with no time ends at the time limit, its bound below its optimum."""
    rng = np.random.default_rng(0)
    weights = rng.integers(100, 1000, (20, 60)).astype(float)
    hard = model(
        -weights.sum(axis=0),
        weights,
        np.full(20, -INFINITY),
        weights.sum(axis=1) * 2.5,
        integers=np.arange(60),
        time_limit=0.01,
    )
    assert hard.solve().status is Status.TIME_LIMIT


def test_every_status_of_the_solver_is_known_or_a_failure() -> None:
    """The statuses that end a solve in order have names of ours; all the others count as failed."""
    known = {
        highspy.HighsModelStatus.kOptimal: Status.OPTIMAL,
        highspy.HighsModelStatus.kInfeasible: Status.INFEASIBLE,
        highspy.HighsModelStatus.kUnbounded: Status.UNBOUNDED,
        highspy.HighsModelStatus.kTimeLimit: Status.TIME_LIMIT,
    }
    assert known.items() <= solver._STATUS.items()
    for status in (highspy.HighsModelStatus.kSolveError, highspy.HighsModelStatus.kUnknown):
        assert solver._STATUS.get(status, Status.FAILED) is Status.FAILED


def test_refused_option_is_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    """An option that the solver refuses stops the load: it would go on silently without it."""

    def refuse(self: object, name: str, value: object) -> highspy.HighsStatus:
        return highspy.HighsStatus.kError if name == "mip_rel_gap" else highspy.HighsStatus.kOk

    monkeypatch.setattr(solver._SilentHighs, "setOptionValue", refuse)
    with pytest.raises(SolverTrouble, match="mip_rel_gap"):
        model([1], [[1]], [0], [1])


def test_option_out_of_range_is_refused() -> None:
    """HiGHS itself refuses a negative gap, and we say so."""
    with pytest.raises(SolverTrouble, match="mip_rel_gap"):
        model([1], [[1]], [0], [1], mip_gap=-1.0)


def test_integer_columns() -> None:
    """The minimum of -x - y, 2x + 2y <= 7 is -3.5, and -3 in whole numbers, where the bound is proven."""
    relaxed = model([-1, -1], [[2, 2]], [-INFINITY], [7]).solve()
    whole = model([-1, -1], [[2, 2]], [-INFINITY], [7], integers=np.arange(2)).solve()
    assert relaxed.objective == pytest.approx(-3.5)
    assert whole.objective == pytest.approx(-3.0)
    assert whole.objective - 1e-6 * 3 <= whole.bound <= whole.objective + 1e-9


def test_warm_model_follows_its_changes() -> None:
    """After changed bounds, costs and rows a warm model has the optimum of a fresh one."""
    warm = model([1, 2], [[1, 1]], [4], [INFINITY])
    assert warm.solve().objective == pytest.approx(4)
    warm.set_row_bounds(np.array([0], dtype=np.int32), np.array([6.0]), np.array([INFINITY]))
    assert warm.solve().objective == pytest.approx(6)
    warm.set_col_bounds(np.array([0], dtype=np.int32), np.array([0.0]), np.array([5.0]))
    assert warm.solve().objective == pytest.approx(7)
    warm.set_costs(np.array([1], dtype=np.int32), np.array([3.0]))
    assert warm.solve().objective == pytest.approx(8)
    warm.add_row(2.0, INFINITY, np.array([1], dtype=np.int32), np.array([1.0]))
    assert warm.rows == 2
    assert warm.solve().objective == pytest.approx(10)
    warm.delete_rows_from(1)
    assert warm.rows == 1
    assert warm.solve().objective == pytest.approx(8)
    warm.delete_rows_from(1)
    assert warm.rows == 1


def test_solver_prints_nothing(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Nothing reaches standard output, where the JSON of a plan goes."""
    one = model([-1, -1], [[2, 2]], [-INFINITY], [7], integers=np.arange(2))
    one.solve()
    one.write(str(tmp_path / "model.mps"))
    assert capfd.readouterr() == ("", "")
    assert "COLUMNS" in (tmp_path / "model.mps").read_text()


def test_writing_where_nothing_can_be_written_is_trouble(tmp_path: Path) -> None:
    """A model file in a folder that does not exist is refused in our words."""
    with pytest.raises(SolverTrouble, match="write"):
        model([1], [[1]], [0], [1]).write(str(tmp_path / "absent" / "model.mps"))


def test_version_names_the_solver() -> None:
    """The version is one of HiGHS."""
    assert solver_version().startswith("HiGHS 1.")
