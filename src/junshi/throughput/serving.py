"""Inference: time of a decode step and of a prompt, batch from memory and latency, output tokens per second.

With B requests on one copy of the model over n chips (Pope et al. 2022, arXiv:2211.05102):

    decode step   busy(2 P_active B / (n F), (W / cut + B kv context / cut) / BW) + exchange + layers *
    layer + B * sequence
    prompt        2 P_active L + c L^2 / 2 FLOP over n chips, plus exchange
    serving       a cycle of B requests takes B prompts and `output` steps: rate = B output / (B prompt +
    output step)

The rate rises with B and so does every latency, so the best B is the largest that memory and limits allow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.throughput.chips import Chips
from junshi.throughput.efficiency import Coefficients
from junshi.throughput.parallelism import Layout
from junshi.throughput.roofline import Times, all_reduce_bytes, routing_seconds
from junshi.throughput.work import Work, touched_experts

Array = NDArray[np.float64]

MAX_SEQUENCES = 2048.0
"""Requests that one scheduler keeps running, at most: one for each copy of attention."""

ACTIVATION_BYTES = 2.0
ROUTED_ROUNDS = 1.5
"""Exchanges of a mixture layer in units of 16-bit activations: dispatch in 8 bits, combine in 16 bits."""

NETWORK_LATENCY = 3.0
"""Start-up of an exchange over the network, over that inside a link domain (RDMA against load and store)."""

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


@dataclass(frozen=True)
class Load:
    """What the requests of a stream ask for; arrays of one shape.

    Attributes
    ----------
    length, output : tokens in and out of a request, mean
    accepted : tokens that one decode step gives (1 without speculation)
    prompts : 1 where prompts are read on the same chips, 0 where elsewhere
    """

    length: Array
    output: Array
    accepted: Array
    prompts: Array

    @property
    def context(self) -> Array:
        """Mean context of a running request: its prompt and half of its output."""
        return np.asarray(self.length + self.output / 2)


HALVINGS = 13
"""Steps of the search for a batch: a ratio of 131072 is halved to one of 1.0015."""


def weight_bytes(served: Served) -> Array:
    """Weights on one chip, byte: dense part over tensor and pipeline, experts over their chips."""
    work, layout = served.work, served.layout
    dense = (work.dense_params + work.embedding_params) / (layout.tensor * layout.pipeline)
    experts = work.n_experts * work.expert_params / (layout.expert * layout.pipeline)
    return np.asarray((dense + experts) * served.stored.weight)


def cache_bytes(served: Served, context: Array) -> Array:
    """Cache of one request of `context` tokens on one chip that holds it, byte."""
    cut = np.minimum(served.layout.tensor, served.work.cache_shards) * served.layout.pipeline
    return np.asarray(served.work.cache_elements * served.stored.cache * served.work.seen(context) / cut)


def largest_batch(served: Served, context: Array) -> Array:
    """Requests that one copy can hold in memory; 0 where the weights do not fit."""
    free = served.chips.memory - weight_bytes(served)
    batch = free / cache_bytes(served, context) * served.layout.data
    return np.asarray(np.where(free > 0, np.minimum(batch, MAX_SEQUENCES * served.layout.data), 0.0))


def _exchange(served: Served, tokens: Array) -> tuple[Array, Array]:
    """Seconds for bytes, and of start-up, of exchanges in a pass of `tokens` on each copy of attention."""
    work, layout, chips = served.work, served.layout, served.chips
    size = tokens * work.hidden * ACTIVATION_BYTES
    outside = layout.tensor > chips.domain
    reduced = (
        2 * work.layers * all_reduce_bytes(size, layout.tensor) / np.where(outside, chips.network, chips.link)
    )
    spread = np.where((layout.tensor > 1) & (layout.data == 1), 1.0, layout.expert)
    routed = (
        ROUTED_ROUNDS
        * work.layers
        * routing_seconds(size / layout.tensor, work.experts_per_token, spread, chips)
    )
    seconds = served.efficiency.exposed * (reduced + np.where(work.is_mixture, routed, 0.0))
    alone = (layout.tensor == 1) & (layout.expert == 1)
    far = np.where(np.maximum(layout.tensor, spread) > chips.domain, NETWORK_LATENCY, 1.0)
    rounds = 2 * work.layers * np.where(alone, 0.0, far)
    return np.asarray(seconds), np.asarray(rounds * served.efficiency.reduce)


def verified_tokens(accepted: Array) -> Array:
    """Tokens of a request in a verifying step: two for one draft, else about one more than is accepted."""
    whole = np.ceil(accepted)
    return np.asarray(np.where(accepted <= 1, 1.0, np.where(accepted <= 2, whole, whole + 1)))


def decode_step(served: Served, batch: Array, context: Array, accepted: Array | float = 1.0) -> Times:
    """Times of one step that gives each of `batch` requests of `context` tokens its next tokens.

    With speculation (`accepted` > 1 tokens a step) each request passes its drafts as well.
    """
    work, layout, chips, efficiency = served.work, served.layout, served.chips, served.efficiency
    verified = verified_tokens(np.asarray(accepted, dtype=np.float64))
    passed = batch * verified
    flop = passed * (2 * work.active_params + work.attention_flop_decode * work.seen(context)) / layout.chips
    local = passed / layout.data
    experts = touched_experts(work.n_experts, work.experts_per_token, passed) * work.expert_params
    weights = work.dense_params / layout.tensor + experts / layout.expert
    # a pipeline is filled by as many parts of the batch as it has stages, and each stage reads its weights
    # anew for each part, so the pipeline cuts the operations and the cache but not the weights read
    read = weights * served.stored.weight / efficiency.bandwidth
    read = read + batch / layout.data * cache_bytes(served, context) / efficiency.cache
    seconds, start = _exchange(served, local)
    fixed = (
        efficiency.step + work.layers * efficiency.layer + start + batch / layout.data * efficiency.sequence
    )
    parts = (flop / (chips.flops * efficiency.decode), read / chips.bandwidth, seconds, fixed)
    drafted = 1 + efficiency.draft * (verified - 1)
    return Times(*(part * drafted for part in parts))


def prompt_pass(served: Served, length: Array) -> Times:
    """Times of reading one prompt of `length` tokens on the whole copy."""
    work, layout, chips, efficiency = served.work, served.layout, served.chips, served.efficiency
    flop = length * (2 * work.active_params + work.attention_flop * work.seen(length / 2)) / layout.chips
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
    """Seconds to the first token of a request on an idle copy: its prompt, and steps until it is seen."""
    one = np.ones_like(served.layout.chips)
    step = decode_step(served, one, length).total
    return np.asarray(prompt_pass(served, length).total + served.efficiency.start * step)


def cycle_seconds(served: Served, batch: Array, load: Load) -> Array:
    """Seconds in which one copy serves `batch` whole requests: their prompts, and all decode steps."""
    step = decode_step(served, batch, load.context, load.accepted).total
    prompts = load.prompts * batch * prompt_pass(served, load.length).total
    return np.asarray(prompts + load.output / load.accepted * step)


def cycle_times(served: Served, batch: Array, load: Load) -> Times:
    """Parts of a cycle, to see what binds."""
    step = decode_step(served, batch, load.context, load.accepted)
    steps = load.output / load.accepted
    return Times(*(steps * part for part in step.parts())).plus(
        prompt_pass(served, load.length), load.prompts * batch
    )


def serving_rate(served: Served, batch: Array, load: Load) -> Array:
    """Output tokens per second of one chip with `batch` requests running on its copy of the model."""
    return np.asarray(batch * load.output / cycle_seconds(served, batch, load) / served.layout.chips)


def batch_within(served: Served, most: Array, load: Load, seconds_per_token: Array) -> Array:
    """Largest batch up to `most` whose mean time per output token keeps the limit; 0 where none does.

    The time per token of a running request is that of the cycle over its output: other requests' prompts
    interrupt it. It rises with the batch, so halving (of ratios, on a grid that does not depend on the chip,
    to 0.2 %) finds the limit, and a better chip never gets a smaller batch.
    """
    prompt = load.prompts * prompt_pass(served, load.length).total / load.output

    def within(batch: Array) -> NDArray[np.bool_]:
        step = decode_step(served, batch, load.context, load.accepted).total
        return np.asarray(batch * prompt + step / load.accepted <= seconds_per_token)

    low = np.ones_like(most)
    high = MAX_SEQUENCES * served.layout.data * np.ones_like(most)
    one, all_of_them = within(low), within(high)
    for _ in range(HALVINGS):
        middle = np.sqrt(low * high)
        inside = within(middle)
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    allowed = np.where(all_of_them, np.inf, np.where(one, low, 0.0))
    return np.asarray(np.where(most >= 1.0, np.minimum(most, allowed), 0.0))
