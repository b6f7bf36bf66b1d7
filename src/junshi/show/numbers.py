"""Numbers for people: money and counts shortened as the language does it (M and B, 万 and 亿)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from junshi.text import current_language, say

_STEPS = {
    "en": ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")),
    "zh": ((1e12, "万亿"), (1e8, "亿"), (1e4, "万")),
}
_DASH = "–"
NOISE = 5e-5


def short(value: float, language: str | None = None) -> str:
    """Three significant digits with the language's letter or character for the size.

    Examples
    --------
    >>> short(2.2e9, "en"), short(2.2e9, "zh"), short(0, "en"), short(-1234.5, "en")
    ('2.2 B', '22 亿', '0', '-1.23 k')
    """
    if math.isnan(value):
        return _DASH
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    tongue = language or current_language()
    for size, letter in _STEPS[tongue]:
        if abs(value) >= 0.9995 * size:
            return f"{_digits(value / size)} {letter}"
    return _digits(value)


def _digits(value: float) -> str:
    """Three significant digits without trailing zeros."""
    if value == 0:
        return "0"
    places = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: float, currency: str, language: str | None = None) -> str:
    """Amount with its currency, such as `2.2 B CNY` or `22 亿元`."""
    return say(
        "show.money",
        language=language,
        amount=short(value, language),
        currency=currency_name(currency, language),
    )


def currency_name(currency: str, language: str | None = None) -> str:
    """Name of a currency as the language writes it after an amount."""
    return say(f"show.currency_{currency.lower()}", language=language)


def units(value: float) -> str:
    """Whole accelerators, digits grouped by thousands; below ten with one decimal."""
    if math.isnan(value):
        return _DASH
    if abs(value) < 10 and abs(value - round(value)) > 0.05:
        return f"{value:.1f}"
    return f"{value:,.0f}".replace("-0", "0") if abs(value) < 0.5 else f"{value:,.0f}"


def ranged(likely: float, low: float, high: float, write: Callable[[float], str] = units) -> str:
    """Likely value with its range in brackets; alone where low and high are not told apart.

    Examples
    --------
    >>> ranged(21, 12, 40), ranged(21, 21, 21)
    ('21 (12 to 40)', '21')
    """
    if not has_range(low, high, write):
        return write(likely)
    return say("show.ranged", likely=write(likely), low=write(low), high=write(high))


def has_range(low: float, high: float, write: Callable[[float], str] = units) -> bool:
    """Whether low is below high, also as written."""
    return low < high and write(low) != write(high)


def percent(share: float, places: int = 0) -> str:
    """Share as a percentage; what is above zero never reads as zero, what is below one never as all.

    Only differences below `NOISE`, which are the solver's, are left out.

    Examples
    --------
    >>> percent(0.5), percent(0.0001), percent(0.9999), percent(0.0123, 1)
    ('50 %', '< 1 %', '> 99 %', '1.2 %')
    """
    if math.isnan(share):
        return _DASH
    least = 10.0**-places
    value = 100 * (round(share) if abs(share - round(share)) < NOISE else share) + 0.0
    if 0 < value < least / 2:
        return f"< {least:.{places}f} %"
    if 100 - least / 2 < value < 100:
        return f"> {100 - least:.{places}f} %"
    return f"{value:.{places}f} %"


def span(values: float | Sequence[float]) -> str:
    """One number, or the first and last of a series when they differ."""
    if not isinstance(values, Sequence):
        return short(values)
    if min(values) == max(values):
        return short(values[0])
    return say("show.span", first=short(values[0]), last=short(values[-1]))
