"""The data files of supply: complete, ranged, sourced, and in line with the catalogue's market figures."""

from __future__ import annotations

import csv

import pytest
from pydantic import ValidationError

from junshi.supply.schema import EffectsFile, load_assumptions, load_effects
from junshi.terms import Confidence
from tests.shared_data import shared_file


def test_effects_have_sources() -> None:
    """Every effect says its source and reason in both languages."""
    effects = load_effects()
    for row in (*effects.by_regime, *effects.by_ramp):
        assert row.source
        assert row.reason
        assert any("\u4e00" <= letter <= "\u9fff" for letter in row.reason_zh)


def test_priors_are_marked_assumed() -> None:
    """What is not measured says so."""
    assumptions = load_assumptions()
    for prior in (assumptions.regime_prior, assumptions.fill_prior, assumptions.ramp_prior):
        assert prior.confidence is Confidence.ASSUMED


def test_a_missing_effect_is_refused() -> None:
    """A file that lacks a quantity of a class cannot be loaded."""
    table = load_effects().model_dump(by_alias=True)
    table["by_regime"] = table["by_regime"][1:]
    with pytest.raises(ValidationError, match="missing or twice"):
        EffectsFile.model_validate(table)


@pytest.mark.parametrize(
    ("quantity", "value"), [("survival", 1.2), ("price_factor", 0.0), ("available", -1.0)]
)
def test_an_impossible_effect_is_refused(quantity: str, value: float) -> None:
    """A share above 1, a price of 0 or a negative limit cannot be loaded."""
    table = load_effects().model_dump(by_alias=True)
    for row in table["by_regime"]:
        if row["quantity"] == quantity:
            row["open"] = value
    with pytest.raises(ValidationError):
        EffectsFile.model_validate(table)


def test_deliveries_agree_with_the_market_figures() -> None:
    """H20 and H200 deliveries, and the usual quarter, are those of the reference table."""
    with shared_file("data/market.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))

    def figure(period: str, vendor: str) -> float:
        found = [r for r in rows if r["period"] == period and r["vendor_or_segment"] == vendor]
        return float(found[0]["value"])

    fill = {row.period: row for row in load_assumptions().fill}
    usual = [figure(quarter, "NVIDIA H20") for quarter in ("2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1")]
    assert fill["2025-Q3"].usual == pytest.approx(sum(usual) / 4, abs=1)
    assert fill["2025-Q3"].delivered == figure("2025-Q3", "NVIDIA H20")
    assert fill["2026-Q3"].delivered == figure("2026-08", "NVIDIA H200")
