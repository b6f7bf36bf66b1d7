"""The table of columns says what the files hold, and the facts of a row follow it."""

from __future__ import annotations

import csv
import datetime as dt
from importlib import resources

import pytest

from junshi.catalogue import load_catalogue
from junshi.catalogue.columns import columns
from junshi.catalogue.facts import accelerator_facts, ecosystem_facts, model_facts, price_fact
from junshi.catalogue.load import FILES
from junshi.terms import Confidence
from junshi.text import set_language


@pytest.mark.parametrize("name", list(FILES))
def test_every_column_of_every_file_is_explained(name: str) -> None:
    """The columns of file, schema and explanation are the same."""
    text = resources.files("junshi.catalogue").joinpath("data", name).read_text(encoding="utf-8")
    header = next(csv.reader(text.splitlines()))
    assert sorted(header) == sorted(columns(name)) == sorted(FILES[name].model_fields)


@pytest.mark.parametrize("name", list(FILES))
def test_columns_have_a_meaning_in_both_languages(name: str) -> None:
    """No column without English and Chinese meaning and a type."""
    for column in columns(name).values():
        assert column.meaning_en
        assert column.meaning_zh
        assert column.type in {"text", "number", "whole number", "true or false", "day", "choice", "list"}


def test_meaning_follows_the_language() -> None:
    """The meaning is Chinese when the language is."""
    set_language("zh")
    try:
        assert columns("accelerators.csv")["memory_gb"].meaning == "显存容量"
    finally:
        set_language(None)


def test_facts_carry_unit_source_day_and_confidence() -> None:
    """A figure of an accelerator comes with all that is needed to judge it; guesses are marked."""
    chip = load_catalogue().accelerator("h20-96g")
    facts = accelerator_facts(chip)
    bandwidth = facts["memory_bandwidth_gbs"]
    assert (bandwidth.value, bandwidth.unit, bandwidth.source) == (4000, "GB/s", chip.source)
    assert bandwidth.confidence is Confidence.HIGH
    assert facts["lead_time_quarters"].confidence is Confidence.ASSUMED
    assert "fp4_dense_tflops" not in facts


def test_a_dated_price_replaces_the_undated_one() -> None:
    """With the dated prices at hand the undated copy is left out."""
    facts = load_catalogue()
    chip = facts.accelerator("h20-96g")
    assert "price_cny" in accelerator_facts(chip)
    assert "price_cny" not in accelerator_facts(chip, facts.prices_of("h20-96g"))


def test_facts_of_stacks_models_and_prices() -> None:
    """The other rows give facts too; rent is per hour."""
    facts = load_catalogue()
    assert ecosystem_facts(facts.ecosystem("cuda"))["maturity"].value == 0.95
    assert model_facts(facts.model("deepseek-v3"))["layers"].value == 61
    assert model_facts(facts.model("gemma-7b"))["tied_embeddings"].value is True
    assert price_fact(facts.price("h20-96g", "rent_per_hour", dt.date(2026, 11, 24))).unit == "CNY/h"
