"""Inference: time of a decode step and of a prompt, batch from memory and latency, output tokens per second.

With B requests on one copy of the model over n chips (Pope et al. 2022, arXiv:2211.05102):

    decode step   busy(2 P_active B / (n F), (W / cut + B kv context / cut) / BW) + exchange + layers * layer + B * sequence
    prompt        2 P_active L + c L^2 / 2 FLOP over n chips, plus exchange
    serving       a cycle of B requests takes B prompts and `output` steps: rate = B output / (B prompt + output step)

The rate rises with B and so does every latency, so the best B is the largest that memory and limits allow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.throughput.chips import Chips
from junshi.throughput.efficiency import Coefficients
from junshi.throughput.parallelism import Layout
from junshi.throughput.roofline import Times, all_reduce_bytes, all_to_all_bytes
from junshi.throughput.work import Work, touched_experts

Array = NDArray[np.float64]

MAX_SEQUENCES = 4096.0
"""Requests that one scheduler keeps running on a copy of the model, at most, per chip of attention data parallel."""

ACTIVATION_BYTES = 2.0
PROMPT_CHUNK = 8192.0
"""Prompt tokens that engines read in one pass (chunked prefill)."""


@dataclass(frozen=True)
class Stored:
    """Bytes of one element in memory: weights, and cache; arrays of one shape."""

    weight: Array
    cache: Array


@dataclass(frozen=True)
class Served:
    """Machine that serves: model, chip, layout, storage, coefficients; arrays of one shape."""

    work: Work
    chips: Chips
    layout: Layout
    stored: Stored
    efficiency: Coefficients


def weight_bytes(served: Served) -> Array:
    """Weights on one chip, byte: dense part over tensor and pipeline, experts over their chips."""
    work, layout = served.work, served.layout
    dense = (work.dense_params + work.embedding_params) / (layout.tensor * layout.pipeline)
    experts = work.n_experts * work.expert_params / (layout.expert * layout.pipeline)
    return np.asarray((dense + experts) * served.stored.weight)


def cache_bytes(served: Served, context: Array) -> Array:
    """Cache of one request of `context` tokens on one chip that holds it, byte."""
    cut = np.minimum(served.layout.tensor, served.work.cache_shards) * served.layout.pipeline
    return np.asarray(served.work.cache_elements * served.stored.cache * context / cut)


def largest_batch(served: Served, context: Array) -> Array:
    """Requests that one copy can hold in memory; 0 where the weights do not fit."""
    free = served.chips.memory - weight_bytes(served)
    batch = free / cache_bytes(served, context) * served.layout.data
    return np.asarray(np.where(free > 0, np.minimum(batch, MAX_SEQUENCES), 0.0))


def _exchange(served: Served, tokens: Array) -> tuple[Array, Array]:
    """Seconds for bytes, and seconds of start-up, of the exchanges of one pass with `tokens` per chip row."""
    work, layout, chips = served.work, served.layout, served.chips
    size = tokens * work.hidden * ACTIVATION_BYTES
    link = np.where(layout.chips > chips.domain, chips.network, chips.link)
    reduce_bytes = 2 * work.layers * all_reduce_bytes(size, layout.tensor)
    spread = np.where(layout.tensor > 1, 1.0, layout.expert)
    routed = 2 * work.layers * all_to_all_bytes(size * np.maximum(work.experts_per_token, 0), spread)
    seconds = reduce_bytes / np.where(layout.tensor > chips.domain, chips.network, chips.link) + routed / link
    rounds = 2 * work.layers * np.where((layout.tensor > 1) | (layout.expert > 1), 1.0, 0.0)
    return np.asarray(seconds), np.asarray(rounds * served.efficiency.reduce)


def decode_step(served: Served, batch: Array, context: Array) -> Times:
    """Times of one step that gives each of `batch` requests of `context` tokens its next token."""
    work, layout, chips, efficiency = served.work, served.layout, served.chips, served.efficiency
    flop = batch * (2 * work.active_params + work.attention_flop_decode * context) / layout.chips
    local = batch / layout.data
    experts = touched_experts(work.n_experts, work.experts_per_token, batch) * work.expert_params
    weights = work.dense_params / layout.tensor + experts / layout.expert
    # pipelined stages work one after the other for one token; copies of the batch fill them, so per-chip
    # traffic is that of all layers over the pipeline, and the step lasts the whole of it
    moved = weights / layout.pipeline * served.stored.weight + local * cache_bytes(served, context)
    seconds, start = _exchange(served, local)
    fixed = work.layers * efficiency.layer + start + batch * efficiency.sequence
    return Times(
        flop / (chips.flops * efficiency.decode),
        moved / (chips.bandwidth * efficiency.bandwidth),
        seconds,
        fixed,
    )


def prompt_pass(served: Served, length: Array) -> Times:
    """Times of reading one prompt of `length` tokens on the whole copy."""
    work, layout, chips, efficiency = served.work, served.layout, served.chips, served.efficiency
    flop = length * (2 * work.active_params + work.attention_flop * length / 2) / layout.chips
    # requests are spread over the copies of attention, so one prompt's share of the copy counts
    seconds, start = _exchange(served, length / layout.data)
    passes = np.maximum(length / PROMPT_CHUNK, 1e-9)
    touched = touched_experts(work.n_experts, work.experts_per_token, np.minimum(length, PROMPT_CHUNK))
    weights = work.dense_params / layout.tensor + touched * work.expert_params / layout.expert
    moved = weights / layout.pipeline * served.stored.weight * passes
    return Times(
        flop / (chips.flops * efficiency.prompt),
        moved / (chips.bandwidth * efficiency.bandwidth),
        seconds,
        passes * start,
    )


def first_token_seconds(served: Served, length: Array) -> Array:
    """Seconds to the first token of a request that finds the copy idle."""
    return np.asarray(prompt_pass(served, length).total + served.efficiency.start)


def cycle_seconds(served: Served, batch: Array, length: Array, output: Array, accepted: Array) -> Array:
    """Seconds in which one copy serves `batch` whole requests: their prompts, and all decode steps.

    `accepted` tokens come out of one step (1 without speculation).
    """
    step = decode_step(served, batch, length + output / 2).total
    return np.asarray(batch * prompt_pass(served, length).total + output / accepted * step)


def cycle_times(served: Served, batch: Array, length: Array, output: Array, accepted: Array) -> Times:
    """Parts of a cycle, to see what binds."""
    step = decode_step(served, batch, length + output / 2)
    steps = output / accepted
    return Times(*(steps * part for part in step.parts())).plus(prompt_pass(served, length), batch)


def serving_rate(served: Served, batch: Array, length: Array, output: Array, accepted: Array) -> Array:
    """Output tokens per second of one chip with `batch` requests running on its copy of the model."""
    seconds = cycle_seconds(served, batch, length, output, accepted)
    return np.asarray(batch * output / seconds / served.layout.chips)


def batch_within(
    served: Served, most: Array, length: Array, output: Array, accepted: Array, seconds_per_token: Array
) -> Array:
    """Largest batch up to `most` whose mean time per output token keeps the limit; 0 where none does.

    The time per token of a running request is that of the cycle over its output: other requests' prompts
    interrupt it. It rises with the batch, so halving finds the limit.
    """

    def within(batch: Array) -> NDArray[np.bool_]:
        return np.asarray(
            cycle_seconds(served, batch, length, output, accepted) / output <= seconds_per_token
        )

    low, high = np.minimum(most, 1.0), most.copy()
    whole = within(high)
    fits_one = within(low) & (most >= 1.0)
    for _ in range(24):
        middle = (low + high) / 2
        inside = within(middle)
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return np.asarray(np.where(whole & (most >= 1.0), most, np.where(fits_one, low, 0.0)))
