"""The engine against closed forms: newsvendor with CVaR, stock against a Markov supply cut, two suppliers."""

from __future__ import annotations

import numpy as np
import pytest

from junshi.plan.risk import MeanCVaR
from junshi.plan.stage_problem import MultistageProblem
from tests.theory.model import Node, chain
from tests.theory.paths import decision, first_decision, trained

# ---------------------------------------------------------------- newsvendor


def newsvendor(
    outcomes: int, price: float = 10.0, cost: float = 6.0, salvage: float = 2.0
) -> MultistageProblem:
    """Buy before demand is known; demand uniform on (0, 100), as equally likely midpoints."""
    first = Node(("bought",))
    first.variable("bought", upper=100.0, cost=cost)
    second = []
    for demand in (np.arange(outcomes) + 0.5) * 100 / outcomes:
        node = Node(("bought",))
        node.variable("bought", 0.0, 0.0)
        node.variable("sold", upper=float(demand), cost=-price)
        node.variable("left", cost=-salvage)
        node.equal({"sold": 1.0, "left": 1.0}, {"bought": -1.0})
        second.append(node)
    return chain([[first], second], [np.full((1, outcomes), 1 / outcomes)], initial=[0.0], floor=-1e4)


def newsvendor_quantity(mean_weight: float, tail: float, ratio: float = 0.5) -> float:
    """Optimal quantity of `newsvendor` as a share of 100; `ratio` = (price - cost) / (price - salvage)."""
    if ratio <= mean_weight * tail + 1 - mean_weight:
        return ratio / (mean_weight + (1 - mean_weight) / tail)
    return (ratio - (1 - mean_weight)) / mean_weight


@pytest.mark.parametrize(
    ("mean_weight", "tail", "quantity", "value"),
    [
        (1.0, 0.5, 50.0, 100.0),
        (0.0, 0.5, 25.0, 50.0),
        (0.0, 0.1, 5.0, 10.0),
        (0.5, 0.2, 16.6667, 33.3333),
        (0.7, 0.2, 28.5714, 46.8571),
        (0.8, 0.1, 37.5, 53.0),
    ],
)
def test_newsvendor(mean_weight: float, tail: float, quantity: float, value: float) -> None:
    """Quantity and value of a newsvendor that weighs its mean profit and the mean of its worst outcomes."""
    policy = trained(newsvendor(200), MeanCVaR(1 - mean_weight, tail), iterations=60, paths=1)
    assert 100 * newsvendor_quantity(mean_weight, tail) == pytest.approx(quantity, abs=1e-3)
    assert first_decision(policy)[0] == pytest.approx(quantity, abs=0.5)
    assert -policy.lower_bound == pytest.approx(value, abs=0.03)


# ------------------------------------------------- stock against a Markov supply cut


def stockpile(
    stages: int,
    cut: float,
    back: float,
    holding: float,
    backorder: float,
    start: float,
    premium: float | None = None,
) -> MultistageProblem:
    """Demand 1 a stage; supply stops with odds `cut` and returns with odds `back`; unmet demand waits.

    State: stock at hand (negative: owed). With a `premium`, a share of demand may be given for good to a
    supplier that never fails, decided before the first stage, at that price a unit; state: this share.
    """

    def node(*, up: bool) -> Node:
        made = Node(("stock", "reliable"))
        made.variable("stock", lower=-np.inf)
        made.variable("reliable", upper=1.0, cost=0.0 if premium is None else premium)
        made.variable("order", upper=np.inf if up else 0.0)
        made.variable("held", cost=holding)
        made.variable("owed", cost=backorder)
        made.equal({"stock": 1, "held": -1, "owed": 1})
        made.equal({"stock": 1, "order": -1, "reliable": -1}, {"stock": -1}, to=-1.0)
        return made

    first = Node(("stock", "reliable"))
    first.variable("stock", start, start)
    first.variable("reliable", upper=0.0 if premium is None else 1.0)
    first.row({"stock": 1.0}, {"stock": -1.0}, lower=0.0)
    problems = [[first]]
    for _ in range(stages):
        up, down = node(up=True), node(up=False)
        for each in (up, down):
            each.equal({"reliable": 1.0}, {"reliable": -1.0})
        problems.append([up, down])
    markov = [[1 - cut, cut], [back, 1 - back]]
    steady = [[back / (cut + back), cut / (cut + back)]]
    return chain(problems, [steady, *[markov] * (stages - 1)], initial=[start, 0.0], floor=-1e-6)


