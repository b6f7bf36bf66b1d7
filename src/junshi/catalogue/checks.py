"""Faults that only several cells together show: names that do not exist, shapes that do not add up."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.parameters import total_parameters_b
from junshi.catalogue.schema import Accelerator, ExportClass, ModelArchitecture
from junshi.errors import InputError, nearest
from junshi.terms import Origin
from junshi.text import say

PARAMETER_TOLERANCE = 0.05
_RATES = ("fp16_dense_tflops", "fp8_dense_tflops", "fp4_dense_tflops")


def cross_check(catalogue: Catalogue, file: str | None = None) -> Iterator[InputError]:
    """Yield the faults between cells and files.

    Parameters
    ----------
    catalogue : rows that are each valid
    file : overlay to name in the sentences; None = the file of the package that holds the row
    """
    yield from _references(catalogue, file)
    for chip in catalogue.accelerators:
        yield from _accelerator(chip, file or "accelerators.csv")
    for model in catalogue.models:
        yield from _model(model, file or "models.csv")


def _references(catalogue: Catalogue, file: str | None) -> Iterator[InputError]:
    """Ecosystems of accelerators and accelerators of prices that do not exist."""
    stacks = {row.id for row in catalogue.ecosystems}
    chips = {row.id for row in catalogue.accelerators}
    for chip in catalogue.accelerators:
        if chip.ecosystem not in stacks:
            what = say("catalogue.what_ecosystem")
            yield InputError(
                "errors.unknown_name",
                file=file or "accelerators.csv",
                place=say("catalogue.place_column", row=chip.id, column="ecosystem"),
                what=what,
                name=chip.ecosystem,
                near=nearest(chip.ecosystem, stacks),
            )
    for price in catalogue.prices:
        if price.accelerator not in chips:
            what = say("catalogue.what_accelerator")
            place = f"{price.kind.value} {price.day.isoformat()}"
            yield InputError(
                "errors.unknown_name",
                file=file or "prices.csv",
                place=place,
                what=what,
                name=price.accelerator,
                near=nearest(price.accelerator, chips),
            )


def _bad(file: str, row: str, column: str, found: object, expected: str) -> InputError:
    """Fault about one cell that another cell contradicts."""
    place = say("catalogue.place_column", row=row, column=column)
    return InputError("errors.bad_value", file=file, place=place, found=found, expected=expected)


def _accelerator(chip: Accelerator, file: str) -> Iterator[InputError]:
    """Origin against export class; a narrower number format that is slower than a wider one."""
    domestic = chip.export_class is ExportClass.DOMESTIC
    if domestic != (chip.origin is Origin.DOMESTIC):
        expected = say("catalogue.expected_class", origin=chip.origin.value)
        yield _bad(file, chip.id, "export_class", chip.export_class.value, expected)
    known = [(name, getattr(chip, name)) for name in _RATES if getattr(chip, name) is not None]
    for (wide, wide_rate), (narrow, narrow_rate) in pairwise(known):
        if narrow_rate < wide_rate:
            expected = say("catalogue.expected_rate", column=wide, value=wide_rate)
            yield _bad(file, chip.id, narrow, narrow_rate, expected)


def _model(model: ModelArchitecture, file: str) -> Iterator[InputError]:
    """Shape that contradicts itself, or that does not give the published number of parameters."""
    missing = [name for name in _needed(model) if getattr(model, name) is None]
    for name in missing:
        yield _bad(file, model.id, name, say("catalogue.nothing"), say("catalogue.expected_value"))
    if missing:
        return
    if model.kv_heads is not None and model.heads % model.kv_heads:
        yield _bad(
            file, model.id, "kv_heads", model.kv_heads, say("catalogue.expected_divisor", heads=model.heads)
        )
    if model.experts_per_token > model.n_experts:
        expected = say("catalogue.expected_at_most", le=model.n_experts)
        yield _bad(file, model.id, "experts_per_token", model.experts_per_token, expected)
    if model.dense_layers >= model.layers:
        expected = say("catalogue.expected_at_most", le=model.layers - 1)
        yield _bad(file, model.id, "dense_layers", model.dense_layers, expected)
        return
    counted = total_parameters_b(model)
    if abs(counted / model.total_params_b - 1) > PARAMETER_TOLERANCE:
        expected = say("catalogue.expected_parameters", counted=f"{counted:.2f}")
        yield _bad(file, model.id, "total_params_b", model.total_params_b, expected)


def _needed(model: ModelArchitecture) -> list[str]:
    """Columns that the kind of attention and of mixture make necessary."""
    if model.attention_type == "mla":
        needed = ["q_lora_rank", "kv_lora_rank", "qk_rope_head_dim", "qk_nope_head_dim", "v_head_dim"]
    else:
        needed = ["kv_heads"]
    return [*needed, "dense_ffn"] if model.dense_layers else needed
