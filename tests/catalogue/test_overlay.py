"""A user's own rows laid over the catalogue."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.catalogue import load_catalogue
from junshi.catalogue.overlay import LIMIT_BYTES
from junshi.catalogue.schema import (
    Accelerator,
    Ecosystem,
    ModelArchitecture,
    PriceRow,
    Row,
    SupplyEvent,
    read_row,
)
from junshi.errors import InputError, InputErrors
from junshi.terms import Confidence
from tests.catalogue.rows import ACCELERATOR, MODEL, PRICE, as_toml


def overlay(folder: Path, text: str) -> Path:
    """File with an overlay."""
    path = folder / "my.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder: Path, text: str) -> str:
    """Sentences about an overlay that is refused."""
    with pytest.raises(InputError) as caught:
        load_catalogue(overlay(folder, text))
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_rows_are_added(tmp_path: Path) -> None:
    """An accelerator, a model and a price of one's own are found; the package's facts are unchanged."""
    text = (
        as_toml("accelerator", ACCELERATOR)
        + as_toml("model", MODEL)
        + as_toml("price", {**PRICE, "accelerator": "own-chip"})
    )
    facts = load_catalogue(overlay(tmp_path, text))
    assert facts.accelerator("own-chip").vendor == "Own"
    assert facts.model("own-model").layers == 32
    assert facts.price("own-chip", "purchase", dt.date(2026, 11, 24)).price == 99_000
    assert "own-chip" not in {row.id for row in load_catalogue().accelerators}


def test_named_fields_of_a_row_are_replaced(tmp_path: Path) -> None:
    """The other fields stay, and the source says which fields are the user's."""
    text = '[[accelerator]]\nid = "h20-96g"\nmemory_gb = 95\n'
    mine = load_catalogue(overlay(tmp_path, text)).accelerator("h20-96g")
    shipped = load_catalogue().accelerator("h20-96g")
    assert mine.memory_gb == 95
    assert mine.memory_bandwidth_gbs == shipped.memory_bandwidth_gbs
    assert "my.toml (memory_gb)" in mine.source
    assert shipped.source in mine.source


def test_ecosystem_and_event_can_be_replaced_or_added(tmp_path: Path) -> None:
    """A later event of one's own stands last; maturity can be set."""
    text = """
[[ecosystem]]
id = "cann"
maturity = 0.9
[[event]]
id = "2027-01-mine"
date = 2027-01-15
event = "Assumed closing"
event_zh = "假设关闭"
direction = "tighten"
gate = "export"
affects = ["h200-sxm"]
supply_regime_after = "cut_off"
"""
    facts = load_catalogue(overlay(tmp_path, text))
    assert facts.ecosystem("cann").maturity == 0.9
    assert facts.events[-1].id == "2027-01-mine"
    assert facts.events[-1].confidence is Confidence.ASSUMED
    assert facts.events[-1].source.endswith("my.toml")


def test_a_price_of_the_same_kind_and_day_is_replaced(tmp_path: Path) -> None:
    """The number of prices stays and the new amount counts."""
    text = as_toml("price", {**PRICE, "day": "2025-12-24", "price": "120000"})
    facts = load_catalogue(overlay(tmp_path, text))
    assert len(facts.prices) == len(load_catalogue().prices)
    assert facts.price("h20-96g", "purchase", dt.date(2026, 1, 1)).price == 120_000


def test_an_unknown_field_suggests_the_nearest(tmp_path: Path) -> None:
    """A misspelt key is told with the table, its number and the right key."""
    told = refused(tmp_path, '[[accelerator]]\nid = "h20-96g"\nmemory_gib = 95\n')
    assert (
        'my.toml: [[accelerator]] number 1 (h20-96g): unknown column "memory_gib"; nearest known: memory_gb'
        in told
    )


def test_an_unknown_table_suggests_the_nearest(tmp_path: Path) -> None:
    """A misspelt table is told."""
    told = refused(tmp_path, "[[acelerator]]\n")
    assert 'unknown table "acelerator"; nearest known: accelerator' in told


