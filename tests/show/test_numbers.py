"""Numbers for people in both languages."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.show.numbers import money, percent, ranged, short, span, units
from junshi.text import in_language


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (0, "0", "0"),
        (0.05, "0.05", "0.05"),
        (999, "999", "999"),
        (999.9, "1 k", "1000"),
        (1234, "1.23 k", "1234"),
        (12345, "12.3 k", "1.23 万"),
        (999_999_999, "1 B", "10 亿"),
        (2.2e9, "2.2 B", "22 亿"),
        (3.21e12, "3.21 T", "3.21 万亿"),
        (-4.5e6, "-4.5 M", "-450 万"),
        (math.nan, "–", "–"),
        (math.inf, "∞", "∞"),
    ],
)
def test_short(value: float, english: str, chinese: str) -> None:
    """Sizes are named as each language does it, to three digits."""
    assert short(value, "en") == english
    assert short(value, "zh") == chinese


@given(st.floats(-1e15, 1e15, allow_nan=False), st.sampled_from(["en", "zh"]))
def test_short_is_short_and_near(value: float, language: str) -> None:
    """The text is short, and what it says is within half a per cent of the value."""
    text = short(value, language)
    assert len(text) <= 10 or abs(value) < 0.01
    sizes = {"k": 1e3, "M": 1e6, "B": 1e9, "T": 1e12, "万": 1e4, "亿": 1e8, "万亿": 1e12}
    number, _, letter = text.partition(" ")
    assert float(number) * sizes.get(letter, 1.0) == pytest.approx(value, rel=0.006)


def test_money_names_its_currency() -> None:
    """Money is never without its currency."""
    assert money(2.2e9, "CNY", "en") == "2.2 B CNY"
    assert money(2.2e9, "CNY", "zh") == "22 亿元"
    assert money(2.2e9, "USD", "zh") == "22 亿美元"


def test_percent_never_hides() -> None:
    """What is not zero does not read as zero, what is not all not as all."""
    assert percent(1e-3) == "< 1 %"
    assert percent(1e-6) == "0 %"
    assert percent(1 - 1e-4, 1) == "> 99.9 %"
    assert percent(-0.0) == "0 %"
    assert (percent(0.0), percent(1.0)) == ("0 %", "100 %")


def test_units() -> None:
    """Whole accelerators are grouped by thousands, small numbers keep a decimal."""
    assert [units(value) for value in (26000, 3.4, 0, 9.99, -1e-9, -7.0)] == [
        "26,000",
        "3.4",
        "0",
        "10",
        "0",
        "-7",
    ]


def test_ranged() -> None:
    """Low and high stand in brackets after the likely value; alone where they read the same."""
    assert [ranged(21, 12, 40), ranged(21, 20.9, 21.1), ranged(21, 21, 21)] == ["21 (12 to 40)", "21", "21"]
    with in_language("zh"):
        assert ranged(21, 12, 40) == "21（12 至 40）"
    assert ranged(2100, 1200, 4000, short) == "2.1 k (1.2 k to 4 k)"


def test_span() -> None:
    """A series is told by its ends, or by one number when all are equal."""
    assert span([1000.0, 2000.0]) == "1 k to 2 k"
    assert span([1000.0, 1000.0]) == span(1000.0) == "1 k"
