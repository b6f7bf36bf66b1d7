"""The engine reproduces the published optima of small multistage problems.

Sources: Birge and Louveaux 2011 (farmer, air conditioning, financial planning), Louveaux and Smeers 1988
(LandS), FAST, StructDualDynProg.jl, and the examples and tutorials of SDDP.jl; the values were solved again.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from junshi.plan.end_of_horizon import with_end_of_horizon_risk
from junshi.plan.extensive import solve_extensive
from junshi.plan.risk import Expectation, MeanCVaR, RiskMeasure, WorstCase, risk_of
from junshi.plan.stage_problem import MultistageProblem
from tests.theory import instances
from tests.theory.paths import path_costs, plain_path_costs, trained

Case = tuple[Callable[[], MultistageProblem], float]

CONTINUOUS: dict[str, Case] = {
    "farmer": (instances.farmer, -108_390.0),
    "electricity investment": (instances.electricity_investment, 381.853333),
    "production management": (instances.production_management, -23.96),
    "hydrothermal, two stages": (instances.two_stage_hydrothermal, 10.0),
    "quick start": (instances.quick_start, -2.0),
    "capacity expansion, two stages": (lambda: instances.capacity_expansion(2), 340_315.5217),
    "capacity expansion, three stages": (lambda: instances.capacity_expansion(3), 406_712.49),
    "financial planning": (instances.financial_planning, 1.514084643),
    "hydro valley, certain": (lambda: instances.hydro_valley(inflows=False, prices=False), -835.0),
    "hydro valley, inflows": (lambda: instances.hydro_valley(prices=False), -838.333333),
    "hydro valley, prices": (lambda: instances.hydro_valley(inflows=False), -851.8),
    "hydro valley, both": (instances.hydro_valley, -855.0),
    "hydrothermal tutorial": (lambda: instances.hydrothermal_tutorial(markov=False), 8_333.333333),
    "Markov tutorial": (lambda: instances.hydrothermal_tutorial(markov=True), 8_072.916667),
}
BINARY: dict[str, Case] = {
    "air conditioning": (instances.air_conditioning, 62_500.0),
    "all blacks": (instances.all_blacks, -8.0),
    "booking (2, 2, 3)": (lambda: instances.booking(2, 2, 3), -331 / 54),
}


@pytest.mark.parametrize("name", CONTINUOUS)
def test_decomposition_reaches_the_published_optimum(name: str) -> None:
    """SDDP's lower bound rises to the published optimum, and its policy costs exactly that on the tree."""
    build, optimum = CONTINUOUS[name]
    policy = trained(build(), iterations=100)
    costs, odds = path_costs(policy)
    assert policy.lower_bound == pytest.approx(optimum, rel=1e-7)
    assert odds @ costs == pytest.approx(optimum, rel=1e-7)


@pytest.mark.parametrize("name", [*CONTINUOUS, *BINARY])
def test_extensive_form_has_the_published_optimum(name: str) -> None:
    """The whole tree as one program, integers included, has the published optimum."""
    build, optimum = (CONTINUOUS | BINARY)[name]
    assert solve_extensive(build(), Expectation()).objective == pytest.approx(optimum, rel=1e-7)


@pytest.mark.parametrize("name", BINARY)
def test_bound_of_the_relaxation_stays_below_the_integer_optimum(name: str) -> None:
    """With integer columns the SDDP bound is proven for the relaxation, so it never passes the optimum."""
    build, optimum = BINARY[name]
    assert trained(build()).lower_bound <= optimum + 1e-6 * abs(optimum)


def test_booking_of_one_day() -> None:
    """Two rooms, one day, five requests: 7.25, as asserted by SDDP.jl and solved by dynamic programming."""
    assert trained(instances.booking(1, 2, 5)).lower_bound == pytest.approx(-7.25, rel=1e-7)


RISKS: dict[str, tuple[RiskMeasure, float]] = {
    "half mean, half CVaR of the worst 66 %": (MeanCVaR(weight=0.5, tail=0.66), -828.157254),
    "half mean, half worst case": (WorstCase(weight=0.5), -780.866667),
}


@pytest.mark.parametrize("name", RISKS)
def test_nested_risk_of_the_hydro_valley(name: str) -> None:
    """Nested risk of the hydro valley: decomposition and extensive form reach the published value."""
    risk, optimum = RISKS[name]
    problem = instances.hydro_valley()
    assert trained(problem, risk, iterations=40).lower_bound == pytest.approx(optimum, rel=1e-6)
    assert solve_extensive(problem, risk).objective == pytest.approx(optimum, rel=1e-6)


def test_end_of_horizon_risk_of_the_hydro_valley() -> None:
    """The risk of the total at the end differs from the nested one: 833.813 against 828.157."""
    risk = MeanCVaR(weight=0.5, tail=0.66)
    problem = with_end_of_horizon_risk(instances.hydro_valley(), risk, (-2_000.0, 1_000.0))
    assert solve_extensive(problem, Expectation()).objective == pytest.approx(-833.813131, rel=1e-6)
    policy = trained(problem, iterations=80)
    assert policy.lower_bound == pytest.approx(-833.813131, rel=1e-6)


def test_end_of_horizon_risk_is_the_risk_of_the_total() -> None:
    """The policy's total cost on all paths, read with the risk measure, gives back the optimum."""
    risk = MeanCVaR(weight=0.5, tail=0.66)
    plain = instances.hydro_valley()
    policy = trained(with_end_of_horizon_risk(plain, risk, (-2_000.0, 1_000.0)), iterations=80)
    totals, odds = plain_path_costs(policy, plain)
    assert risk_of(risk, totals, odds) == pytest.approx(-833.813131, rel=1e-5)


def test_long_chain_approaches_the_infinite_horizon() -> None:
    """Cost 2 a stage with odds 0.9 of going on: 2 (1 - 0.9^n) / 0.1 in n stages, 20 in the limit."""
    stages = 100
    bound = trained(instances.perpetual_cost(stages), iterations=2, paths=1).lower_bound
    assert bound == pytest.approx(20 * (1 - 0.9**stages), rel=1e-9)
    assert bound == pytest.approx(20.0, abs=1e-3)


def test_generation_expansion_bound_is_below_the_integer_optimum() -> None:
    """Five binary units: the bound is 2,078,860 as in SDDP.jl, below the optimum of dynamic programming."""
    bound = trained(instances.generation_expansion(), iterations=40).lower_bound
    assert bound == pytest.approx(2_078_860.0, abs=1e3)
    assert bound <= 2_079_457.11
