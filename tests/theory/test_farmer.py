"""Value of information of the farmer's problem (Birge and Louveaux 2011, sections 1.1 and 4)."""

from __future__ import annotations

import numpy as np
import pytest

from junshi.plan.extensive import solve_extensive
from junshi.plan.risk import Expectation, MeanCVaR
from tests.theory.instances import farmer
from tests.theory.paths import first_decision, path_costs, trained

YIELDS = (1.2, 1.0, 0.8)
RECOURSE = -108_390.0


def _optimum(**changes: object) -> float:
    return solve_extensive(farmer(**changes), Expectation()).objective  # type: ignore[arg-type]


def test_recourse_problem() -> None:
    """Plant 170, 80 and 250 acres; good, fair and bad years cost -167,000, -109,350 and -48,820."""
    policy = trained(farmer(), iterations=60)
    costs, _ = path_costs(policy)
    assert first_decision(policy) == pytest.approx([170, 80, 250])
    assert costs == pytest.approx([-167_000, -109_350, -48_820])
    assert policy.lower_bound == pytest.approx(RECOURSE)


def test_wait_and_see() -> None:
    """Knowing each year's yield is worth 7,015.56 a year on average (EVPI)."""
    perfect = [_optimum(multipliers=(level,)) for level in YIELDS]
    assert perfect == pytest.approx([-167_666.6667, -118_600, -59_950])
    assert RECOURSE - np.mean(perfect) == pytest.approx(7_015.5556)


def test_expected_value_solution() -> None:
    """Planting for the mean yield costs 1,150 more than planting for all three (VSS)."""
    expected_value = trained(farmer((1.0,)), iterations=60)
    acres = first_decision(expected_value)
    assert expected_value.lower_bound == pytest.approx(-118_600)
    assert acres == pytest.approx([120, 80, 300])
    assert _optimum(planted=acres) == pytest.approx(-107_240)
    assert _optimum(planted=acres) - RECOURSE == pytest.approx(1_150)


def test_mean_and_cvar() -> None:
    """E + 5 CVaR of the worst 20 % is -391,513.33 with 100, 80 and 320 acres."""
    risk = MeanCVaR(weight=5 / 6, tail=0.2)
    policy = trained(farmer(), risk, iterations=60)
    costs, odds = path_costs(policy)
    assert 6 * policy.lower_bound == pytest.approx(-391_513.3333)
    assert first_decision(policy) == pytest.approx([100, 80, 320])
    assert odds @ costs == pytest.approx(-103_313.3333)
    assert costs.max() == pytest.approx(-57_640)


@pytest.mark.parametrize(
    ("weight", "acres", "mean", "worst"),
    [
        (1.0, (100, 100, 300), -107_100, -56_800),
        (20.0, (100, 25, 375), -86_600, -59_950),
    ],
)
def test_frontier(weight: float, acres: tuple[float, ...], mean: float, worst: float) -> None:
    """On the frontier E + b CVaR (worst 20 %), more weight buys a better worst year for a worse mean."""
    policy = trained(farmer(), MeanCVaR(weight=weight / (1 + weight), tail=0.2), iterations=60)
    costs, odds = path_costs(policy)
    assert first_decision(policy) == pytest.approx(acres)
    assert odds @ costs == pytest.approx(mean)
    assert costs.max() == pytest.approx(worst)
