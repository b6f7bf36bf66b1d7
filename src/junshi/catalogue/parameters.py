"""Parameters of a model architecture, counted from its shape.

    total = layers · attention + experts or feed-forward + embeddings

    grouped or full attention   2·hidden·heads·head_dim + 2·hidden·kv_heads·head_dim
    latent attention (MLA)      hidden·q_rank + q_rank·heads·(nope + rope) + hidden·(kv_rank + rope)
                                + kv_rank·heads·(nope + v) + heads·v·hidden
    feed-forward                matrices·hidden·ffn, three matrices when gated, else two
    mixture layer               (experts + shared)·feed-forward + hidden·experts (router)

Norms and biases are left out: less than 0.1 %.

References
----------
Vaswani et al. 2017, arXiv 1706.03762; DeepSeek-V2, arXiv 2405.04434 (latent attention)
"""

from __future__ import annotations

from junshi.catalogue.schema import ModelArchitecture

BILLION = 1e9


def total_parameters_b(model: ModelArchitecture) -> float:
    """All parameters, in 1e9, embeddings included (once when tied)."""
    return _billions(model, model.n_experts)


def active_parameters_b(model: ModelArchitecture) -> float:
    """Parameters that one token uses, in 1e9, both embeddings included."""
    return _billions(model, model.experts_per_token)


def embedding_parameters_b(model: ModelArchitecture) -> float:
    """Parameters of one embedding table, in 1e9; often left out of published active counts."""
    return model.vocab * model.hidden / BILLION


def _billions(model: ModelArchitecture, experts: int) -> float:
    """Parameters with a number of routed experts a mixture layer."""
    embeddings = model.vocab * model.hidden * (1 if model.tied_embeddings else 2)
    layers = model.layers * _attention(model) + _feed_forward(model, experts)
    return (layers + embeddings) / BILLION


def _attention(model: ModelArchitecture) -> int:
    """Parameters of the attention part of one layer."""
    if model.attention_type != "mla":
        return 2 * model.hidden * model.head_dim * (model.heads + (model.kv_heads or model.heads))
    query, cache = model.q_lora_rank or 0, model.kv_lora_rank or 0
    rope, nope, value = model.qk_rope_head_dim or 0, model.qk_nope_head_dim or 0, model.v_head_dim or 0
    into_query = model.hidden * query + query * model.heads * (nope + rope)
    into_cache = model.hidden * (cache + rope) + cache * model.heads * (nope + value)
    return into_query + into_cache + model.heads * value * model.hidden


def _feed_forward(model: ModelArchitecture, experts: int) -> int:
    """Parameters of the feed-forward parts of all layers."""
    matrices = 3 if model.gated_ffn else 2
    one = matrices * model.hidden * model.ffn
    if model.n_experts == 0:
        return model.layers * one
    mixture = one * (experts + model.shared_experts) + model.hidden * model.n_experts
    dense = matrices * model.hidden * (model.dense_ffn or 0)
    return (model.layers - model.dense_layers) * mixture + model.dense_layers * dense
