"""Closed forms through the planner's public call, not the engine alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from junshi.plan.planner import RiskAttitude
from junshi.plan.risk import MeanCVaR, risk_of
from junshi.terms import RiskReading
from tests.theory.plan import Case, Chip, Task, ordered_now, planned
from tests.theory.test_closed_forms import newsvendor_quantity

PRICE, COST, SALVAGE, OUTCOMES = 10.0, 6.0, 2.0, 20
DEMANDS = (np.arange(OUTCOMES) + 0.5) * 100 / OUTCOMES


def newsvendor() -> Case:
    """Order once; next quarter demand is known; units without work are resold.

    The loss of unmet work is the lost sale. Revenue of the whole demand comes in as the resale of a `claim`,
    which is worth price times demand, so that the total cost is minus the profit.
    """
    seen = np.vstack([np.zeros(OUTCOMES), DEMANDS])
    return Case(
        stages=2,
        transition=np.full((OUTCOMES, OUTCOMES), 1 / OUTCOMES),
        chips={
            "good": Chip(
                available=np.vstack([np.full(OUTCOMES, 100.0), np.zeros(OUTCOMES)]),
                price=COST,
                resale=np.vstack([np.zeros(OUTCOMES), np.full(OUTCOMES, SALVAGE)]),
                survival=0.0,
            ),
            "claim": Chip(
                installed=1.0, resale=PRICE * seen, survival=[1.0] + [0.0] * (OUTCOMES - 1), ecosystem=1
            ),
        },
        tasks={"sale": Task(demand=seen, unmet=PRICE, effort=(0.0, np.nan), ported=(1.0, 0.0))},
        ecosystems=("goods", "claims"),
    )


def profit(quantity: float) -> np.ndarray:
    """Profit of each demand."""
    sold = np.minimum(quantity, DEMANDS)
    return PRICE * sold + SALVAGE * (quantity - sold) - COST * quantity


@pytest.mark.parametrize("reading", list(RiskReading))
@pytest.mark.parametrize(
    ("mean_weight", "tail"), [(1.0, 0.5), (0.0, 0.5), (0.0, 0.1), (0.5, 0.2), (0.7, 0.2), (0.8, 0.1)]
)
def test_newsvendor_with_cvar(mean_weight: float, tail: float, reading: RiskReading) -> None:
    """The planner orders the newsvendor's mean-CVaR quantity and reports its value, in both readings."""
    result = planned(newsvendor(), RiskAttitude(1 - mean_weight, tail, reading))
    measure = MeanCVaR(1 - mean_weight, tail)
    odds = np.full(OUTCOMES, 1 / OUTCOMES)
    best = min(risk_of(measure, -profit(quantity), odds) for quantity in np.arange(0.0, 100.5, 0.5))
    ordered = ordered_now(result).get("good", 0.0)
    assert result.cost.lower_bound == pytest.approx(best, rel=1e-5)
    assert risk_of(measure, -profit(ordered), odds) == pytest.approx(best, rel=1e-4)
    assert ordered == pytest.approx(100 * newsvendor_quantity(mean_weight, tail), abs=100 / OUTCOMES)


WEAR, CAPITAL, HOLDING, LOSS = 0.8, 10.0, 1.0, 8.0


def stock_for_a_cut(cut: float, back: float) -> float:
    """Stock of accelerators, in units of demand, that is best to hold against a cut, in closed form.

    Each quarter a share WEAR of the units kept survives, and HOLDING is paid for each. While supply is open
    one buys up to S, at CAPITAL a unit, for the next quarter, and sells what is too much at that price. Let
    quarter N be the next open one: P(N >= 1) = 1, P(N >= j) = cut (1 - back)^(j-2). Of one more unit,
    WEAR^(j-1) is there in quarter j <= N; it saves LOSS where S WEAR^(j-1) < 1, else it is idle until quarter
    N, when it is sold. So S = WEAR^-m for the smallest m at which one more unit no longer pays.
    """
    quarters = np.arange(1, 400)
    at_least = np.where(quarters == 1, 1.0, cut * (1 - back) ** np.maximum(quarters - 2.0, 0.0))
    more = np.append(at_least[1:], 0.0)
    exactly, left = at_least - more, WEAR ** (quarters - 1.0)
    at_work = exactly * (LOSS - HOLDING + WEAR * CAPITAL) + more * (LOSS - HOLDING)
    idle = exactly * CAPITAL - more * HOLDING
    m = 0
    while left @ np.where(quarters >= m + 2, at_work, idle) > CAPITAL:
        m += 1
    return float(WEAR**-m)


