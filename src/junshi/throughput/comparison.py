"""Two accelerators side by side on the same workloads: rate, cost, energy, and what binds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.schema import Accelerator
from junshi.scenario.schema import Workload
from junshi.throughput.build import Cells, Setting, workload_cells
from junshi.throughput.economy import Terms, cost_per_million, economy_of, joules_per_unit
from junshi.throughput.efficiency import Posterior
from junshi.throughput.runs import (
    TRAINING_KINDS,
    RunPlan,
    TrainingRun,
    model_flop_share,
    power_at_meter,
    training_run,
)


@dataclass(frozen=True)
class Side:
    """One accelerator on one workload; NaN where it cannot run or a figure is not published.

    Attributes
    ----------
    rate, low, high : units of work per second of one accelerator, likely and 80 % interval
    owned, rented : CNY for a million units
    joules : energy at the meter for a unit
    run : a whole training run; None for other work, without a plan, and where it cannot run
    """

    accelerator: str
    rate: float
    low: float
    high: float
    bound: str
    precision: str
    reason: str
    owned: float
    rented: float
    joules: float
    run: TrainingRun | None = None


@dataclass(frozen=True)
class Comparison:
    """One workload on two accelerators."""

    workload: Workload
    first: Side
    second: Side

    @property
    def rate_ratio(self) -> float:
        """Throughput of the second over that of the first."""
        return self.second.rate / self.first.rate

    @property
    def cost_ratio(self) -> float:
        """Cost of a unit of work, owned, of the second over that of the first."""
        return self.second.owned / self.first.owned


def compare(
    first: Accelerator,
    second: Accelerator,
    workloads: Sequence[Workload],
    catalogue: Catalogue,
    posterior: Posterior,
    terms: Terms,
    plan: RunPlan | None = None,
    apart: bool = False,
) -> tuple[Comparison, ...]:
    """Both accelerators on each workload.

    Parameters
    ----------
    plan : a training run, for the workloads that train; its number of accelerators is the only one tried
    apart : serve prompts on accelerators of their own
    """
    setting = Setting(apart=apart)
    if plan is not None:
        setting = Setting(apart=apart, run_sizes=(plan.accelerators,))
    found = []
    for workload in workloads:
        cells = workload_cells(workload, [first, second], catalogue, posterior, setting)
        sides = [
            _side(workload, chip, place, cells, catalogue, terms, plan)
            for place, chip in enumerate((first, second))
        ]
        found.append(Comparison(workload, sides[0], sides[1]))
    return tuple(found)


def _side(
    workload: Workload,
    chip: Accelerator,
    place: int,
    cells: Cells,
    catalogue: Catalogue,
    terms: Terms,
    plan: RunPlan | None,
) -> Side:
    """One accelerator on one workload."""
    economy = economy_of(chip, catalogue, terms)
    value = cells.value
    rates = (float(value.likely[place]), float(value.low[place]), float(value.high[place]))
    runs = not math.isnan(rates[0])
    run = None
    if plan is not None and runs and workload.kind in TRAINING_KINDS:
        mfu = model_flop_share(workload, chip, catalogue, rates[0])
        run = training_run(plan, rates, mfu, power_at_meter(chip, terms), economy)
    return Side(
        accelerator=chip.id,
        rate=rates[0],
        low=rates[1],
        high=rates[2],
        bound=cells.bound[place],
        precision=cells.precision[place],
        reason=cells.reason[place],
        owned=cost_per_million(economy.owned, rates[0]) if runs else math.nan,
        rented=cost_per_million(economy.rent, rates[0]) if runs else math.nan,
        joules=joules_per_unit(chip, terms, rates[0]) if runs else math.nan,
        run=run,
    )
