"""A row of the catalogue as facts: each figure with its unit, source, day and confidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import Enum

from junshi.catalogue.columns import columns
from junshi.catalogue.schema import (
    Accelerator,
    Ecosystem,
    ModelArchitecture,
    PriceKind,
    PriceRow,
)
from junshi.provenance import Fact
from junshi.terms import Confidence

_PRICE_COLUMNS = {"price_cny": "CNY", "price_usd": "USD", "rental_usd_per_hour": "USD"}
_NOT_FIGURES = frozenset({"id", "name", "source", "confidence", "notes", "assumed", "checked", "day"})


def accelerator_facts(row: Accelerator, prices: Sequence[PriceRow] = ()) -> dict[str, Fact]:
    """Known figures of an accelerator, column → fact; the day is that of the last check.

    An undated price or rent that stands in `prices` too is left out: there it has its day and source.
    """
    dated = {(price.price, price.currency) for price in prices}
    facts = _facts(row, "accelerators.csv", row.checked, row.assumed)
    return {
        name: fact
        for name, fact in facts.items()
        if name not in _PRICE_COLUMNS or (fact.value, _PRICE_COLUMNS[name]) not in dated
    }


def ecosystem_facts(row: Ecosystem) -> dict[str, Fact]:
    """Figures of an ecosystem, column → fact."""
    return _facts(row, "ecosystems.csv", row.day, ())


def model_facts(row: ModelArchitecture) -> dict[str, Fact]:
    """Shape of a model architecture, column → fact; the day is that of its release."""
    return _facts(row, "models.csv", row.released, ())


def price_fact(row: PriceRow) -> Fact:
    """Price as a fact; rent is per hour of one unit."""
    unit = f"{row.currency}/h" if row.kind is PriceKind.RENT_PER_HOUR else row.currency
    return Fact(value=row.price, unit=unit, source=row.source, day=row.day, confidence=row.confidence)


def _facts(
    row: Accelerator | Ecosystem | ModelArchitecture, file: str, day: dt.date | None, assumed: tuple[str, ...]
) -> dict[str, Fact]:
    """Facts of the cells that are filled."""
    facts = {}
    for name, column in columns(file).items():
        value = getattr(row, name)
        if name in _NOT_FIGURES or value is None or value == "":
            continue
        facts[name] = Fact(
            value=_plain(value),
            unit=column.unit if column.unit != "month or year" else "",
            source=row.source,
            day=day,
            confidence=Confidence.ASSUMED if name in assumed else row.confidence,
        )
    return facts


def _plain(value: object) -> float | str | bool:
    """Value as a number, text or truth value."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool | int | float):
        return value
    return value.isoformat() if isinstance(value, dt.date) else str(value)
