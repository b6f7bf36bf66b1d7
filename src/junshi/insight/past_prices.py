"""Dated prices of 2022 to 2026 that a backtest needs beside those of the catalogue; most are assumed."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache
from importlib import resources

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.schema import PriceRow, read_row

FILE = "past_prices.csv"


@cache
def load_past_prices() -> tuple[PriceRow, ...]:
    """Rows of the file, each with its source and confidence."""
    text = resources.files("junshi.insight").joinpath("data", FILE).read_text(encoding="utf-8")
    reader = csv.DictReader(text.splitlines())
    return tuple(
        read_row(PriceRow, {key: value for key, value in row.items() if value}, FILE, f"{number}")
        for number, row in enumerate(reader, start=2)
    )


def with_past_prices(catalogue: Catalogue) -> Catalogue:
    """Catalogue with these rows among its prices, by day."""
    prices = sorted((*catalogue.prices, *load_past_prices()), key=lambda row: row.day)
    return replace(catalogue, prices=tuple(prices))