def test_a_table_must_be_a_list_of_tables(tmp_path: Path) -> None:
    """Single brackets are told, with the form that is expected."""
    assert "expected a table written as [[price]]" in refused(tmp_path, "[price]\nkind = 'purchase'\n")


def test_all_faults_are_told_together(tmp_path: Path) -> None:
    """Faults of several tables come as one error."""
    price = as_toml("price", {**PRICE, "kind": "gift"})
    text = f'[[accelerator]]\nid = "x"\n{price}[[odd]]\n'
    with pytest.raises(InputErrors) as caught:
        load_catalogue(overlay(tmp_path, text))
    told = str(caught.value)
    assert 'unknown table "odd"' in told
    assert "[[accelerator]] number 1 (x), column name: nothing" in told
    assert "column kind: 'gift'" in told


def test_a_price_of_an_unknown_accelerator_is_refused(tmp_path: Path) -> None:
    """Rows must agree with each other: the accelerator has to exist."""
    told = refused(tmp_path, as_toml("price", {**PRICE, "accelerator": "h20-96gb"}))
    assert 'unknown accelerator "h20-96gb"; nearest known: h20-96g' in told


def test_a_shape_that_does_not_give_its_parameters_is_refused(tmp_path: Path) -> None:
    """A model whose layers do not add up to its size is told with the number counted."""
    told = refused(tmp_path, as_toml("model", {**MODEL, "layers": "64"}))
    assert "column total_params_b: 8.03 is not valid: expected 15.01, counted from the shape" in told


def test_bad_toml_names_line_and_column(tmp_path: Path) -> None:
    """A syntax error is told with its line and column."""
    assert "my.toml: line 2, column 6: not valid TOML" in refused(tmp_path, "[[accelerator]]\nid = \n")


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    """Neither a missing file nor a folder can be an overlay."""
    with pytest.raises(InputError, match="no such file"):
        load_catalogue(tmp_path / "none.toml")
    with pytest.raises(InputError, match="not a readable file"):
        load_catalogue(tmp_path)


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    """A file above the limit is not read."""
    path = tmp_path / "huge.toml"
    with path.open("wb") as stream:
        stream.truncate(LIMIT_BYTES + 1)
    with pytest.raises(InputError, match="5 MB is larger than the limit of 5 MB"):
        load_catalogue(path)


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    """Other encodings are not guessed."""
    path = tmp_path / "my.toml"
    path.write_bytes(b'id = "\xff"')
    with pytest.raises(InputError, match="not UTF-8"):
        load_catalogue(path)


@pytest.mark.parametrize("text", ["x = " + "[" * 100_000, "x = " + "9" * 10_000, "x = [" * 5])
def test_text_made_to_break_the_parser_is_refused(tmp_path: Path, text: str) -> None:
    """Deep nesting and endless numbers end in a sentence, not in a traceback."""
    refused(tmp_path, text)


def test_a_flood_of_faults_is_cut(tmp_path: Path) -> None:
    """A file full of faults is told by its first ones only."""
    told = refused(tmp_path, '[[accelerator]]\nid = "h20-96g"\nweight = 3\n' * 5_000).splitlines()
    assert len(told) == 51
    assert told[-1].endswith("only the first 50 faults are shown")


def test_a_long_value_is_cut(tmp_path: Path) -> None:
    """What was found is shown in readable length."""
    told = refused(tmp_path, '[[accelerator]]\nid = "h20-96g"\norigin = "' + "x" * 10_000 + '"\n')
    assert len(told) < 400


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("kind", [Accelerator, Ecosystem, ModelArchitecture, PriceRow, SupplyEvent])
@given(data=st.data())
def test_any_value_in_any_cell_is_read_or_refused(kind: type[Row], data: st.DataObject) -> None:
    """No value makes anything but a row or faults with sentences in both languages."""
    names = st.sampled_from(sorted(kind.model_fields)) | st.text(max_size=8)
    cells = data.draw(st.dictionaries(names, VALUES, max_size=6))
    try:
        read_row(kind, cells, "my.toml", "row")
    except InputErrors as trouble:
        for language in ("en", "zh"):
            trouble.sentence(language)
