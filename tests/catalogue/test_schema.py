"""Rows: what is refused and how it is told."""

from __future__ import annotations

import datetime as dt
import pickle

import pytest

from junshi.catalogue.schema import Accelerator, ModelArchitecture, PriceRow, read_row
from junshi.errors import InputErrors
from junshi.text import set_language
from tests.catalogue.rows import ACCELERATOR, MODEL, PRICE


def sentences(kind: type, cells: dict[str, object], language: str = "en") -> list[str]:
    """Fault sentences of a row that is refused."""
    with pytest.raises(InputErrors) as caught:
        read_row(kind, cells, "my.csv", "row 2 (own)")
    return [fault.sentence(language) for fault in caught.value.faults]


def test_a_valid_row_is_read_and_an_empty_cell_stays_unknown() -> None:
    """A figure that is not given is None, never a default."""
    chip = read_row(Accelerator, ACCELERATOR, "my.csv", "row 2")
    assert chip.fp16_dense_tflops is None
    assert chip.memory_gb is None
    assert chip.lead_time_quarters is None


def test_rows_are_frozen() -> None:
    """A fact cannot be changed after loading."""
    chip = read_row(Accelerator, ACCELERATOR, "my.csv", "row 2")
    with pytest.raises(ValueError, match="frozen"):
        chip.tdp_w = 1.0


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("memory_gb", "-1", "a number above 0"),
        ("memory_gb", "0", "a number above 0"),
        ("memory_gb", "many", "a number"),
        ("memory_gb", "nan", "a finite number"),
        ("tdp_w", "inf", "a finite number"),
        ("origin", "moon", "one of 'import' or 'domestic'"),
        ("confidence", "sure", "'assumed'"),
        ("release", "2024-13", "a text of the form"),
        ("announced", "yesterday", "a day such as 2026-11-24"),
        ("units_per_node", "8.5", "a whole number"),
        ("lead_time_quarters", "0", "a number of at least 1"),
        ("lead_time_quarters", "9", "a number of at most 8"),
        ("id", "Own Chip", "a text of the form"),
        ("assumed", "weight", "names of columns"),
    ],
)
def test_a_bad_cell_names_file_row_column_found_and_expected(column: str, cell: str, expected: str) -> None:
    """One sentence tells the place, what was found and what was expected."""
    (sentence,) = sentences(Accelerator, {**ACCELERATOR, column: cell})
    assert sentence.startswith(f"my.csv: row 2 (own), column {column}: ")
    assert expected in sentence


def test_a_missing_cell_is_told_as_nothing() -> None:
    """A required cell that is absent is found to be nothing."""
    cells = {name: cell for name, cell in ACCELERATOR.items() if name != "source"}
    assert sentences(Accelerator, cells) == [
        "my.csv: row 2 (own), column source: nothing is not valid: expected a value"
    ]


def test_all_faults_of_a_row_are_told_together() -> None:
    """Three bad cells give three sentences."""
    cells = {**ACCELERATOR, "memory_gb": "-1", "tdp_w": "x", "origin": "moon"}
    assert len(sentences(Accelerator, cells)) == 3


def test_an_unknown_column_suggests_the_nearest() -> None:
    """A misspelt column is refused and the right one named."""
    (sentence,) = sentences(Accelerator, {**ACCELERATOR, "memory_gib": "80"})
    assert 'unknown column "memory_gib"' in sentence
    assert "memory_gb" in sentence


def test_faults_read_well_in_chinese() -> None:
    """The same fault has a Chinese sentence when the language is Chinese."""
    set_language("zh")
    try:
        (sentence,) = sentences(Accelerator, {**ACCELERATOR, "memory_gb": "-1"}, "zh")
    finally:
        set_language(None)
    assert "应为 大于 0" in sentence


def test_faults_survive_pickling() -> None:
    """A worker process can hand a fault back."""
    with pytest.raises(InputErrors) as caught:
        read_row(Accelerator, {**ACCELERATOR, "tdp_w": "x"}, "my.csv", "row 2")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 - our own bytes


@pytest.mark.parametrize(
    ("release", "day"),
    [("2024-02", dt.date(2024, 2, 29)), ("2023", dt.date(2023, 12, 31)), ("2026-12", dt.date(2026, 12, 31))],
)
def test_release_counts_from_the_last_day_of_its_month_or_year(release: str, day: dt.date) -> None:
    """A month or a year is known to have come only at its end, so that nothing leaks into a backtest."""
    chip = read_row(Accelerator, {**ACCELERATOR, "release": release}, "my.csv", "row 2")
    assert day == chip.release_day
    assert day == chip.known_day


def test_what_was_announced_is_known_before_its_release() -> None:
    """A roadmap part is known from its announcement."""
    cells = {**ACCELERATOR, "release": "2028-12", "announced": "2025-09-18"}
    assert read_row(Accelerator, cells, "my.csv", "row 2").known_day == dt.date(2025, 9, 18)


def test_a_price_counts_from_its_publication() -> None:
    """A price that was told later is known later."""
    row = read_row(PriceRow, {**PRICE, "published": "2026-11-22"}, "my.csv", "row 2")
    assert row.known_day == dt.date(2026, 11, 22)
    assert read_row(PriceRow, PRICE, "my.csv", "row 2").known_day == row.day


def test_a_list_cell_is_split_at_semicolons() -> None:
    """A cell and a TOML list give the same names."""
    from_cell = read_row(Accelerator, {**ACCELERATOR, "assumed": "tdp_w; memory_gb"}, "my.csv", "row 2")
    from_list = read_row(Accelerator, {**ACCELERATOR, "assumed": ["tdp_w", "memory_gb"]}, "my.csv", "row 2")
    assert from_cell.assumed == from_list.assumed == ("tdp_w", "memory_gb")


def test_a_model_needs_a_known_kind_of_attention() -> None:
    """Other kinds of attention than the three that we can count are refused."""
    (sentence,) = sentences(ModelArchitecture, {**MODEL, "attention_type": "linear"})
    assert "'mha', 'gqa' or 'mla'" in sentence
