"""Rows as they could be known on an earlier day."""

from __future__ import annotations

import datetime as dt

from junshi.catalogue.schema import Accelerator, Ecosystem
from junshi.terms import Confidence
from junshi.text import say

DAYS_PER_YEAR = 365.25


def accelerator_on(row: Accelerator, day: dt.date) -> Accelerator:
    """Accelerator without what only its later check can tell: undated prices, rent and legal status.

    Its technical figures stay: they were published when it became known. Dated prices are rows of their own.
    """
    if row.checked is not None and row.checked <= day:
        return row
    later = {"price_cny": None, "price_usd": None, "rental_usd_per_hour": None, "export_status": ""}
    return row.model_copy(update=later)


def ecosystem_on(row: Ecosystem, day: dt.date) -> Ecosystem:
    """Ecosystem with its maturity projected back along its own rate of progress, and marked as assumed.

    The gap to full maturity shrinks by `gap_closed_per_year` a year, so t years earlier it was
    `gap / (1 - gap_closed_per_year) ** t`, at most 1.
    """
    if row.day <= day:
        return row
    kept = 1 - row.gap_closed_per_year
    years = (row.day - day).days / DAYS_PER_YEAR
    gap = min(1.0, (1 - row.maturity) / kept**years) if kept > 0 else 1.0
    source = say("catalogue.projected_back", source=row.source, day=row.day.isoformat())
    return row.model_copy(
        update={"maturity": 1 - gap, "day": day, "confidence": Confidence.ASSUMED, "source": source}
    )
