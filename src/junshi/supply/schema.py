"""Row types of the two data files of this folder, and their loading."""

from __future__ import annotations

import datetime as dt
import tomllib
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from junshi.catalogue.schema import ExportClass
from junshi.terms import Confidence, Ramp, Regime

NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1, max_length=500)]


class Quantity(StrEnum):
    """What a state does to an accelerator; the names are those of `SupplyEffects`."""

    AVAILABLE = "available"
    PRICE_FACTOR = "price_factor"
    DELIVERED = "delivered"
    RENTABLE = "rentable"
    RENT_FACTOR = "rent_factor"
    SURVIVAL = "survival"
    RESALE_FACTOR = "resale_factor"


SHARES = frozenset({Quantity.DELIVERED, Quantity.SURVIVAL})
"""Quantities that cannot exceed 1."""

FACTORS = frozenset({Quantity.PRICE_FACTOR, Quantity.RENT_FACTOR, Quantity.RESALE_FACTOR})
"""Quantities that must be positive."""


class Sourced(BaseModel):
    """Base of all rows: where a figure comes from, how well it is known, and why it was chosen."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    source: Text
    confidence: Confidence
    reason: Text
    reason_zh: Text


class RegimeEffect(Sourced):
    """One quantity of one export class in each regime."""

    quantity: Quantity
    export_class: ExportClass = Field(alias="class")
    open: NonNegative
    licensed: NonNegative
    restricted: NonNegative
    cut_off: NonNegative
    times_fill: bool = False

    def value(self, regime: Regime, fill: float) -> float:
        """Value in a regime; `fill` is the part of the fill rate that one gate lets through."""
        plain = float(getattr(self, regime.value))
        return plain * fill if self.times_fill and regime is Regime.LICENSED else plain

    @model_validator(mode="after")
    def _within_range(self) -> RegimeEffect:
        values = [float(getattr(self, regime.value)) for regime in Regime]
        if self.quantity in SHARES and max(values) > 1:
            message = f"{self.quantity} of {self.export_class} exceeds 1"
            raise ValueError(message)
        if self.quantity in FACTORS and min(values) == 0:
            message = f"{self.quantity} of {self.export_class} must be positive"
            raise ValueError(message)
        return self


class RampEffect(Sourced):
    """One quantity of domestic accelerators in each ramp."""

    quantity: Quantity
    multiplier: bool
    slow: Positive
    base: Positive
    fast: Positive

    def value(self, ramp: Ramp, multipliers: dict[Ramp, float]) -> float:
        """Value in a ramp: the calibrated multiplier where the row says so."""
        return multipliers[ramp] if self.multiplier else float(getattr(self, ramp.value))


class NotOffered(BaseModel):
    """A way of supply that is known and not offered to the planner."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    what: Text
    what_zh: Text
    source: Text
    confidence: Confidence


class EffectsFile(BaseModel):
    """`effects.toml`: complete for every quantity and export class."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    by_regime: tuple[RegimeEffect, ...]
    by_ramp: tuple[RampEffect, ...]
    not_offered: tuple[NotOffered, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> EffectsFile:
        found = [(row.quantity, row.export_class) for row in self.by_regime]
        wanted = [(quantity, kind) for kind in ExportClass for quantity in Quantity]
        if sorted(found) != sorted(wanted):
            message = f"rows missing or twice: {sorted(set(wanted) - set(found))}"
            raise ValueError(message)
        ramps = [row.quantity for row in self.by_ramp]
        if len(set(ramps)) != len(ramps):
            message = "a quantity stands twice in by_ramp"
            raise ValueError(message)
        return self


class RegimePrior(Sourced):
    """Weight of the prior of each regime: events, in quarters of observation."""

    exits: Positive
    quarters: Positive


class FillPrior(Sourced):
    """Beta prior of the fill rate while licensed."""

    a: Positive
    b: Positive


class RampPrior(Sourced):
    """Assumed dwell time of a ramp, and multipliers before evidence."""

    dwell_quarters: Annotated[float, Field(ge=1, allow_inf_nan=False)]
    slow: Annotated[float, Field(gt=0, lt=1)]
    fast: Annotated[float, Field(gt=1, allow_inf_nan=False)]


class FillEvidence(Sourced):
    """Deliveries of one licensed quarter against a usual quarter."""

    period: Text
    known: dt.date
    delivered: NonNegative
    usual: Positive

    @property
    def share(self) -> float:
        """Delivered share of a usual quarter, at most 1."""
        return min(self.delivered / self.usual, 1.0)


class RampEvidence(Sourced):
    """A domestic production plan against what was counted later."""

    period: Text
    known: dt.date
    vendor: Text
    planned: Positive
    delivered: Positive

    @property
    def ratio(self) -> float:
        """Delivered over planned."""
        return self.delivered / self.planned


class AssumptionsFile(BaseModel):
    """`assumptions.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    regime_prior: RegimePrior
    fill_prior: FillPrior
    ramp_prior: RampPrior
    fill: tuple[FillEvidence, ...]
    ramp: tuple[RampEvidence, ...]


@cache
def load_effects() -> EffectsFile:
    """Effects that come with the package."""
    return EffectsFile.model_validate(_read("effects.toml"))


@cache
def load_assumptions() -> AssumptionsFile:
    """Priors and delivery figures that come with the package."""
    return AssumptionsFile.model_validate(_read("assumptions.toml"))


def _read(name: str) -> dict[str, object]:
    """One TOML file of the data folder."""
    text = resources.files("junshi.supply").joinpath("data", name).read_text(encoding="utf-8")
    return tomllib.loads(text)
