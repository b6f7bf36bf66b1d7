"""The catalogue: facts that are looked up, never changed, and cut at a day for a backtest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from junshi.catalogue.past import accelerator_on, ecosystem_on
from junshi.catalogue.schema import (
    Accelerator,
    Ecosystem,
    MarketFigure,
    ModelArchitecture,
    PriceKind,
    PriceRow,
    Region,
    SupplyEvent,
)
from junshi.errors import InputError, nearest
from junshi.terms import Confidence
from junshi.text import say

_BEST_FIRST = tuple(Confidence)


@dataclass(frozen=True)
class Catalogue:
    """Accelerators, ecosystems, model architectures, supply events, prices and market figures.

    Attributes
    ----------
    accelerators, ecosystems, models : in the order of the files, ids unique
    events : in the order of their dates
    prices : in the order of their days
    market : in the order of the file
    """

    accelerators: tuple[Accelerator, ...]
    ecosystems: tuple[Ecosystem, ...]
    models: tuple[ModelArchitecture, ...]
    events: tuple[SupplyEvent, ...]
    prices: tuple[PriceRow, ...]
    market: tuple[MarketFigure, ...]

    @cached_property
    def _accelerators(self) -> dict[str, Accelerator]:
        return {row.id: row for row in self.accelerators}

    @cached_property
    def _ecosystems(self) -> dict[str, Ecosystem]:
        return {row.id: row for row in self.ecosystems}

    @cached_property
    def _models(self) -> dict[str, ModelArchitecture]:
        return {row.id: row for row in self.models}

    def accelerator(self, name: str, *, file: str = "catalogue", place: str = "accelerator") -> Accelerator:
        """Accelerator with this id; `file` and `place` say where the name was written.

        Raises
        ------
        InputError : no such accelerator; names the nearest ids
        """
        if name not in self._accelerators:
            raise _unknown(say("catalogue.what_accelerator"), name, self._accelerators, file, place)
        return self._accelerators[name]

    def ecosystem(self, name: str, *, file: str = "catalogue", place: str = "ecosystem") -> Ecosystem:
        """Ecosystem with this id; errors as in `accelerator`."""
        if name not in self._ecosystems:
            raise _unknown(say("catalogue.what_ecosystem"), name, self._ecosystems, file, place)
        return self._ecosystems[name]

    def model(self, name: str, *, file: str = "catalogue", place: str = "model") -> ModelArchitecture:
        """Model architecture with this id; errors as in `accelerator`."""
        if name not in self._models:
            raise _unknown(say("catalogue.what_model"), name, self._models, file, place)
        return self._models[name]

    def prices_of(self, accelerator: str) -> tuple[PriceRow, ...]:
        """All prices of one accelerator, in the order of their days."""
        return tuple(row for row in self.prices if row.accelerator == accelerator)

    def price(self, accelerator: str, kind: PriceKind | str, day: dt.date) -> PriceRow:
        """Latest price of a kind known on a day: of China when there is one, else from abroad.

        The row names its region, currency, day and confidence. Among rows of one day the better known
        counts.

        Raises
        ------
        InputError : unknown accelerator, or no price of this kind is known on that day
        """
        self.accelerator(accelerator)
        wanted = PriceKind(kind)
        rows = [
            row
            for row in self.prices_of(accelerator)
            if row.kind is wanted and max(row.day, row.known_day) <= day
        ]
        if not rows:
            raise InputError(
                "catalogue.no_price",
                kind=wanted.value,
                accelerator=accelerator,
                day=day.isoformat(),
                known=self._known_prices(accelerator),
            )
        return max(rows, key=_newest_then_best)

    def _known_prices(self, accelerator: str) -> str:
        """Kinds and days of the prices that exist, for the error sentence."""
        known = [f"{row.kind.value} {row.day.isoformat()}" for row in self.prices_of(accelerator)]
        return ", ".join(known) or say("catalogue.no_price_known")

    def events_until(self, day: dt.date) -> tuple[SupplyEvent, ...]:
        """Events in force and public on a day: neither effective nor announced later."""
        return tuple(row for row in self.events if row.date <= day and row.known_day <= day)

    def events_on(self, accelerator: str) -> tuple[SupplyEvent, ...]:
        """Events that name an accelerator, its family (`ascend-*`), vendor, ecosystem or origin."""
        chip = self.accelerator(accelerator)
        return tuple(row for row in self.events if any(_names(affected, chip) for affected in row.affects))

    def as_of(self, day: dt.date) -> Catalogue:
        """Catalogue as it could be known on a day.

        Hides accelerators not yet announced or released (and undated ones), models not yet released,
        events not yet public, prices and market figures of later days; of accelerators also what only a
        later check tells (undated prices, legal status). Events that were public but not yet in force
        stay; `events_until` leaves them out. The maturity of ecosystems is projected back and marked as
        assumed.
        """
        seen = (row for row in self.accelerators if row.known_day is not None and row.known_day <= day)
        chips = tuple(accelerator_on(row, day) for row in seen)
        known = {row.id for row in chips}
        return replace(
            self,
            accelerators=chips,
            ecosystems=tuple(ecosystem_on(row, day) for row in self.ecosystems),
            models=tuple(row for row in self.models if row.released <= day),
            events=tuple(row for row in self.events if row.known_day <= day),
            prices=tuple(
                row for row in self.prices if max(row.day, row.known_day) <= day and row.accelerator in known
            ),
            market=tuple(row for row in self.market if row.published <= day),
        )


def _newest_then_best(row: PriceRow) -> tuple[bool, dt.date, int]:
    """Order of prices: China before abroad, newer before older, better known before worse."""
    return (row.region is Region.CN, row.day, -_BEST_FIRST.index(row.confidence))


def _names(affected: str, chip: Accelerator) -> bool:
    """Whether an entry of `affects` names this accelerator."""
    if affected.endswith("*"):
        return chip.id.startswith(affected[:-1])
    return affected in (chip.id, chip.ecosystem, chip.vendor.lower(), chip.origin.value)


def _unknown(what: str, name: str, known: Iterable[str], file: str, place: str) -> InputError:
    """Fault that names the nearest known ids."""
    near = nearest(name, known)
    return InputError("errors.unknown_name", file=file, place=place, what=what, name=name, near=near)
