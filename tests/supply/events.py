"""Catalogues of invented events for tests of supply."""

from __future__ import annotations

import dataclasses
import datetime as dt

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.load import load_catalogue
from junshi.catalogue.schema import Direction, Gate, SupplyEvent
from junshi.terms import Confidence, Regime

START = dt.date(2020, 1, 1)


def event(day: int, gate: Gate, regime: Regime, known_after: int | None = None) -> SupplyEvent:
    """Event `day` days after `START` that leaves a regime; public `known_after` days later."""
    date = START + dt.timedelta(days=day)
    return SupplyEvent(
        id=f"event-{day}-{gate.value}",
        date=date,
        announced=None if known_after is None else date + dt.timedelta(days=known_after),
        event="something happened",
        event_zh="发生了某事",
        direction=Direction.TIGHTEN,
        gate=gate,
        affects=("nvidia",),
        supply_regime_after=regime,
        source="test",
        confidence=Confidence.ASSUMED,
    )


def catalogue_of(*events: SupplyEvent) -> Catalogue:
    """Catalogue of the package with other events."""
    ordered = tuple(sorted(events, key=lambda one: (one.date, one.known_day)))
    return dataclasses.replace(load_catalogue(), events=ordered)
