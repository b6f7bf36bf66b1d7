"""Units and calendar: quarters, seconds, and money that carries currency and date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

SECONDS_PER_HOUR = 3600.0
HOURS_PER_QUARTER = 365.25 * 24 / 4
SECONDS_PER_QUARTER = HOURS_PER_QUARTER * SECONDS_PER_HOUR
DAYS_PER_QUARTER = 365.25 / 4
QUARTERS_PER_YEAR = 4

_QUARTER = re.compile(r"^(\d{4})-Q([1-4])$")


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter.

    Examples
    --------
    >>> Quarter.parse("2026-Q4") + 1
    Quarter(year=2027, number=1)
    >>> str(Quarter.of(date(2025, 4, 9)))
    '2025-Q2'
    >>> Quarter.parse("2027-Q1") - Quarter.parse("2026-Q1")
    4
    """

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Quarter written as `2026-Q4`; ValueError otherwise."""
        found = _QUARTER.match(text)
        if found is None:
            message = f"not a quarter such as 2026-Q4: {text!r}"
            raise ValueError(message)
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Quarter:
        """Quarter that a day falls in."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @property
    def first_day(self) -> date:
        """First day of the quarter."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def index(self) -> int:
        """Quarters since the year 0; differences are durations."""
        return self.year * QUARTERS_PER_YEAR + self.number - 1

    def __add__(self, quarters: int) -> Quarter:
        index = self.index + quarters
        return Quarter(index // QUARTERS_PER_YEAR, index % QUARTERS_PER_YEAR + 1)

    def __sub__(self, other: Quarter) -> int:
        return self.index - other.index

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


@dataclass(frozen=True)
class Money:
    """An amount with its currency (ISO 4217) and the day on which it was true."""

    amount: float
    currency: str
    day: date
