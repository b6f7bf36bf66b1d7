"""Figures of the catalogue against the reference compilation, where it is at hand."""

from __future__ import annotations

import csv

import pytest

from junshi.catalogue import load_catalogue
from tests.shared_data import shared_file

FIGURES = (
    "fp16_dense_tflops",
    "fp8_dense_tflops",
    "int8_dense_tops",
    "fp4_dense_tflops",
    "memory_gb",
    "memory_bandwidth_gbs",
    "interconnect_gbs",
    "tdp_w",
    "price_cny",
    "price_usd",
    "rental_usd_per_hour",
)


def rows_of(relative: str) -> list[dict[str, str]]:
    """Rows of a reference file."""
    with shared_file(relative).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_figure_of_every_accelerator_is_the_reference() -> None:
    """All figures, the release and the confidence are equal; what is empty there is empty here."""
    facts = load_catalogue()
    differences = []
    for row in rows_of("data/accelerators.csv"):
        chip = facts.accelerator(row["id"])
        for name in FIGURES:
            expected = float(row[name]) if row[name] else None
            if getattr(chip, name) != expected:
                differences.append((chip.id, name, getattr(chip, name), expected))
        assert (chip.release or "") == row["release"]
        assert chip.confidence.value == row["confidence"]
        assert chip.source == row["source"]
        assert chip.ecosystem == row["ecosystem"].split(" ")[0]
    assert differences == []


def test_every_event_is_the_reference() -> None:
    """Days, regimes, directions, sources and confidences are equal, one row each."""
    reference = sorted(
        (row["date"], row["supply_regime_after"], row["direction"], row["source"], row["confidence"])
        for row in rows_of("data/supply_events.csv")
    )
    ours = sorted(
        (
            event.date.isoformat(),
            event.supply_regime_after.value,
            event.direction.value,
            event.source,
            event.confidence.value,
        )
        for event in load_catalogue().events
    )
    assert ours == reference


def test_every_market_figure_is_the_reference() -> None:
    """Period, segment, value and unit are equal, in the same order."""
    reference = [
        (row["period"], row["vendor_or_segment"], float(row["value"]), row["unit"])
        for row in rows_of("data/market.csv")
    ]
    ours = [(row.period, row.vendor_or_segment, row.value, row.unit) for row in load_catalogue().market]
    assert ours == reference


def test_our_words_are_our_own() -> None:
    """Texts of events and notes are not those of the reference."""
    facts = load_catalogue()
    events = {row["event"] for row in rows_of("data/supply_events.csv")}
    notes = {row["notes"] for row in rows_of("data/accelerators.csv") if len(row["notes"]) > 40}
    assert not events & {event.event for event in facts.events}
    assert not notes & {chip.notes for chip in facts.accelerators}


NOT_LANGUAGE_MODELS = {"bert-large", "dlrm-dcnv2", "resnet-50", "retinanet", "stable-diffusion-2"}
OTHER_SPELLING = {"moore-threads-mtt-s5000": "mtt-s5000"}
ROUNDED = 0.01


def test_every_measured_model_and_accelerator_is_known_with_the_same_shape() -> None:
    """Ids of the measurements can be looked up, and shapes agree wherever the measurement states them."""
    facts = load_catalogue()
    differences = set()
    for row in rows_of("data/measurements.csv"):
        facts.accelerator(OTHER_SPELLING.get(row["accelerator"], row["accelerator"]))
        if row["model"] in NOT_LANGUAGE_MODELS:
            continue
        model = facts.model(row["model"])
        for name in ("layers", "hidden", "heads", "kv_heads", "ffn", "n_experts", "experts_per_token"):
            if row[name] and getattr(model, name) != int(row[name]):
                differences.add((model.id, name, getattr(model, name), row[name]))
        for name in ("total_params_b", "active_params_b"):
            if row[name]:
                assert getattr(model, name) == pytest.approx(float(row[name]), rel=ROUNDED)
        if row["attention_type"]:
            assert model.attention_type == row["attention_type"]
    assert differences == set()
