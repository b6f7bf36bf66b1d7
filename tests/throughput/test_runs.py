"""A whole training run, and serving with prompts apart."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.catalogue.schema import Accelerator
from junshi.scenario.schema import Latency, Workload
from junshi.throughput.build import Setting, workload_cells
from junshi.throughput.comparison import compare
from junshi.throughput.economy import Economy, Terms
from junshi.throughput.posterior import load_posterior
from junshi.throughput.runs import RunPlan, training_run
from tests.throughput.cases import catalogue, with_chip, workload
from tests.throughput.test_properties import FIGURES

CHIPS = ("h100-sxm", "h20-96g", "ascend-910c", "mi300x", "gb200")
FACTORS = st.floats(1.0, 6.0)


def apart(one: Workload, chip: Accelerator, separate: bool = True) -> float:
    """Likely rate with prompts apart or not; 0 where it cannot run."""
    cells = workload_cells(one, [chip], with_chip(chip), load_posterior(), Setting(apart=separate))
    value = float(cells.value.likely[0])
    return 0.0 if math.isnan(value) else value


def test_units_of_a_run() -> None:
    """36 million tokens at ten a second are a thousand accelerator-hours; all else follows from them."""
    run = training_run(RunPlan(36e6, 10), (10.0, 5.0, 20.0), 0.4, 2.0, Economy(3.0, 1.0, 8.0, None))
    assert run.hours == pytest.approx(1000)
    assert (run.days, run.days_low, run.days_high) == pytest.approx((1000 / 240, 500 / 240, 2000 / 240))
    assert (run.megawatt_hours, run.owned, run.rented) == pytest.approx((2.0, 4000.0, 8000.0))


def test_runs_are_for_training_only() -> None:
    """A plan gives a run to workloads that train and to no other."""
    terms = Terms(day=dt.date(2026, 11, 1))
    both = [catalogue().accelerator(name) for name in CHIPS[:2]]
    work = [workload("pretrain-dense"), workload("serve-dense")]
    plan = RunPlan(1e12, 256)
    trained, served = compare(both[0], both[1], work, catalogue(), load_posterior(), terms, plan)
    assert trained.first.run is not None
    assert 0 < trained.first.run.mfu < 1
    assert served.first.run is None


@pytest.mark.parametrize("chip", CHIPS)
def test_prompts_apart_are_no_slower_without_limits(chip: str) -> None:
    """Without latency limits, prompts on accelerators of their own cost nothing and may choose a layout."""
    one, accelerator = workload("batch"), catalogue().accelerator(chip)
    assert apart(one, accelerator) >= apart(one, accelerator, separate=False) * (1 - 1e-9)


@given(
    name=st.sampled_from(["serve-dense", "serve-mixture", "batch"]),
    chip=st.sampled_from(CHIPS),
    figure=st.sampled_from(list(FIGURES)),
    factor=FACTORS,
)
def test_a_better_chip_is_never_slower_with_prompts_apart(
    name: str, chip: str, figure: str, factor: float
) -> None:
    """More bandwidth, compute, memory or interconnect never lowers disaggregated throughput."""
    before = catalogue().accelerator(chip)
    figures = [column for column in FIGURES[figure] if getattr(before, column) is not None]
    after = before.model_copy(update={column: getattr(before, column) * factor for column in figures})
    assert apart(workload(name), after) >= apart(workload(name), before) * (1 - 1e-9)


@given(chip=st.sampled_from(CHIPS), ttft=st.floats(200, 5000), tpot=st.floats(10, 200), factor=FACTORS)
def test_a_looser_limit_is_never_slower_with_prompts_apart(
    chip: str, ttft: float, tpot: float, factor: float
) -> None:
    """A longer time allowed to the first token or per token never lowers disaggregated throughput."""
    accelerator = catalogue().accelerator(chip)
    tight = workload("serve-mixture", latency=Latency(ttft_ms=ttft, tpot_ms=tpot))
    looser_token = workload("serve-mixture", latency=Latency(ttft_ms=ttft, tpot_ms=tpot * factor))
    looser_first = workload("serve-mixture", latency=Latency(ttft_ms=ttft * factor, tpot_ms=tpot))
    base = apart(tight, accelerator) * (1 - 1e-9)
    assert apart(looser_token, accelerator) >= base
    assert apart(looser_first, accelerator) >= base
