"""Work of a sample for models that are not language models, and the time of training on it.

    compute    gflop / (F * share)
    memory     gbyte / (BW * share)
    exchange   gradients all-reduced once a step, over the samples of a chip in a step
    fixed      3 * blocks * launch, over the samples of a chip in a step

Compute and memory overlap (`roofline.busy`). The shares are those of training with an effect of the kind
(vision, diffusion, recommendation, embedding) and one of the model, which absorbs what the table cannot know.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from junshi.throughput.chips import Chips
from junshi.throughput.efficiency import Coefficients
from junshi.throughput.roofline import Times, all_reduce_bytes

Array = NDArray[np.float64]

PASSES = 3.0
"""Forward, and backward for inputs and for weights."""


@dataclass(frozen=True)
class SampleWork:
    """Work of one trained sample of a published model.

    Attributes
    ----------
    kind : vision, diffusion, recommendation or embedding
    gflop, gbyte : operations, and bytes of memory traffic of a trained sample, 1e9
    weights_gb : weights held on the accelerators of a run, GB
    exchanged_gb : gradients that each copy exchanges in a step, GB
    blocks : blocks that run one after another, each with the launches of a transformer layer
    source, confidence : where the figures are from
    """

    model: str
    kind: str
    gflop: float
    gbyte: float
    weights_gb: float
    exchanged_gb: float
    blocks: float
    source: str
    confidence: str


@dataclass(frozen=True)
class Convergence:
    """Samples (or tokens) to the quality target of a benchmark at one global batch."""

    model: str
    batch: float
    samples: float
    source: str


def plain_name(model: str) -> str:
    """Name of a model without marks and case, so that `ResNet50` and `resnet-50` are one."""
    return re.sub(r"[^a-z0-9]", "", model.lower())


@cache
def load_samples() -> dict[str, SampleWork]:
    """Published models by plain name."""
    rows = _rows("samples.csv")
    numbers = ("gflop", "gbyte", "weights_gb", "exchanged_gb", "blocks")
    return {
        plain_name(row["model"]): SampleWork(
            model=row["model"],
            kind=row["kind"],
            source=row["source"],
            confidence=row["confidence"],
            **{name: float(row[name]) for name in numbers},
        )
        for row in rows
    }


@cache
def load_convergence() -> tuple[Convergence, ...]:
    """Published lengths of benchmark runs."""
    return tuple(
        Convergence(row["model"], float(row["batch"]), float(row["samples"]), row["source"])
        for row in _rows("convergence.csv")
    )


def samples_to_converge(model: str, batch: float | None) -> float | None:
    """Samples (tokens of a language model) of a run with a global batch; None where none is published."""
    name = plain_name(model)
    rows = [row for row in load_convergence() if plain_name(row.model) == name]
    return next((row.samples for row in rows if row.batch == batch), None)


def _rows(name: str) -> list[dict[str, str]]:
    """Rows of a data file of the package."""
    text = resources.files("junshi.throughput").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


@dataclass(frozen=True)
class SampleRun:
    """Training runs on samples; arrays of one shape.

    Attributes
    ----------
    gflop, gbyte, exchanged_gb, blocks : of `SampleWork`
    local : samples of one chip in a step; infinite where not stated
    count : accelerators of the run
    """

    gflop: Array
    gbyte: Array
    exchanged_gb: Array
    blocks: Array
    local: Array
    count: Array
    chips: Chips
    efficiency: Coefficients


def sample_times(run: SampleRun) -> Times:
    """Seconds of one trained sample on one chip, by what they are spent on."""
    chips, efficiency = run.chips, run.efficiency
    sent = all_reduce_bytes(run.exchanged_gb * 1e9, run.count)
    inside = np.minimum(chips.domain, run.count)
    across = np.where(run.count > inside, sent / inside / chips.network, 0.0)
    exchange = efficiency.exposed * (sent / chips.link + across) / run.local
    return Times(
        run.gflop * 1e9 / (chips.flops * efficiency.train),
        run.gbyte * 1e9 / (chips.bandwidth * efficiency.bandwidth),
        exchange,
        PASSES * run.blocks * efficiency.launch / run.local,
    )