def stock_level(cut: float, back: float, holding: float, backorder: float) -> float:
    """Order-up-to level, in stages of demand (Snyder and Shen, section 9.2): 1 + F^-1(p / (p + h))."""
    level = 0
    while 1 - cut / (cut + back) * (1 - back) ** level < backorder / (backorder + holding):
        level += 1
    return 1.0 + level


@pytest.mark.parametrize(
    ("cut", "back", "holding", "backorder", "level", "cost", "stages", "tolerance"),
    [
        (0.1, 0.5, 1.0, 9.0, 2, 2.333333, 25, 1e-5),
        (0.04, 0.25, 0.25, 3.0, 4, 2737.0690 / 2000, 40, 1e-4),
        (0.02, 0.1, 1.0, 9.0, 6, 13.174833, 60, 5e-3),
    ],
)
def test_stock_against_a_supply_cut(
    cut: float,
    back: float,
    holding: float,
    backorder: float,
    level: float,
    cost: float,
    stages: int,
    tolerance: float,
) -> None:
    """The stock kept and its cost a stage are those of the closed form (one more stage costs g)."""
    policies = [
        trained(stockpile(count, cut, back, holding, backorder, start=level - 1), iterations=60, paths=2)
        for count in (stages, stages + 1)
    ]
    last = policies[-1]
    (left, _) = decision(last, 1, 0, last.problem.initial_state)
    served = 1.0
    assert stock_level(cut, back, holding, backorder) == level
    assert left + served == pytest.approx(level, abs=0.05)
    assert policies[1].lower_bound - policies[0].lower_bound == pytest.approx(cost, rel=tolerance)


def test_rare_long_cuts_need_more_stock() -> None:
    """At equal uptime, rare long cuts need three times the stock of frequent short ones (Tomlin 2006)."""
    frequent, rare = stock_level(0.1, 0.5, 1.0, 9.0), stock_level(0.02, 0.1, 1.0, 9.0)
    assert rare == 3 * frequent


@pytest.mark.parametrize(("ratio", "share"), [(0.97, 1.0), (1.03, 0.0)])
def test_premium_of_a_reliable_supplier(ratio: float, share: float) -> None:
    """A supplier that never fails gets all demand below the cost of the stock that it replaces, else none.

    Tomlin 2006: risk-neutral, with ample supply, one pure strategy is best.
    """
    stages = 12
    rule = (0.1, 0.5, 1.0, 9.0)
    threshold = trained(stockpile(stages, *rule, start=0.0), iterations=60).lower_bound / stages
    policy = trained(stockpile(stages, *rule, start=0.0, premium=ratio * threshold), iterations=60)
    assert first_decision(policy)[1] == pytest.approx(share, abs=1e-6)
    assert policy.lower_bound == pytest.approx(stages * threshold * min(ratio, 1.0), rel=1e-6)


# ------------------------------------------------------------ two suppliers, one shot


def two_suppliers(premium_price: float, *, pay_on_order: bool) -> MultistageProblem:
    """One unit needed; the cheap supplier (price 1) delivers with odds 0.8; a missing unit costs 4."""
    first = Node(("cheap", "sure"))
    first.variable("cheap", upper=1.0, cost=1.0 if pay_on_order else 0.0)
    first.variable("sure", upper=1.0, cost=premium_price)
    second = []
    for delivered in (1.0, 0.0):
        node = Node(("cheap", "sure"))
        node.variable("cheap", 0.0, 0.0)
        node.variable("sure", 0.0, 0.0)
        node.variable("paid", cost=0.0 if pay_on_order else 1.0)
        node.variable("missing", cost=4.0)
        node.equal({"paid": 1.0}, {"cheap": -delivered})
        node.row({"missing": 1.0}, {"cheap": delivered, "sure": 1.0}, lower=1.0)
        second.append(node)
    return chain([[first], second], [[[0.8, 0.2]]], initial=[0.0, 0.0], floor=0.0)


@pytest.mark.parametrize(("pay_on_order", "threshold"), [(False, 1.6), (True, 1.8)])
def test_one_shot_two_suppliers(threshold: float, *, pay_on_order: bool) -> None:
    """The sure supplier is chosen below 0.8 + 0.2 * 4 = 1.6 if paid on delivery, below 1.8 if on order."""
    for price, sure in ((threshold - 0.01, 1.0), (threshold + 0.01, 0.0)):
        policy = trained(two_suppliers(price, pay_on_order=pay_on_order), iterations=15)
        assert first_decision(policy) == pytest.approx([1.0 - sure, sure], abs=1e-7)
        assert policy.lower_bound == pytest.approx(min(price, threshold))
