"""Training: tokens per second of one chip, MFU, memory with optimiser states, time and cost of a run.

Step of one micro-batch on one chip (Narayanan et al. 2021, arXiv:2104.04473):

    compute    3 x forward FLOP (2 x with frozen weights) * tokens / (n F)
    bubble     (pipeline - 1) / (chunks * micro-batches)
    tensor     2 all-reduces of the activations per layer, forward and backward
    experts    dispatch and combine per layer, forward and backward
    data       gradients once a step (and weights, when sharded), exposed in part

Memory (Rajbhandari et al. 2020, arXiv:1910.02054): 16-bit weights and gradients 2 + 2 byte a parameter,
fp32 master and two moments 12 byte, the latter sharded over the copies of the data.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.throughput.chips import Chips
from junshi.throughput.efficiency import Coefficients
from junshi.throughput.parallelism import Layout
from junshi.throughput.roofline import Times, all_reduce_bytes, all_to_all_bytes, routing_seconds
from junshi.throughput.work import Work

Array = NDArray[np.float64]

TYPICAL_BATCH_TOKENS = 4e6
"""Tokens of a global batch where none is stated: 4 M, as in Llama 2 and 3 (arXiv:2307.09288, 2407.21783)."""

GRADIENT_BYTES = 2.0
OPTIMISER_BYTES = 12.0
WEIGHT_BYTES = 2.0
ACTIVATION_BYTES_PER_TOKEN = 34.0
"""Byte per token, layer and hidden unit without recomputation (Korthikanti et al. 2022), flash attention."""


@dataclass(frozen=True)
class Run:
    """A training run; arrays of one shape.

    Attributes
    ----------
    sequence : tokens of one sequence
    batch : sequences of the global batch
    micro : sequences of a micro-batch on one copy
    passes : 3 where all weights learn, 2 where they are frozen (LoRA)
    learning : share of the parameters that learn (1, or near 0 for LoRA)
    """

    work: Work
    chips: Chips
    layout: Layout
    efficiency: Coefficients
    sequence: Array
    batch: Array
    micro: Array
    passes: Array
    learning: Array


def flop_per_token(work: Work, sequence: Array, passes: Array) -> Array:
    """FLOP of one trained token, causal attention counted once."""
    return np.asarray(passes * (2 * work.active_params + work.attention_flop * work.seen(sequence / 2)))


def training_memory(run: Run) -> Array:
    """Byte on one chip: weights, gradients, optimiser, activations of a micro-batch recomputed by layer."""
    work, layout = run.work, run.layout
    cut = layout.tensor * layout.pipeline
    experts_held = work.n_experts * work.expert_params / (layout.expert * layout.pipeline)
    held = (work.dense_params + work.embedding_params) / cut + experts_held
    fixed = WEIGHT_BYTES + GRADIENT_BYTES * run.learning
    held_bytes = np.where(layout.sharded > 0, work.total_params / layout.chips, held) * fixed
    optimiser = work.total_params / layout.chips * OPTIMISER_BYTES * run.learning
    tokens = run.micro * run.sequence
    kept = tokens * work.hidden / layout.tensor * (2 * work.layers + ACTIVATION_BYTES_PER_TOKEN)
    return np.asarray(held_bytes + optimiser + kept)


def step_times(run: Run) -> Times:
    """Times of one optimiser step on one chip; its tokens are batch * sequence / chips."""
    work, layout, chips, efficiency = run.work, run.layout, run.chips, run.efficiency
    tokens = run.batch * run.sequence / layout.chips
    flop = tokens * flop_per_token(work, run.sequence, run.passes)
    micro_batches = np.maximum(run.batch / (layout.data * run.micro), 1.0)
    bubble = 1 + (layout.pipeline - 1) / (layout.chunks * micro_batches)
    compute = flop / (chips.flops * efficiency.train) * bubble
    exchange = efficiency.exposed * (_tensor_seconds(run, tokens) + _expert_seconds(run, tokens)) * bubble
    exchange = exchange + efficiency.exposed * _data_seconds(run)
    launches = work.layers / layout.pipeline * micro_batches * run.passes
    fixed = launches * efficiency.launch
    return Times(compute, np.zeros_like(compute), exchange, fixed * bubble)


def _tensor_seconds(run: Run, tokens: Array) -> Array:
    """All-reduces of activations, two a layer and direction; a group works on `tensor` times the tokens."""
    layout, chips = run.layout, run.chips
    size = tokens * layout.tensor * run.work.hidden * 2.0
    rate = np.where(layout.tensor > chips.domain, chips.network, chips.link)
    return np.asarray(4 * run.work.layers * all_reduce_bytes(size, layout.tensor) / rate)


def _expert_seconds(run: Run, tokens: Array) -> Array:
    """Dispatch and combine, forward and backward: four exchanges a layer."""
    work = run.work
    once = routing_seconds(tokens * work.hidden * 2.0, work.experts_per_token, run.layout.expert, run.chips)
    return np.asarray(np.where(work.is_mixture, 4 * work.layers * once, 0.0))


def _data_seconds(run: Run) -> Array:
    """Gradients reduced once a step; sharded weights are gathered twice a step as well.

    Reduced inside a link domain first, so only one share per chip of the domain crosses the network.
    """
    work, layout, chips = run.work, run.layout, run.chips
    cut = layout.tensor * layout.pipeline
    held = (work.dense_params + work.embedding_params) / cut
    held = held + work.n_experts * work.expert_params / (np.maximum(layout.expert, 1.0) * layout.pipeline)
    copies = np.maximum(layout.data, 1.0)
    sent = all_reduce_bytes(held * GRADIENT_BYTES * run.learning, copies)
    sent = sent + layout.sharded * 2 * all_to_all_bytes(held * WEIGHT_BYTES, copies)
    inside = np.clip(chips.domain / layout.tensor, 1.0, copies)
    across = np.where(copies > inside, sent / inside / chips.network, 0.0)
    return np.asarray(np.where(inside > 1, sent / chips.link, 0.0) + across)


def training_rate(run: Run) -> Array:
    """Trained tokens per second of one chip."""
    return np.asarray(run.batch * run.sequence / run.layout.chips / step_times(run).total)


def fits(run: Run) -> NDArray[np.bool_]:
    """Whether memory suffices and every copy has at least one sequence."""
    return np.asarray((training_memory(run) <= run.chips.memory) & (run.batch >= run.layout.data))
