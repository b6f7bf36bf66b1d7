"""What free text of measurement rows means."""

from __future__ import annotations

import pytest

from junshi.throughput import wording


@pytest.mark.parametrize(
    ("cell", "training", "expected"),
    [
        ("bf16+fp8", True, "fp8"),
        ("fp8-cs", True, "fp8"),
        ("nvfp4", False, "fp4"),
        ("mxfp4/fp8", False, "w4f8"),
        ("int8-gptq", False, "w8"),
        ("int4-awq", False, "w4"),
        ("int4 (w4a8)", False, "w4a8"),
        ("fp8 weight-only", False, "w8"),
        ("amp", True, "bf16"),
        ("", False, "bf16"),
    ],
)
def test_number_formats_are_recognised(cell: str, training: bool, expected: str) -> None:
    """Names of number formats lead to the format that is stored and computed in."""
    assert wording.number_format(cell, training) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("tp1pp2dp4", {"tp": 1, "pp": 2, "dp": 4}),
        ("fsdp64 tp2 pp1 cp1", {"fsdp": 64, "tp": 2, "pp": 1, "cp": 1}),
        ("tp8 moe-tp8 ep1", {"tp": 8, "moetp": 8, "ep": 1}),
        ("attention-dp16 ep16", {"adp": 16, "ep": 16}),
        ("zero", {"zero": 1}),
        ("", {}),
    ],
)
def test_layouts_are_recognised(cell: str, expected: dict[str, float]) -> None:
    """Degrees of parallelism are read from the usual spellings."""
    assert wording.degrees(cell) == expected


def test_accept_lengths_are_read_or_taken_from_the_method() -> None:
    """A stated accept length counts, a range by its middle, a method without one by its mean."""
    assert wording.accepted_tokens("MTP 2 steps, accept length 2.4-2.7") == pytest.approx(2.55)
    assert wording.accepted_tokens("EAGLE3 accept 4.03; x") == pytest.approx(4.03)
    assert wording.accepted_tokens("12 nodes, no MTP") == 1
    assert wording.accepted_tokens("EAGLE3 likely") == wording.EAGLE_ACCEPTED
    assert wording.accepted_tokens("") == 1


def test_batches_are_read_in_their_units() -> None:
    """Per-GPU batches count for the instance; an average in the notes wins; offline means not stated."""
    assert wording.batch_of("48/GPU", "", 16) == 768
    assert wording.batch_of("32", "average concurrency 27.19", 16) == pytest.approx(27.19)
    assert wording.batch_of("offline (500-1000 prompts at once)", "", 1) is None
    assert wording.global_batch("gbs 4096 mbs 2") == (4096, 2)


def test_sources_group_by_publisher() -> None:
    """Documents of one publisher are one source."""
    assert wording.publisher("InferenceX-style measured export (x), shipped in y") == "InferenceX"
    assert (
        wording.publisher("mlcommons/training_results_v5.0 NVIDIA/results")
        == "mlcommons/training_results_v5.0"
    )
    assert wording.publisher("") == ""


def test_dates_become_years() -> None:
    """A month counts from its middle, a bare year as its middle."""
    assert wording.year_of("2025-06-04") == pytest.approx(2025 + 5.5 / 12)
    assert wording.year_of("2025") == 2025.5
    assert wording.year_of("soon") is None
