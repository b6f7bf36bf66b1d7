"""The table of a scenario."""

from __future__ import annotations

import numpy as np
import pytest

from junshi.errors import InputError
from junshi.scenario.schema import Scenario
from junshi.terms import WorkKind
from junshi.text import say
from junshi.throughput.build import build_throughput
from tests.throughput.cases import WORKLOADS, catalogue, table, workload


@pytest.mark.parametrize(
    ("chip", "reason"),
    [
        ("cambricon-mlu580", "throughput.missing_flops"),
        ("cambricon-mlu590", "throughput.missing_bandwidth"),
        ("mi308x", "throughput.missing_flops"),
    ],
)
def test_a_missing_figure_is_never_guessed(chip: str, reason: str) -> None:
    """An accelerator without a published rate, bandwidth or memory cannot run, and the table says which."""
    found = table([workload("finetune"), workload("serve-dense")], [chip])
    assert np.isnan(found.units_per_s).all()
    assert {row[0] for row in found.reason} == {reason}


def test_a_model_too_large_for_every_layout_says_so() -> None:
    """A chip whose memory cannot hold the model in the largest layout is refused with the reason."""
    found = table([workload("serve-mixture", latency=None)], ["kunlun-r200"])
    assert found.reason[0][0] == "throughput.does_not_fit"


def test_an_unreachable_latency_says_so() -> None:
    """A limit below the fixed time of a step leaves no layout."""
    found = table([workload("serve-dense", latency={"tpot_ms": 0.01})], ["h100-sxm"])
    assert found.reason[0][0] == "throughput.too_slow"


def test_a_format_without_a_rate_is_refused() -> None:
    """FP8 asked for on a chip without FP8 cannot run; W4 weights run on any chip."""
    assert (
        table([workload("batch", precision="fp8")], ["a100-80g-sxm"]).reason[0][0]
        == "throughput.no_such_format"
    )
    packed = table([workload("batch", precision="w4")], ["a100-80g-sxm"])
    assert packed.precision[0][0] == "w4"


def test_every_reason_is_a_sentence_in_both_languages() -> None:
    """Each reason of a table is a key of the text files."""
    names = [chip.id for chip in catalogue().accelerators]
    found = table([workload(name) for name in WORKLOADS], names)
    for reason in {reason for row in found.reason for reason in row if reason}:
        assert say(reason, language="en") != say(reason, language="zh")


def test_the_reference_accelerator_does_one_second_of_research_a_second() -> None:
    """Research counts in seconds of the reference accelerator, exactly."""
    found = table([workload("research")], ["a100-80g-sxm", "h100-sxm"])
    assert found.units_per_s[0, 0] == pytest.approx(1.0)
    assert found.low[0, 0] == pytest.approx(1.0)
    assert 1.5 < found.units_per_s[0, 1] < 5


def test_latency_limits_name_latency_as_the_bound() -> None:
    """Where a tight token limit caps the batch, the bound is latency; without limits it is not."""
    tight = table([workload("serve-dense", latency={"tpot_ms": 12})], ["h100-sxm"])
    free = table([workload("batch", model="llama-3.1-8b")], ["h100-sxm"])
    assert tight.bound[0][0] == "latency"
    assert free.bound[0][0] != "latency"
    assert free.units_per_s[0, 0] > tight.units_per_s[0, 0]


def test_compute_weak_chips_use_more_of_their_peak() -> None:
    """The H20 trains slower than the H100 but at a higher share of its peak."""
    found = table([workload("finetune")], ["h20-96g", "h100-sxm"]).units_per_s[0]
    h20, h100 = found / np.array([148, 989])
    assert found[0] < found[1]
    assert h20 > 1.2 * h100


def test_kinds_without_their_inputs_are_faults() -> None:
    """Language work without a model, samples without work, research without a reference are refused."""
    for name, change in (
        ("batch", {"model": None}),
        ("diffusion", {"per_sample": None}),
        ("research", {"reference_accelerator": None}),
    ):
        with pytest.raises(InputError) as caught:
            table([workload(name, **change)], ["h100-sxm"])
        assert name in caught.value.sentence("en")


def test_latent_attention_needs_its_ranks() -> None:
    """A shape with latent attention and no rank is refused, not guessed."""
    shape = {
        "total_params_b": 10,
        "active_params_b": 10,
        "layers": 30,
        "hidden": 4096,
        "heads": 32,
        "attention_type": "mla",
    }
    with pytest.raises(InputError, match="kv_lora_rank"):
        table([workload("batch", model=None, shape=shape)], ["h100-sxm"])


def test_samples_follow_the_roofline() -> None:
    """Twice the operations of a compute-bound sample halve its rate."""
    one = table([workload("diffusion")], ["h100-sxm"])
    two = table(
        [workload("diffusion", per_sample={"gflop": 1e5, "gbyte": 20, "weights_gb": 3})], ["h100-sxm"]
    )
    assert one.bound[0][0] == "compute"
    assert one.units_per_s[0, 0] / two.units_per_s[0, 0] == pytest.approx(2, rel=0.05)


def test_every_kind_has_a_unit_of_work() -> None:
    """All kinds of the vocabulary are covered by the table."""
    made = {workload(name).kind for name in WORKLOADS}
    assert made | {WorkKind.RECOMMENDATION, WorkKind.VISION, WorkKind.EMBEDDING} == set(WorkKind)


def test_older_software_is_slower() -> None:
    """The same chip does less with the software of 2023 than with today's."""
    scenario = Scenario.model_construct(
        accelerators=["ascend-910c"], workload=[workload("finetune"), workload("batch")]
    )
    old = build_throughput(scenario, catalogue(), year=2023.5).units_per_s
    new = build_throughput(scenario, catalogue()).units_per_s
    assert (old < new).all()
