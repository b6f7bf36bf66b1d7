"""What must hold for every multistage problem, on random ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.plan.end_of_horizon import with_end_of_horizon_risk
from junshi.plan.extensive import solve_extensive
from junshi.plan.risk import Expectation, MeanCVaR, RiskMeasure, WorstCase
from junshi.plan.stage_problem import MultistageProblem
from tests.theory.paths import all_paths
from tests.theory.world import World, committed_problem, problem, worlds

TOLERANCE = 1e-6
MEAN = Expectation()
weights = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
tails = st.sampled_from([0.05, 0.2, 0.5, 0.9])


def optimum(instance: MultistageProblem, risk: RiskMeasure = MEAN) -> float:
    """Optimal risk-adjusted cost of the whole tree."""
    return solve_extensive(instance, risk).objective


def _at_most(left: float, right: float) -> bool:
    return left <= right + TOLERANCE * (1 + abs(right))


@given(worlds(stages=(2, 3)))
def test_information_has_value(world: World) -> None:
    """Knowing the path first costs no more (wait and see), deciding all purchases first costs no less."""
    states, odds = all_paths(problem(world))
    perfect = sum(p * optimum(problem(world.on_path(path))) for path, p in zip(states, odds, strict=True))
    recourse = optimum(problem(world))
    assert _at_most(perfect, recourse)
    assert _at_most(recourse, optimum(committed_problem(world)))


@given(worlds(stages=(2, 2)))
def test_expected_value_solution_costs_more(world: World) -> None:
    """Buying for the mean of the second stage and then adapting costs at least the recourse optimum."""
    odds = world.transition[0]
    mean_world = replace(
        world,
        price=np.stack([world.price[0, :1], np.einsum("s,sk->k", odds, world.price[1])[None]]),
        limit=np.stack([world.limit[0, :1], np.einsum("s,sk->k", odds, world.limit[1])[None]]),
        demand=np.stack([world.demand[0, :1], (odds @ world.demand[1])[None]]),
        transition=np.ones((1, 1)),
    )
    bought = solve_extensive(problem(mean_world), MEAN).decisions(0)[[1, 4]]
    instance = problem(world)
    first = instance.nodes[0][0]
    lower, upper = first.col_lower.copy(), first.col_upper.copy()
    lower[[1, 4]] = upper[[1, 4]] = bought
    fixed = replace(instance, nodes=((replace(first, col_lower=lower, col_upper=upper),), instance.nodes[1]))
    assert first.col_names[1] == "buy a"
    assert first.col_names[4] == "buy b"
    assert _at_most(optimum(instance), optimum(fixed))


@given(worlds(), tails)
def test_risk_aversion_never_lowers_the_risk_adjusted_cost(world: World, tail: float) -> None:
    """The nested optimum rises with the tail's weight, falls with its share, and ends at the worst case."""
    instance = problem(world)
    by_weight = [optimum(instance, MeanCVaR(weight, tail)) for weight in (0.0, 0.5, 1.0)]
    assert by_weight[0] == pytest.approx(optimum(instance), rel=TOLERANCE)
    assert _at_most(by_weight[0], by_weight[1])
    assert _at_most(by_weight[1], by_weight[2])
    assert _at_most(optimum(instance, MeanCVaR(1.0, min(1.0, 2 * tail))), by_weight[2])
    assert _at_most(by_weight[2], optimum(instance, WorstCase(1.0)))


@given(worlds(states=(1, 1)), weights, tails)
def test_without_uncertainty_all_risk_measures_agree(world: World, weight: float, tail: float) -> None:
    """With one path the mean, CVaR and worst case are the same number."""
    certain = optimum(problem(world))
    for risk in (MeanCVaR(weight, tail), WorstCase(weight)):
        assert optimum(problem(world), risk) == pytest.approx(certain, rel=TOLERANCE, abs=TOLERANCE)