@pytest.mark.parametrize(("cut", "back"), [(0.1, 0.5), (0.2, 0.1), (0.6, 0.2)])
def test_stock_against_a_supply_cut(cut: float, back: float) -> None:
    """While supply is open the planner buys the closed form's stock, more for likelier and longer cuts."""
    stages = 25
    case = Case(
        stages=stages,
        transition=[[1 - cut, cut], [back, 1 - back]],
        chips={
            "unit": Chip(
                available=[20.0, 0.0], price=CAPITAL, resale=[CAPITAL, 0.0], holding=HOLDING, survival=WEAR
            )
        },
        tasks={"work": Task(unmet=LOSS)},
    )
    bought = ordered_now(planned(case))["unit"]
    assert bought == pytest.approx(stock_for_a_cut(cut, back), rel=5e-3)


def test_likelier_and_longer_cuts_need_more_stock() -> None:
    """The closed form itself rises with the odds of a cut and with its length."""
    assert stock_for_a_cut(0.1, 0.5) < stock_for_a_cut(0.3, 0.3) < stock_for_a_cut(0.2, 0.1)


def two_suppliers(uptime: float, cheap: float, sure: float, loss: float, *, pay_on_order: bool) -> Case:
    """One unit of work in the third quarter; orders take two quarters; a cut in the second stops the import.

    Undelivered units are refunded at the price of the day: none is paid on order, all on delivery.
    """
    orders = [[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]
    refund = 0.0 if pay_on_order else cheap
    return Case(
        stages=3,
        transition=[[uptime, 1 - uptime], [uptime, 1 - uptime]],
        chips={
            "import": Chip(
                lead=2, available=orders, price=[[cheap] * 2, [cheap, refund], [0, 0]], delivered=[1.0, 0.0]
            ),
            "domestic": Chip(lead=2, available=orders, price=sure, ecosystem=1),
        },
        tasks={
            "work": Task(
                demand=[[0.0, 0.0], [0.0, 0.0], [1.0, 1.0]], unmet=loss, effort=(0.0, 0.0), ported=(1.0, 1.0)
            )
        },
        ecosystems=("imported", "domestic"),
    )


@pytest.mark.parametrize(("pay_on_order", "threshold"), [(False, 1.6), (True, 1.8)])
def test_one_shot_two_suppliers(threshold: float, *, pay_on_order: bool) -> None:
    """Domestic is bought below 0.8 + 0.2 * 4 = 1.6 if paid on delivery, below 1 + 0.2 * 4 if on order."""
    for price, chosen in ((threshold - 0.02, "domestic"), (threshold + 0.02, "import")):
        result = planned(two_suppliers(0.8, 1.0, price, 4.0, pay_on_order=pay_on_order))
        assert ordered_now(result) == {chosen: pytest.approx(1.0)}
        assert result.cost.lower_bound == pytest.approx(min(price, threshold), rel=1e-6)


@settings(max_examples=10)
@given(
    st.integers(1, 9),
    st.integers(1, 10),
    st.integers(1, 20),
    st.integers(1, 20),
    st.booleans(),
)
def test_risk_neutral_buyer_follows_one_pure_strategy(
    up: int,
    cheap: int,
    sure: int,
    loss: int,
    pay_on_order: bool,
) -> None:
    """With ample supply a risk-neutral buyer takes one supplier for everything, or none (Tomlin 2006)."""
    uptime = up / 10
    paid = cheap if pay_on_order else uptime * cheap
    costs = {"import": paid + (1 - uptime) * loss, "domestic": float(sure), "none": float(loss)}
    first, second = sorted(costs.values())[:2]
    assume(second - first > 0.05)
    result = planned(two_suppliers(uptime, cheap, sure, loss, pay_on_order=pay_on_order))
    best = min(costs, key=lambda name: costs[name])
    assert ordered_now(result) == ({} if best == "none" else {best: pytest.approx(1.0)})


def test_ecosystems_are_interchangeable_when_ports_are_free() -> None:
    """With free ports and equal chips, a second ecosystem changes neither cost nor the work done."""

    def case(*, both: bool) -> Case:
        chips = {"a": Chip(installed=1.0, available=2.0, price=3.0, survival=0.9)}
        if both:
            chips["b"] = Chip(available=2.0, price=3.0, survival=0.9, ecosystem=1)
        return Case(
            stages=6,
            transition=[[1.0]],
            chips=chips,
            tasks={
                "work": Task(
                    demand=np.linspace(1, 2, 6)[:, None], unmet=10.0, effort=(0.0, 0.0), ported=(1.0, 1.0)
                )
            },
            ecosystems=("first", "second"),
        )

    alone, together = planned(case(both=False)), planned(case(both=True))
    assert together.cost.lower_bound == pytest.approx(alone.cost.lower_bound, rel=1e-6)
    assert together.unmet == pytest.approx(alone.unmet, abs=1e-6)
