"""Architecture of a model from the catalogue or from a scenario's own shape."""

from __future__ import annotations

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.schema import ModelArchitecture
from junshi.errors import InputError
from junshi.scenario.schema import OwnShape, Workload
from junshi.throughput.work import Architecture

WINDOWED = {
    "gpt-oss-20b": (0.5, 128),
    "gpt-oss-120b": (0.5, 128),
    "gemma-3-27b": (5 / 6, 1024),
}
"""Share of layers with sliding-window attention, and the window, tokens.

gpt-oss model card (arXiv:2508.10925), Gemma 3 report (arXiv:2503.19786).
"""


def architecture_of(workload: Workload, catalogue: Catalogue) -> Architecture:
    """Architecture that a workload names or describes.

    Raises
    ------
    InputError : the model is unknown, the workload has neither model nor shape, or latent attention lacks a
    rank
    """
    if workload.model is not None:
        return catalogue_architecture(catalogue.model(workload.model, place=f"workload {workload.id}"))
    if workload.shape is not None:
        return own_architecture(workload.shape, workload.id)
    raise InputError("throughput.no_model", workload=workload.id, kind=workload.kind.value)


def catalogue_architecture(model: ModelArchitecture) -> Architecture:
    """Architecture of a catalogue row; latent attention is complete there."""
    windowed, window = WINDOWED.get(model.id, (0.0, 1))
    return Architecture(
        total_params=model.total_params_b * 1e9,
        active_params=model.active_params_b * 1e9,
        layers=model.layers,
        hidden=model.hidden,
        heads=model.heads,
        kv_heads=model.kv_heads or model.heads,
        head_dim=model.head_dim,
        n_experts=model.n_experts,
        experts_per_token=model.experts_per_token,
        attention_type=model.attention_type,
        kv_lora_rank=model.kv_lora_rank or 0,
        qk_rope_head_dim=model.qk_rope_head_dim or 0,
        qk_nope_head_dim=model.qk_nope_head_dim or 0,
        v_head_dim=model.v_head_dim or 0,
        vocab=model.vocab,
        windowed=windowed,
        window=window,
    )


def own_architecture(shape: OwnShape, workload: str) -> Architecture:
    """Architecture of a scenario's own shape; a head is hidden / heads wide unless stated.

    Raises
    ------
    InputError : latent attention without its ranks, or grouped attention without its number of key heads
    """
    head = shape.head_dim or shape.hidden // shape.heads
    latent = shape.attention_type == "mla"
    if latent and (shape.kv_lora_rank is None or shape.qk_rope_head_dim is None):
        raise InputError("throughput.no_latent_rank", workload=workload)
    if shape.attention_type == "gqa" and shape.kv_heads is None:
        raise InputError("throughput.no_kv_heads", workload=workload)
    return Architecture(
        total_params=shape.total_params_b * 1e9,
        active_params=shape.active_params_b * 1e9,
        layers=shape.layers,
        hidden=shape.hidden,
        heads=shape.heads,
        kv_heads=shape.kv_heads or shape.heads,
        head_dim=head,
        n_experts=shape.n_experts,
        experts_per_token=shape.experts_per_token,
        attention_type=shape.attention_type,
        kv_lora_rank=shape.kv_lora_rank or 0,
        qk_rope_head_dim=shape.qk_rope_head_dim or 0,
        qk_nope_head_dim=head,
        v_head_dim=head,
        vocab=shape.vocab,
    )
