"""The written MPS file means the same to another solver: GLPK, an independent code."""

from __future__ import annotations

from pathlib import Path

import pytest
import swiglpk as glpk

from junshi.plan.extensive import extensive_form, solve_extensive
from junshi.plan.planner import RiskAttitude, prepare
from junshi.plan.risk import Expectation, MeanCVaR, RiskMeasure
from junshi.plan.stage_problem import MultistageProblem
from junshi.plan.whole_tree import write_mps
from junshi.terms import RiskReading
from tests.theory import instances
from tests.theory.test_planner import two_suppliers


def glpk_optimum(path: Path) -> float:
    """Optimum of an MPS file by GLPK, integers included."""
    glpk.glp_term_out(glpk.GLP_OFF)
    model = glpk.glp_create_prob()
    assert glpk.glp_read_mps(model, glpk.GLP_MPS_FILE, None, str(path)) == 0
    assert glpk.glp_simplex(model, None) == 0
    value = glpk.glp_get_obj_val(model)
    if glpk.glp_get_num_int(model) > 0:
        assert glpk.glp_intopt(model, None) == 0
        value = glpk.glp_mip_obj_val(model)
    glpk.glp_delete_prob(model)
    return float(value)


@pytest.mark.parametrize(
    ("problem", "risk"),
    [
        (instances.hydro_valley(), Expectation()),
        (instances.hydro_valley(), MeanCVaR(0.5, 0.66)),
        (instances.capacity_expansion(3), Expectation()),
        (instances.booking(2, 2, 3), Expectation()),
        (instances.air_conditioning(), MeanCVaR(0.5, 0.4)),
    ],
    ids=["mean", "nested risk", "capacity expansion", "binary", "integer with risk"],
)
def test_other_solver_agrees(problem: MultistageProblem, risk: RiskMeasure, tmp_path: Path) -> None:
    """GLPK finds the same optimum in the written tree as HiGHS in the loaded one."""
    path = tmp_path / "tree.mps"
    extensive_form(problem, risk).model().write(str(path))
    assert glpk_optimum(path) == pytest.approx(solve_extensive(problem, risk).objective, rel=1e-6)


@pytest.mark.parametrize("reading", list(RiskReading))
def test_other_solver_agrees_on_a_plan(reading: RiskReading, tmp_path: Path) -> None:
    """The MPS file of a plan has the plan's optimum, in both readings of risk."""
    setting = prepare(
        two_suppliers(0.8, 1.0, 1.5, 4.0, pay_on_order=True).instance(), RiskAttitude(0.5, 0.3, reading)
    )
    path = tmp_path / "plan.mps"
    write_mps(setting, path)
    scaled = solve_extensive(setting.problem, setting.measure).objective
    expected = scaled * setting.layout.cost_scale
    assert glpk_optimum(path) == pytest.approx(expected, rel=1e-6, abs=1e-9)
