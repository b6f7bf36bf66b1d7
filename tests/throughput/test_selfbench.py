"""Measurement of the machine at hand; needs PyTorch, which is optional."""

from __future__ import annotations

import csv
import importlib.util
from pathlib import Path

import pytest

from junshi.errors import InputError
from junshi.throughput.measurements import Question, question_of, read_measurements
from junshi.throughput.selfbench import (
    COLUMNS,
    SMALL,
    Result,
    build_transformer,
    device_of,
    measure,
    rows_of,
    torch_or_refuse,
)
from tests.throughput.cases import catalogue

HAS_TORCH = importlib.util.find_spec("torch") is not None
needs_torch = pytest.mark.skipif(not HAS_TORCH, reason="PyTorch is not installed; it is optional")


@pytest.mark.skipif(HAS_TORCH, reason="PyTorch is installed")
def test_without_torch_there_is_a_sentence() -> None:
    """Without PyTorch the command says what to install."""
    with pytest.raises(InputError, match="PyTorch"):
        torch_or_refuse()


def test_rows_are_read_by_calibration(tmp_path: Path) -> None:
    """Rows of the transformer become questions; those of parts are refused by their kind."""
    results = [
        Result("matmul", "tflops", 1.0, "bf16"),
        Result("prefill", "tokens_per_s_per_chip", 1e5, "bf16", 512, 0, 1),
        Result("decode", "tokens_per_s_per_chip", 500.0, "bf16", 512, 1, 4),
        Result("train", "tokens_per_s_per_chip", 2e4, "bf16", 512, 0, 4),
    ]
    path = tmp_path / "bench.csv"
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(rows_of(results, SMALL, "h100-sxm", "pytorch 2", "test"))
    found = [question_of(row, catalogue()) for row in read_measurements(path)]
    assert found[0] == "throughput.row_kind"
    assert all(isinstance(one, Question) for one in found[1:])


@needs_torch
def test_the_machine_is_measured_on_the_cpu() -> None:
    """Every step gives a positive number on the CPU."""
    torch = torch_or_refuse()
    seen: list[Result] = []
    results = measure(torch, device_of(torch, "cpu"), SMALL, seen.append)
    assert seen == results
    assert {one.kind for one in results} >= {"matmul", "copy", "prefill", "decode", "train"}
    assert all(one.value > 0 for one in results)


@needs_torch
def test_the_cache_gives_the_same_answer_as_the_whole_prompt() -> None:
    """The last token after a cached prompt has the logits of the whole prompt read at once."""
    torch = torch_or_refuse()
    torch.manual_seed(0)
    model = build_transformer(torch, SMALL)
    tokens = torch.randint(0, SMALL.vocab, (1, 12))
    with torch.no_grad():
        whole = model(tokens, None)[0][:, -1]
        cache = model(tokens[:, :-1], None)[1]
        last = model(tokens[:, -1:], cache)[0][:, -1]
    assert torch.allclose(whole, last, atol=1e-4)


@needs_torch
def test_an_absent_device_is_refused() -> None:
    """A device that is not there is named together with those that are."""
    with pytest.raises(InputError, match="cpu"):
        device_of(torch_or_refuse(), "abacus")