@given(worlds(stages=(2, 2)), weights, tails)
def test_readings_of_risk_agree_on_two_stages(world: World, weight: float, tail: float) -> None:
    """With one moment of uncertainty the nested and the end-of-horizon reading are the same."""
    risk = MeanCVaR(weight, tail)
    instance = problem(world)
    end = with_end_of_horizon_risk(instance, risk, (0.0, 2_000.0))
    assert optimum(end) == pytest.approx(optimum(instance, risk), rel=TOLERANCE, abs=TOLERANCE)


@given(worlds(stages=(3, 3)), tails)
def test_both_readings_lie_between_mean_and_worst_case(world: World, tail: float) -> None:
    """CVaR of the total, like nested CVaR, lies between mean and worst case; neither bounds the other."""
    instance = problem(world)
    end = optimum(with_end_of_horizon_risk(instance, MeanCVaR(1.0, tail), (0.0, 2_000.0)))
    nested = optimum(instance, MeanCVaR(1.0, tail))
    for value in (end, nested):
        assert _at_most(optimum(instance), value)
        assert _at_most(value, optimum(instance, WorstCase(1.0)))


@given(worlds(), weights)
def test_impossible_state_changes_nothing(world: World, weight: float) -> None:
    """A Markov state that is never reached, however terrible, does not change the optimum."""
    width = len(world.transition)
    odds = np.zeros((width + 1, width + 1))
    odds[:width, :width] = world.transition
    odds[width, 0] = 1.0
    terrible = replace(
        world,
        price=np.concatenate([world.price, np.full((world.stages, 1, 2), 99.0)], axis=1),
        limit=np.concatenate([world.limit, np.zeros((world.stages, 1, 2))], axis=1),
        demand=np.concatenate([world.demand, np.full((world.stages, 1), 99.0)], axis=1),
        transition=odds,
    )
    risk = MeanCVaR(weight, 0.3)
    assert optimum(problem(terrible), risk) == pytest.approx(
        optimum(problem(world), risk), rel=TOLERANCE, abs=1e-6
    )


@given(worlds(), weights, st.sampled_from([0.01, 3.0, 1000.0]))
def test_units_scale(world: World, weight: float, factor: float) -> None:
    """Another currency, or another unit of capacity, multiplies the optimum and nothing else."""
    risk = MeanCVaR(weight, 0.3)
    base = optimum(problem(world), risk)
    currency = replace(world, cost_scale=factor)
    size = replace(world, limit=factor * world.limit, demand=factor * world.demand)
    assert optimum(problem(currency), risk) == pytest.approx(factor * base, rel=1e-5, abs=1e-5 * factor)
    assert optimum(problem(size), risk) == pytest.approx(factor * base, rel=1e-5, abs=1e-5 * factor)


@given(worlds(), weights)
def test_more_supply_and_shorter_lead_never_cost_more(world: World, weight: float) -> None:
    """One planner is never worse off with more to buy, or when purchases serve at once."""
    risk = MeanCVaR(weight, 0.3)
    base = optimum(problem(world), risk)
    assert _at_most(optimum(problem(replace(world, limit=world.limit + 2)), risk), base)
    quick, slow = (optimum(problem(replace(world, lead=lead)), risk) for lead in (0, 1))
    assert _at_most(quick, slow)


@given(worlds(), weights)
def test_order_of_resources_and_states_changes_nothing(world: World, weight: float) -> None:
    """Renaming resources and Markov states changes nothing."""
    risk = MeanCVaR(weight, 0.3)
    last = len(world.transition) - 1
    order = [0, *range(last, 0, -1)]
    turned = World(
        price=world.price[:, order][..., ::-1],
        limit=world.limit[:, order][..., ::-1],
        demand=world.demand[:, order],
        transition=world.transition[np.ix_(order, order)],
        lead=world.lead,
    )
    assert optimum(problem(turned), risk) == pytest.approx(
        optimum(problem(world), risk), rel=TOLERANCE, abs=1e-6
    )
