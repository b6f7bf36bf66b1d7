"""What a plan could see on the first day of a past quarter, as a scenario and a catalogue of that day.

Known then: accelerators released by that day, prices and market figures published by it, events and the
regime in force, odds estimated from them, the maturity of ecosystems projected back. The user's work is taken
back along its own growth, budget and domestic order limits along stated trends; all of it ran on CUDA then.
Not dated, and so today's: the throughput model, effects of the regimes, yearly trends.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.schema import Accelerator, PriceKind
from junshi.demand.table import DemandTable
from junshi.errors import InputError
from junshi.insight.past_prices import with_past_prices
from junshi.plan.assemble import SCENARIO
from junshi.plan.instance import PlanInstance
from junshi.scenario.schema import MarketRow, Scenario, Workload
from junshi.supply.history import read_history
from junshi.terms import Origin, Regime
from junshi.units import QUARTERS_PER_YEAR, Quarter

PAST_CHIPS = (
    "a100-80g-sxm",
    "a800-80g-sxm",
    "h800-sxm",
    "l20",
    "h20-96g",
    "h20-141g",
    "h200-sxm",
    "ascend-910a",
    "ascend-910b3",
    "ascend-910c",
    "ascend-950pr",
    "cambricon-mlu590",
)
"""Accelerators of the backtest: with dated prices, and such as a Chinese buyer would consider."""

PAST_UNIT = "a100-80g-sxm"
"""What research is counted in, converted by the peaks: it existed in all quarters."""

DOMESTIC_GROWTH = 1.33
"""Yearly growth of domestic order limits, as in the plan's own trends (SMIC capacity)."""

POWER_W = {"ascend-910c": 700.0, "ascend-950pr": 600.0}
"""Where none is published: upper end of 310 to 700 W in the press; as the Atlas 350 card."""

END_OF_SALE = {
    "a100-80g-sxm": dt.date(2022, 8, 26),
    "a800-80g-sxm": dt.date(2023, 10, 23),
    "h800-sxm": dt.date(2023, 10, 23),
}
"""Days from which a rule ended the sale of these parts (letters to the vendor of 2022-08-26; 88 FR 73458)."""

DEFAULT_RESALE = {Origin.IMPORT: 0.45, Origin.DOMESTIC: 0.3}

Build = Callable[[Scenario, Catalogue], PlanInstance]
"""Makes the instance of a scenario from a catalogue."""


@dataclass(frozen=True)
class PastView:
    """What was known in one quarter.

    Attributes
    ----------
    day : first of the quarter
    came : state of the instance that came: the regime that held longest in the quarter; not known on the day
    catalogue : cut at the day
    scenario : horizon that starts in the quarter
    instance : made from both
    """

    quarter: Quarter
    day: dt.date
    catalogue: Catalogue
    scenario: Scenario
    instance: PlanInstance
    came: int


def view_of(
    scenario: Scenario,
    demand: Sequence[float],
    catalogue: Catalogue,
    quarter: Quarter,
    lookahead: int,
    build: Build,
) -> PastView:
    """View from a quarter.

    Parameters
    ----------
    demand : mean work per second of each workload in the scenario's first quarter
    catalogue : whole; it is cut here
    lookahead : quarters that the plan covers
    """
    day = quarter.first_day
    known = replace(with_past_prices(catalogue).as_of(day), models=catalogue.models)
    chips = [chip for chip in known.accelerators if chip.id in PAST_CHIPS and _is_for_sale(chip, known, day)]
    history = read_history(known, day)
    years = (Quarter.parse(scenario.horizon.start) - quarter) / QUARTERS_PER_YEAR
    past = scenario.model_copy(
        update={
            "horizon": scenario.horizon.model_copy(update={"start": str(quarter), "quarters": lookahead}),
            "budget": scenario.budget.model_copy(
                update={"per_quarter": _first(scenario.budget.per_quarter) * _budget_share(scenario, years)}
            ),
            "site": scenario.site.model_copy(
                update={"power_mw": _first(scenario.site.power_mw), "racks_accelerators": None}
            ),
            "engineers": scenario.engineers.model_copy(
                update={"days_per_quarter": _first(scenario.engineers.days_per_quarter)}
            ),
            "accelerators": [chip.id for chip in chips],
            "market": [_market(scenario, chip, years, day) for chip in chips],
            "fleet": [],
            "workload": [
                _work(work, one, years, catalogue)
                for work, one in zip(scenario.workload, demand, strict=True)
            ],
            "supply": scenario.supply.model_copy(
                update={
                    "as_of": day,
                    "regime_now": None if history.joint else Regime.OPEN,
                    "regime_odds": None,
                    "ramp_odds": None,
                    "demand_levels": 1,
                }
            ),
            "strategy": scenario.strategy.model_copy(
                update={
                    "min_domestic_order_share": 0.0,
                    "forbidden_accelerators": [],
                    "forbidden_ecosystems": [],
                }
            ),
            "maturity": [],
        }
    )
    instance = build(past, known)
    regime = longest_regime(catalogue, quarter)
    return PastView(quarter, day, known, past, instance, _in_regime(instance, regime))


