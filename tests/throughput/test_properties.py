"""What must hold of throughput whatever the figures are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.scenario.schema import Latency
from tests.throughput.cases import WORKLOADS, catalogue, rate, table, workload

CHIPS = ("h100-sxm", "h20-96g", "ascend-910c", "mi300x", "metax-c500", "l20", "rtx-4090", "gb200")
FACTORS = st.floats(1.0, 6.0)
FIGURES = {
    "memory_bandwidth_gbs": ("memory_bandwidth_gbs",),
    "compute": ("fp16_dense_tflops", "fp8_dense_tflops", "int8_dense_tops"),
    "memory_gb": ("memory_gb",),
    "interconnect_gbs": ("interconnect_gbs",),
}
TOLERANCE = 1 - 1e-9
NOT_RELATIVE = [name for name in WORKLOADS if name != "research"]


@pytest.mark.parametrize("figure", FIGURES)
@given(name=st.sampled_from(NOT_RELATIVE), chip=st.sampled_from(CHIPS), factor=FACTORS)
def test_a_better_chip_is_never_slower(figure: str, name: str, chip: str, factor: float) -> None:
    """More bandwidth, compute, memory or interconnect never lowers the throughput of any workload."""
    before = catalogue().accelerator(chip)
    better = {
        column: getattr(before, column) * factor
        for column in FIGURES[figure]
        if getattr(before, column) is not None
    }
    after = before.model_copy(update=better)
    assert rate(workload(name), after) >= rate(workload(name), before) * TOLERANCE


@given(
    name=st.sampled_from(["serve-dense", "serve-mixture", "decode"]),
    chip=st.sampled_from(CHIPS),
    tpot=st.floats(5, 200),
    factor=FACTORS,
)
def test_a_looser_token_limit_is_never_slower(name: str, chip: str, tpot: float, factor: float) -> None:
    """A longer time allowed per output token never lowers the throughput."""
    accelerator = catalogue().accelerator(chip)
    tight = workload(name, latency=Latency(tpot_ms=tpot, ttft_ms=3000))
    loose = workload(name, latency=Latency(tpot_ms=tpot * factor, ttft_ms=3000))
    assert rate(loose, accelerator) >= rate(tight, accelerator) * TOLERANCE


@given(
    name=st.sampled_from(["serve-dense", "serve-mixture", "prefill"]),
    chip=st.sampled_from(CHIPS),
    ttft=st.floats(50, 5000),
    factor=FACTORS,
)
def test_a_looser_first_token_limit_is_never_slower(name: str, chip: str, ttft: float, factor: float) -> None:
    """A longer time allowed to the first token never lowers the throughput."""
    accelerator = catalogue().accelerator(chip)
    tight = workload(name, latency=Latency(ttft_ms=ttft))
    loose = workload(name, latency=Latency(ttft_ms=ttft * factor))
    assert rate(loose, accelerator) >= rate(tight, accelerator) * TOLERANCE


@given(chip=st.sampled_from(CHIPS), factor=st.floats(1.0, 4.0))
def test_a_model_of_more_work_is_slower(chip: str, factor: float) -> None:
    """A model with more parameters is trained no faster."""
    shape = {"layers": 32, "hidden": 4096, "heads": 32, "kv_heads": 8, "attention_type": "gqa"}
    small = workload("finetune", model=None, shape=shape | {"total_params_b": 8, "active_params_b": 8})
    large = workload(
        "finetune", model=None, shape=shape | {"total_params_b": 8 * factor, "active_params_b": 8 * factor}
    )
    accelerator = catalogue().accelerator(chip)
    assert rate(large, accelerator) <= rate(small, accelerator) / TOLERANCE


def test_intervals_hold_the_likely_value() -> None:
    """Low, likely and high are in order wherever a workload runs, and missing together."""
    names = [chip.id for chip in catalogue().accelerators]
    found = table([workload(name) for name in WORKLOADS], names)
    runs = ~np.isnan(found.units_per_s)
    assert runs.any()
    assert (found.low[runs] <= found.units_per_s[runs]).all()
    assert (found.units_per_s[runs] <= found.high[runs]).all()
    assert (np.isnan(found.low) == ~runs).all()


def test_a_chip_without_measurements_is_less_certain() -> None:
    """A chip of an ecosystem without published measurements has a wider interval than one with many."""
    found = table([workload("finetune")], ["h100-sxm", "kunlun-p800"])
    width = np.log(found.high / found.low)[0]
    assert width[1] > width[0]


def test_order_of_accelerators_changes_nothing() -> None:
    """Listing the accelerators in another order permutes the columns only."""
    one = table([workload("serve-dense")], list(CHIPS))
    other = table([workload("serve-dense")], list(reversed(CHIPS)))
    np.testing.assert_allclose(one.units_per_s[0], other.units_per_s[0][::-1])
