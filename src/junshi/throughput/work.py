"""Operations, bytes and cache of a model architecture, per token.

Equations
---------
matmul forward        2 * P_active                          FLOP per token (P without the input embedding)
attention forward     c_attention * context                 FLOP per token; c = 4 * layers * heads * head_dim
MLA, absorbed decode  c = 2 * layers * heads * (2 * kv_lora_rank + qk_rope_head_dim)
training              3 x forward; 2 x when weights are frozen (LoRA)
cache                 2 * layers * kv_heads * head_dim, or layers * (kv_lora_rank + qk_rope_head_dim) for MLA
routed experts        P_expert = (P_total - P_active) / (n_experts - experts_per_token), over all layers

References
----------
Kaplan et al. 2020, arXiv:2001.08361 (6N rule); Korthikanti et al. 2022, arXiv:2205.05198 (attention term);
DeepSeek-V2, arXiv:2405.04434 (multi-head latent attention).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Work:
    """Work of one token of one or many models; every field a float or an array of one shape.

    Attributes
    ----------
    dense_params : parameters that every token uses, shared experts included, input embedding left out
    expert_params : parameters of one routed expert over all layers; 0 for dense models
    n_experts, experts_per_token : routed experts a layer; 0 for dense models
    embedding_params : input embedding, in memory but not in the operations
    layers, hidden : depth and width
    attention_flop : forward FLOP per token and per token of context, prompt reading and training
    attention_flop_decode : the same for a decode step (MLA works in the latent space there)
    cache_elements : elements of cache per token, all layers
    cache_shards : most parts that tensor parallelism can cut the cache into (1 for MLA)
    windowed, window : share of the layers whose attention looks back only `window` tokens; 0 and 1 without
    """

    dense_params: Array
    expert_params: Array
    n_experts: Array
    experts_per_token: Array
    embedding_params: Array
    layers: Array
    hidden: Array
    attention_flop: Array
    attention_flop_decode: Array
    cache_elements: Array
    cache_shards: Array
    windowed: Array
    window: Array

    @property
    def active_params(self) -> Array:
        """Parameters that multiply each token."""
        return self.dense_params + self.experts_per_token * self.expert_params

    @property
    def total_params(self) -> Array:
        """Parameters held in memory."""
        return self.dense_params + self.embedding_params + self.n_experts * self.expert_params

    @property
    def is_mixture(self) -> NDArray[np.bool_]:
        """Whether tokens are routed to experts."""
        return np.asarray(self.n_experts) > 0

    def seen(self, context: Array) -> Array:
        """Tokens of context that attention looks at, mean over the layers."""
        return np.asarray(context - self.windowed * np.maximum(context - self.window, 0.0))

    @classmethod
    def stack(cls, works: Sequence[Work]) -> Work:
        """Many models as arrays, shape `[len(works)]`."""
        columns = {
            field.name: np.array([getattr(work, field.name) for work in works]) for field in fields(cls)
        }
        return cls(**{name: column.astype(np.float64) for name, column in columns.items()})

    def take(self, index: NDArray[np.intp]) -> Work:
        """Rows `index` of arrays."""
        return Work(**{field.name: getattr(self, field.name)[index] for field in fields(self)})


@dataclass(frozen=True)
class Architecture:
    """What must be known of a model; lengths in elements, parameters in units (not billions)."""

    total_params: float
    active_params: float
    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    n_experts: int
    experts_per_token: int
    attention_type: str
    kv_lora_rank: int
    qk_rope_head_dim: int
    qk_nope_head_dim: int
    v_head_dim: int
    vocab: int
    windowed: float = 0.0
    window: int = 1


def work_of(model: Architecture) -> Work:
    """Work of one token of a model.

    Examples
    --------
    >>> llama = Architecture(8.03e9, 8.03e9, 32, 4096, 32, 8, 128, 0, 0, "gqa", 0, 0, 0, 0, 128256)
    >>> work = work_of(llama)
    >>> int(work.cache_elements), int(work.attention_flop)
    (65536, 524288)
    """
    routed = model.n_experts > model.experts_per_token > 0
    expert = (
        (model.total_params - model.active_params) / (model.n_experts - model.experts_per_token)
        if routed
        else 0.0
    )
    embedding = float(model.vocab * model.hidden)
    dense = model.active_params - model.experts_per_token * expert * routed - embedding
    if model.attention_type == "mla":
        score = 2 * (model.qk_nope_head_dim + model.qk_rope_head_dim + model.v_head_dim)
        score_decode = 2 * (2 * model.kv_lora_rank + model.qk_rope_head_dim)
        cache = model.layers * (model.kv_lora_rank + model.qk_rope_head_dim)
        shards = 1
    else:
        score = score_decode = 4 * model.head_dim
        cache = 2 * model.layers * model.kv_heads * model.head_dim
        shards = model.kv_heads
    heads = model.layers * model.heads
    numbers = (
        dense, expert, model.n_experts * routed, model.experts_per_token * routed, embedding, model.layers,
        model.hidden, heads * score, heads * score_decode, cache, shards, model.windowed, model.window,
    )  # fmt: skip
    return Work(*(np.float64(number) for number in numbers))  # type: ignore[arg-type]


def touched_experts(n_experts: Array, experts_per_token: Array, tokens: Array) -> Array:
    """Expected number of distinct experts of a layer that `tokens` tokens use, routing uniform.

    E * (1 - (1 - k/E)^tokens); 0 for dense models.
    """
    experts = np.maximum(n_experts, 1.0)
    missed = np.log1p(-np.minimum(experts_per_token / experts, 1 - 1e-12))
    return np.asarray(np.where(n_experts > 0, -n_experts * np.expm1(tokens * missed), 0.0))
