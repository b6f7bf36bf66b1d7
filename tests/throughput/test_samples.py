"""Work that is given by operations and bytes of a sample."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.throughput.efficiency import HEADS, Coefficients
from junshi.throughput.measurements import SampleQuestion, group_of, question_of
from junshi.throughput.posterior import load_posterior
from junshi.throughput.prediction import predict_rows
from junshi.throughput.samples import (
    SampleRun,
    load_convergence,
    load_samples,
    plain_name,
    sample_times,
    samples_to_converge,
)
from junshi.throughput.schema import Measurement
from tests.throughput.cases import catalogue, with_chip

FACTORS = st.floats(1.0, 6.0)


def row(**cells: object) -> Measurement:
    """A training row of ResNet-50 on one server, with changes."""
    usual: dict[str, object] = {
        "id": "a",
        "kind": "train",
        "model": "resnet-50",
        "accelerator": "h100-sxm",
        "n_accelerators": 8,
        "batch_or_concurrency": "gbs 2048",
        "metric": "samples_per_s_per_chip",
    }
    return Measurement.model_validate(usual | cells)


def predicted(one: Measurement) -> float:
    """Likely value of a row; NaN where there is none."""
    return predict_rows([one], catalogue(), load_posterior())[0].predicted


def test_every_work_of_a_sample_has_a_source() -> None:
    """Each model of the table states its source and confidence, and its figures are positive."""
    for work in load_samples().values():
        assert work.source
        assert work.confidence in ("high", "medium", "low", "assumed")
        assert min(work.gflop, work.gbyte, work.weights_gb, work.exchanged_gb, work.blocks) > 0
    assert all(one.source and one.samples > 0 for one in load_convergence())


@pytest.mark.parametrize("name", ["ResNet50", "resnet_50", "RESNET-50"])
def test_names_of_models_differ_in_marks_only(name: str) -> None:
    """A model is found whatever marks and case its name is written with."""
    assert plain_name(name) == plain_name("resnet-50")
    assert group_of(row(model=name)) == "sample"


def test_time_to_train_is_samples_over_rate() -> None:
    """Minutes to the quality target are its samples over the rate of all accelerators."""
    cells = {"model": "stable-diffusion-2", "n_accelerators": 64, "batch_or_concurrency": "gbs 1024"}
    minutes = predicted(row(metric="time_to_train_min", **cells))
    rate = predicted(row(metric="samples_per_s_per_chip", **cells))
    samples = samples_to_converge("stable-diffusion-2", 1024)
    assert samples is not None
    assert minutes == pytest.approx(samples / rate / 64 / 60)


def test_time_to_train_of_a_language_model() -> None:
    """Minutes of GPT-3 to its target are the published tokens over the rate of all accelerators."""
    cells: dict[str, object] = {"model": "gpt-3-175b", "accelerator": "tpu-v6e", "n_accelerators": 1024}
    cells |= {"total_params_b": 175, "active_params_b": 175, "layers": 96, "hidden": 12288, "heads": 96}
    cells |= {"kv_heads": 96, "attention_type": "mha", "input_len": 2048}
    minutes = predicted(row(metric="time_to_train_min", **cells))
    rate = predicted(row(metric="tokens_per_s_per_chip", **cells))
    tokens = samples_to_converge("gpt-3-175b", 2048)
    assert tokens is not None
    assert minutes == pytest.approx(tokens / rate / 1024 / 60)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"model": "unheard-of-net"}, "throughput.row_sample"),
        ({"metric": "time_to_train_min"}, "throughput.row_convergence"),
        (
            {"model": "stable-diffusion-2", "metric": "time_to_train_min", "batch_or_concurrency": "gbs 96"},
            "throughput.row_convergence",
        ),
        (
            {"model": "stable-diffusion-2", "metric": "time_to_train_min", "n_accelerators": None}
            | {"batch_or_concurrency": "gbs 1024"},
            "throughput.row_count",
        ),
        ({"metric": "mfu"}, "throughput.row_metric"),
        ({"accelerator": "no-such-chip"}, "throughput.row_accelerator"),
    ],
)
def test_what_cannot_be_predicted_says_why(cells: dict[str, object], reason: str) -> None:
    """A row of an unknown model, or without a published length of the run, is listed with its reason."""
    assert question_of(row(**cells), catalogue()) == reason


def test_local_batch_is_the_share_of_one_accelerator() -> None:
    """A global batch is divided by the accelerators; a plain number is that of each; none is infinite."""
    found = [question_of(row(batch_or_concurrency=cell), catalogue()) for cell in ("gbs 2048", "256", "")]
    assert all(isinstance(one, SampleQuestion) for one in found)
    assert [one.local for one in found if isinstance(one, SampleQuestion)] == [256, 256, math.inf]


@pytest.mark.parametrize(
    "model", ["resnet-50", "retinanet", "stable-diffusion-2", "dlrm-dcnv2", "bert-large"]
)
@given(
    figure=st.sampled_from(["fp16_dense_tflops", "memory_bandwidth_gbs", "interconnect_gbs"]), factor=FACTORS
)
def test_a_better_chip_trains_no_slower(model: str, figure: str, factor: float) -> None:
    """More compute, bandwidth or interconnect never lowers the samples a second."""
    chip = catalogue().accelerator("h20-96g")
    better = chip.model_copy(update={figure: getattr(chip, figure) * factor})
    one = row(model=model, accelerator=chip.id)
    before, after = (
        predict_rows([one], with_chip(now), load_posterior())[0].predicted for now in (chip, better)
    )
    assert after >= before * (1 - 1e-9)


def test_units_of_the_time_of_a_sample() -> None:
    """At full shares the compute of a sample is its operations over the peak, its traffic over bandwidth."""
    one = np.ones(1)
    question = question_of(row(), catalogue())
    assert isinstance(question, SampleQuestion)
    chips = type(question.chips).stack([question.chips])
    ideal = Coefficients(**dict.fromkeys(HEADS, one))
    run = SampleRun(989e3 * one, 3350 * one, one, one, np.inf * one, 8 * one, chips, ideal)
    times = sample_times(run)
    assert float(times.compute[0]) == pytest.approx(1.0, rel=0.01)
    assert float(times.memory[0]) == pytest.approx(1.0, rel=0.01)
    assert float(times.exchange[0] + times.fixed[0]) == 0.0
