"""Synthetic planning instances of any size, from a seed; plausible ratios, nobody's figures."""

from __future__ import annotations

import numpy as np

from junshi.plan.instance import Fleet, Limits, PlanInstance, PlanState, Work
from junshi.terms import Ramp, Regime

REGIMES = (Regime.OPEN, Regime.LICENSED, Regime.RESTRICTED, Regime.CUT_OFF)
IMPORT_SUPPLY = np.array([1.0, 0.5, 0.2, 0.0])
IMPORT_PRICE = np.array([1.0, 1.15, 1.5, 1.5])
STAY, ECOSYSTEMS, IMPORTED = 0.8, ("cuda", "cann", "other"), 0


def synthetic_instance(
    stages: int, regimes: int = 4, accelerators: int = 12, workloads: int = 24, seed: int = 1
) -> PlanInstance:
    """Plan over quarters and 2 to 4 import regimes; lead time one quarter, ports divisible."""
    rng = np.random.default_rng(seed)
    ecosystem = np.arange(accelerators) % len(ECOSYSTEMS)
    imported = ecosystem == IMPORTED
    work = _work(rng, stages, regimes, workloads, ecosystem)
    units = float((work.demand[0, 0] / np.nanmedian(work.throughput[0, :, :, 1], axis=1)).sum())
    fleet = _fleet(rng, stages, regimes, imported, ecosystem, units)
    odds = np.full((regimes, regimes), (1 - STAY) / max(regimes - 1, 1))
    np.fill_diagonal(odds, STAY)
    return PlanInstance(
        ecosystems=ECOSYSTEMS,
        quarters=tuple(f"{2027 + t // 4}-Q{t % 4 + 1}" for t in range(stages)),
        states=tuple(PlanState(regime, Ramp.BASE, "") for regime in REGIMES[:regimes]),
        initial=0,
        transition=odds,
        discount=1.02 ** -np.arange(stages, dtype=float),
        fleet=fleet,
        work=work,
        limits=Limits(
            budget=np.full(stages, 0.25 * units * 150_000.0),
            carry_over=False,
            engineer_days=np.full(stages, 8.0 * workloads),
            engineer_cost=2_000.0,
            power_kw=np.full(stages, 2.5 * units),
            racks=np.full(stages, np.inf),
            min_domestic_share=0.0,
        ),
        currency="CNY",
    )


def _work(rng: np.random.Generator, stages: int, regimes: int, workloads: int, ecosystem: np.ndarray) -> Work:
    accelerators = len(ecosystem)
    tuned = rng.uniform(50, 150, (workloads, accelerators))
    tuned[rng.random((workloads, accelerators)) > 0.65] = np.nan
    tuned[:, 0] = rng.uniform(80, 150, workloads)
    both = np.stack([0.6 * tuned, tuned], axis=-1)
    growth = 1.05 ** np.arange(stages)
    wanted = rng.uniform(2_000, 20_000, workloads)
    demand = np.broadcast_to(growth[:, None, None] * wanted, (stages, regimes, workloads)).copy()
    quarter_of_a_unit = 60_000.0
    critical = np.arange(workloads) % 3 == 0
    value = np.where(critical, 3.0, 1.2) * wanted / 100.0 * quarter_of_a_unit
    start = np.zeros((workloads, len(ECOSYSTEMS)))
    start[:, IMPORTED] = 1.0
    effort = rng.uniform(20, 120, (workloads, len(ECOSYSTEMS)))
    return Work(
        ids=tuple(f"w{i:02d}" for i in range(workloads)),
        critical=critical,
        atomic=np.zeros(workloads, dtype=bool),
        demand=demand,
        unmet_cost=demand / wanted * value,
        throughput=np.broadcast_to(both, (stages, *both.shape)).copy(),
        ported=start.copy(),
        seasoned=start.copy(),
        effort_days=effort,
        upkeep_days=effort / 8,
        learning=np.full(len(ECOSYSTEMS), 0.35),
    )


def _fleet(
    rng: np.random.Generator,
    stages: int,
    regimes: int,
    imported: np.ndarray,
    ecosystem: np.ndarray,
    units: float,
) -> Fleet:
    count = len(imported)
    shape = (stages, regimes, count)
    supply = np.where(imported, IMPORT_SUPPLY[:regimes, None], 1.0)
    markup = np.where(imported, IMPORT_PRICE[:regimes, None], 1.0)
    base_price = rng.uniform(80_000, 200_000, count)
    price = np.broadcast_to(base_price * markup, shape).copy()
    can_rent = np.arange(count) % 4 == 0
    return Fleet(
        ids=tuple(f"k{i:02d}" for i in range(count)),
        ecosystem=ecosystem.astype(np.int64),
        domestic=~imported,
        installed=np.where(imported, 1.1 * units / imported.sum(), 0.0),
        lead_time_quarters=np.ones(count, dtype=np.int64),
        uptime=np.full(count, 0.9),
        power_kw=rng.uniform(0.8, 1.5, count),
        available=np.broadcast_to(supply * 0.25 * units, shape).copy(),
        rentable=np.broadcast_to(np.where(can_rent, supply * 0.1 * units, 0.0), shape).copy(),
        price=price,
        resale_price=0.1 * np.broadcast_to(base_price, shape),
        rent_price=0.2 * price,
        energy_cost=np.full((stages, count), 1_500.0),
        operation_cost=np.full((stages, count), 2_000.0),
        survival=np.where(imported & (np.arange(regimes) == 3)[:, None], 0.9, 0.97),
        delivered=np.ones((regimes, count)),
    )
