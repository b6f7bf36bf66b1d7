"""The chain run once: inputs, fingerprints, outlooks, record."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from junshi.collective.compiled import HAS_NUMBA
from junshi.plan.planner import PlanSettings
from junshi.scenario.schema import Maturity
from junshi.study import plan_study, plan_study_whole_tree, read_inputs, scenario_outlook
from tests.cli.small_scenario import small_scenario


def test_plan_lies_between_the_bound_and_the_whole_tree(tmp_path: Path) -> None:
    """Decomposition and whole tree of one scenario file agree within the reported gap."""
    inputs = read_inputs(small_scenario(tmp_path))
    exact = plan_study_whole_tree(inputs).result.cost
    trained = plan_study(inputs, PlanSettings(gap=1e-3, workers=1)).result.cost
    slack = 1e-6 * abs(exact.objective)
    assert trained.lower_bound <= exact.objective + slack
    assert trained.objective_ci95[1] >= exact.objective - slack


def test_record_names_what_made_the_plan(tmp_path: Path) -> None:
    """Version, inputs, seed, solver and the reason of the stop are kept."""
    inputs = read_inputs(small_scenario(tmp_path))
    record = plan_study(inputs, PlanSettings(gap=0.05, seed=7, workers=1), command=("junshi", "plan")).record
    assert (inputs.fingerprint, 7, "HiGHS", ("junshi", "plan")) == (
        record.inputs_hash,
        record.seed,
        record.solver,
        record.command,
    )
    assert record.solver_status in {"gap", "iterations"}


def test_fingerprint_changes_with_the_file(tmp_path: Path) -> None:
    """Another figure in the file is another problem."""
    first = read_inputs(small_scenario(tmp_path)).fingerprint
    assert first == read_inputs(small_scenario(tmp_path)).fingerprint
    assert first != read_inputs(small_scenario(tmp_path, "units = 60", "units = 61")).fingerprint


def test_stated_maturity_moves_the_outlook(tmp_path: Path) -> None:
    """A maturity row of the scenario replaces the catalogue's path of its ecosystem and no other."""
    inputs = read_inputs(small_scenario(tmp_path))
    names = inputs.tables.effort.ecosystems
    stated = inputs.scenario.model_copy(update={"maturity": [Maturity(ecosystem=names[0], now=0.5)]})
    before = inputs.tables.outlook.maturity
    after = scenario_outlook(stated, inputs.catalogue, names).maturity
    assert np.all(after[0] < before[0])
    np.testing.assert_array_equal(after[1:], before[1:])


@pytest.mark.skipif(not HAS_NUMBA, reason="numba is not installed")
@pytest.mark.slow
def test_collective_gives_the_outlook(tmp_path: Path) -> None:
    """`maturity = "collective"` hands the equilibrium's paths to the plan, with bands in order."""
    inputs = read_inputs(small_scenario(tmp_path))
    names = inputs.tables.effort.ecosystems

    def maturity(which: str) -> np.ndarray:
        scenario = inputs.scenario.model_copy(update={"maturity": which})
        return scenario_outlook(scenario, inputs.catalogue, names).maturity

    low, mean, high = (maturity(which) for which in ("collective-low", "collective", "collective-high"))
    assert np.all((mean > 0) & (mean <= 1))
    assert np.all(low <= high + 1e-12)
    assert not np.allclose(mean, inputs.tables.outlook.maturity)
