"""Cost and energy of a unit of work on an accelerator that is owned or rented."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.schema import Accelerator, PriceKind, PriceRow
from junshi.errors import InputError
from junshi.units import SECONDS_PER_HOUR

HOURS_PER_YEAR = 365.25 * 24


@dataclass(frozen=True)
class Terms:
    """On what terms accelerators are held.

    Attributes
    ----------
    day : prices known on this day
    years : straight-line life of a purchase
    busy : share of hours in which the accelerator does useful work
    energy_cny_per_kwh : price of energy at the meter
    power_factor : power at the meter over power of the accelerator (host, network, cooling)
    usd_cny : CNY for one USD
    """

    day: dt.date
    years: float = 4.0
    busy: float = 0.7
    energy_cny_per_kwh: float = 0.6
    power_factor: float = 1.35 * 1.25
    usd_cny: float = 7.1


@dataclass(frozen=True)
class Economy:
    """Cost of an hour of one accelerator, CNY; NaN where a figure is not published.

    Attributes
    ----------
    capital : purchase with its share of the server, spread over the busy hours of its life
    energy : power at the meter
    rent : rental of an hour at the busy share; NaN without a price
    price : the purchase price used, or None
    """

    capital: float
    energy: float
    rent: float
    price: PriceRow | None

    @property
    def owned(self) -> float:
        """Capital and energy of a busy hour."""
        return self.capital + self.energy


def economy_of(chip: Accelerator, catalogue: Catalogue, terms: Terms) -> Economy:
    """Cost of an hour of one accelerator; the share of a server counts where it is known, else the card."""
    price = _price(chip, catalogue, terms.day, PriceKind.SERVER_SHARE) or _price(
        chip, catalogue, terms.day, PriceKind.PURCHASE
    )
    rent = _price(chip, catalogue, terms.day, PriceKind.RENT_PER_HOUR)
    hours = terms.years * HOURS_PER_YEAR * terms.busy
    energy = (
        math.nan if chip.tdp_w is None else chip.tdp_w / 1e3 * terms.power_factor * terms.energy_cny_per_kwh
    )
    return Economy(
        capital=math.nan if price is None else in_cny(price, terms) / hours,
        energy=energy,
        rent=math.nan if rent is None else in_cny(rent, terms) / terms.busy,
        price=price,
    )


def in_cny(price: PriceRow, terms: Terms) -> float:
    """Price in CNY."""
    return price.price * (terms.usd_cny if price.currency == "USD" else 1.0)


def cost_per_million(cny_per_hour: float, units_per_s: float) -> float:
    """CNY for a million units of work."""
    return cny_per_hour / (units_per_s * SECONDS_PER_HOUR) * 1e6


def joules_per_unit(chip: Accelerator, terms: Terms, units_per_s: float) -> float:
    """Energy at the meter for a unit of work, J; NaN where power is not published."""
    return math.nan if chip.tdp_w is None else chip.tdp_w * terms.power_factor / units_per_s


def _price(chip: Accelerator, catalogue: Catalogue, day: dt.date, kind: PriceKind) -> PriceRow | None:
    """Latest price of a kind, or None where none is known."""
    try:
        return catalogue.price(chip.id, kind, day)
    except InputError:
        return None
