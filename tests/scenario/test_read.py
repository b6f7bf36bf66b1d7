"""A scenario file is read with a bound, and what is not TOML is told with its line and column."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from junshi.errors import InputError
from junshi.scenario.read import LIMIT_BYTES, parse_toml, read_text


def _refused(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        read_text(path)
    return caught.value


def test_missing_file(tmp_path: Path) -> None:
    """A file that is not there is named."""
    fault = _refused(tmp_path / "none.toml")
    assert fault.key == "errors.missing_file"
    assert "none.toml: no such file" in fault.sentence("en")


def test_folder_is_not_a_file(tmp_path: Path) -> None:
    """A folder is refused as such."""
    assert _refused(tmp_path).key == "errors.not_a_file"


def test_name_with_a_zero_byte_is_refused() -> None:
    """A name that no system allows is not a traceback."""
    assert _refused(Path("a\0b")).key in ("errors.not_a_file", "errors.missing_file")


def test_pipe_is_refused(tmp_path: Path) -> None:
    """A named pipe is refused without waiting for a writer."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert _refused(pipe).key == "errors.not_a_file"


def test_large_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file above the limit is refused from its size alone."""
    large = tmp_path / "large.toml"
    with large.open("wb") as stream:
        stream.truncate(100_000_000)

    def open_never(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Path, "open", open_never)
    fault = _refused(large)
    assert fault.key == "errors.too_large"
    assert "100 MB" in fault.sentence("en")


def test_file_at_the_limit_is_read(tmp_path: Path) -> None:
    """The limit itself is allowed."""
    file = tmp_path / "full.toml"
    file.write_bytes(b"#" * LIMIT_BYTES)
    assert len(read_text(file)) == LIMIT_BYTES


def test_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    """Editors on Windows may write a mark; it is no part of the text."""
    file = tmp_path / "marked.toml"
    file.write_bytes("\ufeffa = 1".encode())
    assert read_text(file) == "a = 1"


def test_other_encoding_names_the_line(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are told with their line."""
    file = tmp_path / "gbk.toml"
    file.write_bytes(b'a = 1\nname = "\xd4\xc6"\n')
    fault = _refused(file)
    assert fault.key == "scenario.not_utf8"
    assert fault.fields["line"] == 2


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a = 1\nb = = 2\n", 2, 5),
        ("a = 1\n[table\n", 2, 7),
        ('a = "open', 1, 10),
        ("a = 1\n\na = 2", 3, 6),
    ],
)
def test_syntax_errors_have_line_and_column(text: str, line: int, column: int) -> None:
    """What the parser says about a place is kept; the end of the text counts as a place."""
    with pytest.raises(InputError) as caught:
        parse_toml(text, Path("bad.toml"))
    assert caught.value.key == "errors.bad_toml"
    assert (caught.value.fields["line"], caught.value.fields["column"]) == (line, column)
    assert f"line {line}, column {column}" in caught.value.sentence("en")


@pytest.mark.parametrize(
    ("text", "key"),
    [("a = " + "[" * 50_000, "scenario.too_deep"), ("a = " + "9" * 10_000, "scenario.too_long_number")],
)
def test_extremes_are_refused(text: str, key: str) -> None:
    """Deep nesting and endless digits give a sentence, neither a traceback nor a crash."""
    with pytest.raises(InputError) as caught:
        parse_toml(text, Path("bad.toml"))
    assert caught.value.key in (key, "errors.bad_toml")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text makes anything but a table or an input error."""
    try:
        read: object = parse_toml(text, Path("any.toml"))
    except InputError as fault:
        read = fault
    assert isinstance(read, dict | InputError)
