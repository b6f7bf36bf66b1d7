"""A small plan written by hand, so that what is shown can be checked by eye."""

from __future__ import annotations

import numpy as np

from junshi.plan.instance import Fleet, Limits, PlanInstance, PlanState, Work
from junshi.plan.result import (
    Actions,
    CostSummary,
    Course,
    Effort,
    LimitUse,
    NextQuarter,
    Placed,
    PlanResult,
    PortStep,
    Served,
    Trade,
)
from junshi.terms import Mode, Ramp, Regime, RiskReading

QUARTERS = ("2027-Q1", "2027-Q2", "2027-Q3")
CHIPS = ("h20-96g", "h200-sxm", "ascend-910c")
WORK = ("chat", "batch")
STATES = tuple(PlanState(regime, ramp, "") for regime in Regime for ramp in (Ramp.SLOW, Ramp.BASE))
INITIAL = 3  # licensed, base
NOTHING = Actions((), (), (), ())


def instance(currency: str = "CNY") -> PlanInstance:
    """Three quarters, eight states, three accelerators of two ecosystems, two workloads."""
    stages, states, chips, work, ecosystems = 3, len(STATES), 3, 2, 2
    by_state = np.ones((stages, states, chips))
    return PlanInstance(
        ecosystems=("cuda", "cann"),
        quarters=QUARTERS,
        states=STATES,
        initial=INITIAL,
        transition=np.full((states, states), 1 / states),
        discount=np.ones(stages),
        fleet=Fleet(
            ids=CHIPS,
            ecosystem=np.array([0, 0, 1]),
            domestic=np.array([False, False, True]),
            installed=np.array([1000.0, 0.0, 200.0]),
            lead_time_quarters=np.array([1, 2, 2]),
            uptime=np.ones(chips),
            power_kw=np.ones(chips),
            available=by_state,
            rentable=by_state,
            price=by_state,
            resale_price=by_state,
            rent_price=by_state,
            energy_cost=np.ones((stages, chips)),
            operation_cost=np.ones((stages, chips)),
            survival=np.ones((states, chips)),
            delivered=np.ones((states, chips)),
        ),
        work=Work(
            ids=WORK,
            critical=np.array([True, False]),
            atomic=np.array([False, False]),
            demand=np.ones((stages, states, work)),
            unmet_cost=np.full((stages, states, work), [3.0, 1.0]),
            throughput=np.ones((stages, work, chips, 2)),
            ported=np.array([[1.0, 0.0], [1.0, 0.0]]),
            seasoned=np.array([[1.0, 0.0], [1.0, 0.0]]),
            effort_days=np.ones((work, ecosystems)),
            upkeep_days=np.ones((work, ecosystems)),
            learning=np.ones(ecosystems),
        ),
        limits=Limits(
            budget=np.ones(stages),
            carry_over=True,
            engineer_days=np.ones(stages),
            engineer_cost=4000.0,
            power_kw=np.ones(stages),
            racks=np.full(stages, np.inf),
            min_domestic_share=0.0,
        ),
        currency=currency,
    )


NOW = Actions(
    orders=(Trade("ascend-910c", 300.0, 4.62e7),),
    rents=(Trade("h20-96g", 50.0, 6.8e5),),
    resales=(Trade("h200-sxm", 4.0, -4.0e5),),
    ports=(PortStep("chat", "cann", 0.8, 400.0, 1.6e6, 400.0, 400.0),),
)


def course(state: PlanState) -> Course:
    """Fleet that grows, chat that moves to Ascend, batch that suffers when imports are cut off."""
    cut = state.regime is Regime.CUT_OFF
    first = (Placed("chat", "h20-96g", Mode.SEASONED, 1.0), Placed("batch", "h20-96g", Mode.SEASONED, 1.0))
    later = (
        Placed("chat", "h20-96g", Mode.SEASONED, 0.3),
        Placed("chat", "ascend-910c", Mode.SEASONED, 0.4),
        Placed("chat", "ascend-910c", Mode.FRESH, 0.3),
        Placed("batch", "h20-96g", Mode.SEASONED, 0.5 if cut else 1.0),
    )
    unmet = np.zeros((3, 2))
    unmet[1:, 1] = 0.5 if cut else 0.0
    owned = np.array([[1000.0, 0.0, 200.0], [980.0, 0.0 if cut else 100.0, 500.0], [960.0, 0.0, 800.0]])
    return Course(
        state=state,
        owned=owned,
        rented=np.array([[50.0, 0.0, 0.0]] * 3),
        ordered=np.array([[0.0, 0.0, 300.0]] * 3),
        unmet=unmet,
        placement=(first, later, later),
        actions=(NOW, NOTHING, Actions((Trade("h20-96g", 20.0, 3e6),), (), (), ())),
    )


def result(*, method: str = "sddp", currency: str = "CNY", high: float = 0.012) -> PlanResult:
    """Plan with a gap of one per cent, or an exact one."""
    exact = method == "extensive"
    summary = CostSummary(
        lower_bound=1.00e9,
        objective=1.00e9 if exact else 1.01e9,
        objective_ci95=(1.00e9, 1.00e9) if exact else (1.008e9, 1.012e9),
        cost_mean=0.95e9,
        cost_mean_ci95=(0.95e9, 0.95e9) if exact else (0.948e9, 0.952e9),
        cost_standard_error=0.0 if exact else 1e6,
        cost_cvar=1.2e9,
        tail=0.2,
        risk_weight=0.25,
        reading=RiskReading.NESTED,
        gap=0.0 if exact else 0.01,
        gap_ci95=(0.0, 0.0) if exact else (0.008, high),
        parts={"purchase": 0.7e9, "energy": 0.3e9, "resale": -0.05e9, "rent": 0.0},
    )
    playbook = tuple(
        NextQuarter(state, 0.2 - 0.01 * place, NOW if state.regime is Regime.CUT_OFF else NOTHING)
        for place, state in enumerate(STATES)
    )
    return PlanResult(
        instance=instance(currency),
        cost=summary,
        effort=Effort(
            seconds=12.3,
            iterations=3,
            paths=200,
            bounds=(0.5e9, 0.9e9, 1.0e9),
            stop_reason="exact" if exact else "gap",
            seed=7,
            method=method,
        ),
        now=NOW,
        playbook=playbook,
        courses=tuple(course(state) for state in STATES),
        survivability=(
            Served("2027-Q2", 1.0, 0.9),
            Served("2027-Q3", 0.9, 0.8),
        ),
        unmet=np.array([[0.0, 0.0], [0.0, 0.02], [0.0, 0.04]]),
        limits=(
            LimitUse("budget", "CNY", 2e8, 1e8, 0.0),
            LimitUse("power", "kW", 3000.0, 3000.0, 12000.0),
            LimitUse("engineers", "days", 400.0, 400.0, 9000.0),
        ),
    )
