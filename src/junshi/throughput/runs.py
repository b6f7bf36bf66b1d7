"""A whole training run on accelerators of one kind: time, accelerator-hours, energy, cost.

    accelerator-hours = tokens / (tokens/s/accelerator) / 3600
    time              = accelerator-hours / accelerators
    energy            = accelerator-hours * power at the meter
    cost              = accelerator-hours * CNY per busy hour, owned or rented

The time is that of a run without failures, stragglers or evaluations, which the model does not know.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.schema import Accelerator
from junshi.scenario.schema import Workload
from junshi.terms import WorkKind
from junshi.throughput.chips import chips_of
from junshi.throughput.economy import Economy, Terms
from junshi.throughput.models import architecture_of
from junshi.throughput.training import flop_per_token
from junshi.throughput.work import work_of
from junshi.units import SECONDS_PER_HOUR

TRAINING_KINDS = (WorkKind.PRETRAIN, WorkKind.FINETUNE)


@dataclass(frozen=True)
class RunPlan:
    """A run that is asked about: tokens to train on, and accelerators that train."""

    tokens: float
    accelerators: int


@dataclass(frozen=True)
class TrainingRun:
    """What a run takes; NaN where a figure is not published.

    Attributes
    ----------
    days, days_low, days_high : time, likely and 80 % interval
    hours : accelerator-hours
    mfu : model FLOP over the published 16-bit peak, 0-1 (above 1 is possible with 8-bit arithmetic)
    megawatt_hours : energy at the meter
    owned, rented : cost, CNY
    """

    days: float
    days_low: float
    days_high: float
    hours: float
    mfu: float
    megawatt_hours: float
    owned: float
    rented: float


def training_run(
    plan: RunPlan, rates: tuple[float, float, float], mfu: float, kilowatts: float, economy: Economy
) -> TrainingRun:
    """Run at a rate with its 80 % interval.

    Parameters
    ----------
    rates : likely, low and high tokens per second of one accelerator
    mfu : at the likely rate
    kilowatts : power of one accelerator at the meter; NaN where not published
    economy : cost of a busy hour of one accelerator
    """
    likely, low, high = (plan.tokens / rate / SECONDS_PER_HOUR for rate in rates)
    days = 24 * plan.accelerators
    return TrainingRun(
        days=likely / days,
        days_low=high / days,
        days_high=low / days,
        hours=likely,
        mfu=mfu,
        megawatt_hours=likely * kilowatts / 1e3,
        owned=likely * economy.owned,
        rented=likely * economy.rent,
    )


def model_flop_share(workload: Workload, chip: Accelerator, catalogue: Catalogue, rate: float) -> float:
    """Share of the 16-bit peak that a rate of trained tokens means."""
    work = work_of(architecture_of(workload, catalogue))
    peak = float(chips_of(chip, "bf16").flops_16)
    if math.isnan(peak):
        return math.nan
    sequence, passes = np.asarray(float(workload.sequence_len)), np.asarray(3.0)
    return rate * float(flop_per_token(work, sequence, passes)) / peak


def power_at_meter(chip: Accelerator, terms: Terms) -> float:
    """Power of one accelerator at the meter, kW; NaN where not published."""
    return math.nan if chip.tdp_w is None else chip.tdp_w / 1e3 * terms.power_factor
