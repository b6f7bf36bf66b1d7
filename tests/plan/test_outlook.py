"""Outlook and trends that come with the package."""

from __future__ import annotations

import numpy as np
import pytest

from junshi.catalogue.load import load_catalogue
from junshi.plan.outlook import default_outlook
from junshi.plan.trends import Trends, load_trends
from junshi.terms import Origin
from junshi.units import Quarter

CHIPS = ("h20-96g", "ascend-910c")
TRENDS = Trends(
    {Origin.IMPORT: -0.19, Origin.DOMESTIC: 0.0}, {Origin.IMPORT: 0.0, Origin.DOMESTIC: 0.44}, 0.9, 20.0
)


def test_prices_and_limits_move_by_origin() -> None:
    """-19 % a year is a factor of 0.9 in half a year; +44 % one of 1.2; both start at one."""
    catalogue = load_catalogue()
    chips = [catalogue.accelerator(name) for name in CHIPS]
    outlook = default_outlook(chips, [catalogue.ecosystem("cann")], Quarter(2027, 1), 5, TRENDS)
    assert outlook.price_factor[0, [0, 2, 4]] == pytest.approx([1.0, 0.9, 0.81])
    assert outlook.price_factor[1] == pytest.approx(np.ones(5))
    assert outlook.availability_factor[1, [0, 2]] == pytest.approx([1.0, 1.2])
    assert outlook.accelerators == CHIPS


def test_maturity_closes_its_gap() -> None:
    """Maturity rises every quarter, never to more than one, by the catalogue's share of the gap a year."""
    catalogue = load_catalogue()
    rows = list(catalogue.ecosystems)
    outlook = default_outlook([], rows, Quarter(2027, 1), 9, TRENDS)
    assert np.all(np.diff(outlook.maturity, axis=1) >= 0)
    assert np.all(outlook.maturity <= 1)
    for row, path in zip(rows, outlook.maturity, strict=True):
        left = (1 - path[4]) / (1 - path[0]) if path[0] < 1 else 1 - row.gap_closed_per_year
        assert left == pytest.approx(1 - row.gap_closed_per_year, rel=1e-3)


def test_packaged_trends_are_sane() -> None:
    """Every origin has its trends; a unit works most of the time and for some years."""
    trends = load_trends()
    assert set(trends.price_change_per_year) == set(trends.availability_change_per_year) == set(Origin)
    assert all(-0.5 < change < 0.5 for change in trends.price_change_per_year.values())
    assert 0.5 < trends.uptime <= 1
    assert 8 <= trends.service_life_quarters <= 40