def longest_regime(catalogue: Catalogue, quarter: Quarter) -> Regime | None:
    """Regime that held on most days of a quarter, of two alike the later; None when no event is known.

    Parameters
    ----------
    catalogue : whole
    """
    first, end = quarter.first_day, (quarter + 1).first_day
    days: dict[Regime, int] = {}
    for spell in reversed(read_history(catalogue, end).joint):
        held = (min(spell.end, end) - max(spell.start, first)).days
        if held > 0:
            days[spell.regime] = days.get(spell.regime, 0) + held
    return max(days, key=days.__getitem__, default=None)


def _in_regime(instance: PlanInstance, regime: Regime | None) -> int:
    """State as on the first day, but for the regime."""
    now = instance.states[instance.initial]
    wanted = replace(now, regime=now.regime if regime is None else regime)
    return instance.states.index(wanted)


def _is_for_sale(chip: Accelerator, known: Catalogue, day: dt.date) -> bool:
    """Released by the day, and with a price known by it."""
    if chip.release_day is None or chip.release_day > day:
        return False
    kinds = {row.kind for row in known.prices_of(chip.id) if max(row.day, row.known_day) <= day}
    return PriceKind.SERVER_SHARE in kinds and PriceKind.RENT_PER_HOUR in kinds


def _first(values: float | list[float]) -> float:
    """First value of a number or a series."""
    return values[0] if isinstance(values, list) else values


def _growth(work: Workload, years: float) -> float:
    """Demand of a workload so many years before, as a share of that at the start."""
    return float((1.0 + work.growth_per_year) ** -years)


def _budget_share(scenario: Scenario, years: float) -> float:
    """Budget so many years before: the mean growth of the workloads."""
    shares = [_growth(work, years) for work in scenario.workload]
    return sum(shares) / len(shares)


def _work(work: Workload, demand: float, years: float, catalogue: Catalogue) -> Workload:
    """Workload of the past: smaller, on CUDA; research counted in a unit that existed."""
    changes: dict[str, object] = {
        "runs_on": {"cuda": 1.0},
        "allowed": None if work.allowed is None else sorted({*work.allowed, "cuda"}),
        "porting": [port for port in work.porting if port.ecosystem != "cuda"],
    }
    if work.reference_accelerator is not None:
        ratio = _peak(catalogue, work.reference_accelerator) / _peak(catalogue, PAST_UNIT)
        changes |= {
            "reference_accelerator": PAST_UNIT,
            "unmet_cost_per_1e9": work.unmet_cost_per_1e9 / ratio,
        }
        demand *= ratio
    return work.model_copy(update={**changes, "demand": demand * _growth(work, years)})


def _peak(catalogue: Catalogue, name: str) -> float:
    """Dense 16-bit peak of an accelerator, TFLOPS.

    Raises
    ------
    InputError : not known
    """
    peak = catalogue.accelerator(name).fp16_dense_tflops
    if peak is None:
        raise InputError(
            "plan.missing_figure",
            file=SCENARIO,
            place="market",
            accelerator=name,
            field="fp16_dense_tflops",
        )
    return float(peak)


def _market(scenario: Scenario, chip: Accelerator, years: float, day: dt.date) -> MarketRow:
    """What the buyer could obtain of one accelerator, before the regime is applied."""
    rows = {row.accelerator: row for row in scenario.market}
    same = [
        row
        for row in scenario.market
        if row.accelerator in scenario.accelerators
        and row.accelerator.startswith("ascend") is (chip.origin is Origin.DOMESTIC)
    ]
    own = rows.get(chip.id)
    rent = max((row.max_rent or 0.0 for row in ([own] if own else same)), default=0.0)
    order: float | None = 0.0 if day >= END_OF_SALE.get(chip.id, dt.date.max) else None
    if chip.origin is Origin.DOMESTIC:
        limits = [row.max_order_per_quarter or 0.0 for row in ([own] if own else same)]
        order = max(limits, default=0.0) * DOMESTIC_GROWTH**-years
        rent *= DOMESTIC_GROWTH**-years
    resale = None if own is None else own.resale_share
    return MarketRow(
        accelerator=chip.id,
        max_order_per_quarter=order,
        max_rent=rent,
        resale_share=DEFAULT_RESALE[chip.origin] if resale is None else resale,
        tdp_w=POWER_W.get(chip.id) if own is None or own.tdp_w is None else own.tdp_w,
        lead_time_quarters=None if own is None else own.lead_time_quarters,
    )


def mean_demand(scenario: Scenario, demand: DemandTable) -> list[float]:
    """Mean work per second of each workload in the first quarter of the scenario."""
    rates = demand.units_per_s[:, 0]
    return [float(rate) / work.peak_to_mean for rate, work in zip(rates, scenario.workload, strict=True)]
