"""Risk of the total at the end of the horizon, as a wider risk-neutral problem."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junshi.plan.end_of_horizon import plain_costs, with_end_of_horizon_risk
from junshi.plan.extensive import solve_extensive
from junshi.plan.instance import PlanInstance
from junshi.plan.planner import RiskAttitude, prepare
from junshi.plan.risk import Expectation, MeanCVaR, risk_of
from junshi.plan.stage_problem import MultistageProblem
from junshi.plan.whole_tree import tree_paths
from junshi.terms import RiskReading
from tests.plan.instances import NEUTRAL, instances, tiny, with_fleet, with_work, without_limits

WIDE = (-1e5, 1e5)
MEAN = Expectation()


def path_totals(
    plain: MultistageProblem, extended: MultistageProblem
) -> tuple[float, np.ndarray, np.ndarray]:
    """Optimum of the extended problem, and cost without risk terms and odds of each path."""
    solution = solve_extensive(extended, MEAN)
    paths = tree_paths(solution)
    tree = solution.form.tree
    totals = np.zeros(len(paths))
    for stage, nodes in enumerate(paths.T):
        columns = np.stack([solution.decisions(int(node)) for node in nodes])
        totals += plain_costs(plain, stage, tree.state[nodes], columns)
    return solution.objective, totals, tree.reach[paths[:, -1]]


@settings(max_examples=15)
@given(instances(stages=(2, 4)), st.sampled_from([0.2, 1.0]), st.sampled_from([0.1, 0.5]))
def test_optimum_is_the_risk_of_the_path_totals(instance: PlanInstance, weight: float, tail: float) -> None:
    """The mean cost of the wider problem is the mean-CVaR of the totals of its optimal plan."""
    plain = prepare(instance, NEUTRAL).problem
    risk = MeanCVaR(weight, tail)
    value, totals, odds = path_totals(plain, with_end_of_horizon_risk(plain, risk, WIDE))
    assert value == pytest.approx(risk_of(risk, totals, odds), rel=1e-6, abs=1e-6)


@settings(max_examples=15)
@given(instances(stages=(2, 3)), st.sampled_from([0.05, 0.3, 1.0]), st.sampled_from([0.05, 0.3]))
def test_quantile_range_of_the_planner_cuts_nothing_off(
    instance: PlanInstance, weight: float, tail: float
) -> None:
    """Seeking the quantile in the planner's range or in a far wider one gives the same optimum."""
    setting = prepare(instance, RiskAttitude(weight, tail, RiskReading.END))
    wide = with_end_of_horizon_risk(setting.plain, MeanCVaR(weight, tail), WIDE)
    expected = solve_extensive(wide, MEAN).objective
    assert solve_extensive(setting.problem, MEAN).objective == pytest.approx(expected, rel=1e-6, abs=1e-7)


def test_quantile_may_exceed_the_cost_of_doing_nothing() -> None:
    """A plan whose worst paths cost more than doing nothing can be best for who minds risk a little."""
    case = with_fleet(
        without_limits(with_work(tiny(3), atomic=False)),
        installed=0.0,
        available=[[20.0, 0.0], [0.0, 0.0]],
        rentable=0.0,
        lead_time_quarters=1,
        price=10.0,
        resale_price=0.0,
        energy_cost=0.0,
        operation_cost=0.0,
        survival=[[1.0, 1.0], [0.0, 0.0]],
        delivered=1.0,
    )
    case = with_work(
        case,
        demand=[8.0, 1e-9],
        unmet_cost=[30.0, 0.0],
        effort_days=[[0.0, np.nan], [0.0, np.nan]],
        ported=[1.0, 0.0],
        seasoned=[1.0, 0.0],
    )
    case = replace(
        case, transition=np.array([[0.8, 0.2], [0.0, 1.0]]), discount=np.ones(3), service_life_quarters=1.0
    )
    setting = prepare(case, RiskAttitude(0.1, 0.1, RiskReading.END))
    value, totals, _ = path_totals(setting.plain, setting.problem)
    nothing = 90.0
    assert totals.max() * setting.layout.cost_scale > nothing
    assert value * setting.layout.cost_scale == pytest.approx(78.4)


def test_several_first_states_are_refused() -> None:
    """A quantile that knew the first state would be more than a quantile."""
    plain = prepare(tiny(2), NEUTRAL).problem
    twice = replace(
        plain,
        initial_odds=np.array([0.5, 0.5]),
        nodes=((plain.nodes[0][0],) * 2, plain.nodes[1]),
        transition=(np.repeat(plain.transition[0], 2, axis=0),),
    )
    with pytest.raises(ValueError, match="one state"):
        with_end_of_horizon_risk(twice, MeanCVaR(0.5, 0.3), WIDE)


def test_extended_problem_has_names_for_people() -> None:
    """The added columns and rows are named, in the order of the arrays."""
    extended = with_end_of_horizon_risk(prepare(tiny(2), NEUTRAL).problem, MeanCVaR(0.5, 0.3), WIDE)
    first, last = extended.nodes[0][0], extended.nodes[1][0]
    assert first.col_names[-2:] == ("excess", "quantile")
    assert last.col_names[-2:] == ("excess", "positive")
    assert last.row_names[-2:] == ("gather_excess", "positive_excess")
    assert len(last.row_names) == last.row_lower.size
