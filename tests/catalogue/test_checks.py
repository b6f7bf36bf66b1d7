"""Faults that only several cells together show."""

from __future__ import annotations

from dataclasses import replace

from junshi.catalogue import Catalogue, load_catalogue
from junshi.catalogue.checks import cross_check
from junshi.catalogue.schema import ExportClass


def told(catalogue: Catalogue) -> str:
    """Sentences of all cross-checks."""
    return "\n".join(fault.sentence("en") for fault in cross_check(catalogue))


def with_model(name: str, **fields: object) -> Catalogue:
    """Catalogue in which one model has other fields."""
    facts = load_catalogue()
    changed = facts.model(name).model_copy(update=fields)
    return replace(facts, models=tuple(changed if row.id == name else row for row in facts.models))


def with_accelerator(name: str, **fields: object) -> Catalogue:
    """Catalogue in which one accelerator has other fields."""
    facts = load_catalogue()
    changed = facts.accelerator(name).model_copy(update=fields)
    return replace(
        facts, accelerators=tuple(changed if row.id == name else row for row in facts.accelerators)
    )


def test_the_package_passes() -> None:
    """The facts that come with the package agree with each other."""
    assert list(cross_check(load_catalogue())) == []


def test_an_unknown_ecosystem_is_told() -> None:
    """An accelerator must belong to a known software stack."""
    assert 'accelerators.csv: ascend-910c, column ecosystem: unknown ecosystem "cannn"' in told(
        with_accelerator("ascend-910c", ecosystem="cannn")
    )


def test_origin_and_export_class_must_fit() -> None:
    """A domestic part cannot be an import."""
    assert "column export_class" in told(
        with_accelerator("ascend-910c", export_class=ExportClass.FLAGSHIP_IMPORT)
    )


def test_a_narrow_format_slower_than_a_wide_one_is_told() -> None:
    """FP8 below FP16 is a slip of columns."""
    assert (
        "column fp8_dense_tflops: 100 is not valid: expected at least the rate of fp16_dense_tflops, 989"
        in told(with_accelerator("h100-sxm", fp8_dense_tflops=100))
    )


def test_latent_attention_needs_its_ranks() -> None:
    """A missing rank is told by name."""
    assert "deepseek-v3, column kv_lora_rank: nothing" in told(with_model("deepseek-v3", kv_lora_rank=None))


def test_heads_must_divide() -> None:
    """Key/value heads must divide the heads."""
    assert "column kv_heads: 7" in told(with_model("llama-3.1-8b", kv_heads=7))


def test_experts_per_token_cannot_exceed_experts() -> None:
    """More chosen experts than experts is a fault."""
    assert "column experts_per_token: 9" in told(with_model("mixtral-8x7b", experts_per_token=9))


def test_dense_layers_must_leave_a_mixture() -> None:
    """A mixture with only dense layers is a fault."""
    assert "column dense_layers: 61" in told(with_model("deepseek-v3", dense_layers=61))
