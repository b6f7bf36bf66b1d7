"""Opening logs with bounds."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from junshi.demand.traces.opening import HEAD_BYTES, open_log
from junshi.errors import InputError


def _refused(path: Path, limit: int = 1_000_000) -> str:
    """Sentence of the refusal."""
    with pytest.raises(InputError) as caught, open_log(path, limit):
        pass
    assert caught.value.exit_code == 2
    return caught.value.sentence("en")


def test_plain_and_packed_are_the_same_text(tmp_path: Path) -> None:
    """A gzip file is unpacked, whatever its name, and its own bytes are hashed."""
    text = "a,b\n1,2\n"
    plain, packed = tmp_path / "a.csv", tmp_path / "b.csv"
    plain.write_text(text, encoding="utf-8")
    packed.write_bytes(gzip.compress(text.encode()))
    with open_log(plain) as one, open_log(packed) as other:
        assert one.head == other.head == text
        assert one.first_line == "a,b"
        assert other.plain.read_text(encoding="utf-8") == text
        assert other.sha256 == hashlib.sha256(packed.read_bytes()).hexdigest()
        unpacked = other.plain
    assert not unpacked.exists()
    assert plain.exists()


def test_the_head_ends_at_a_whole_letter(tmp_path: Path) -> None:
    """A letter of several bytes that is cut by the limit of the head does not make it unreadable."""
    path = tmp_path / "a.csv"
    path.write_text("x" + "军" * HEAD_BYTES, encoding="utf-8")
    with open_log(path) as log:
        assert set(log.head) == {"x", "军"}


def test_binary_has_no_head(tmp_path: Path) -> None:
    """A file that is not text has an empty head, so no format matches."""
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1\xff\xfe\x00")
    with open_log(path) as log:
        assert log.head == ""


def test_missing_folder_and_empty_are_refused(tmp_path: Path) -> None:
    """No file, a folder and an empty file are refused in one sentence each."""
    assert "no such file" in _refused(tmp_path / "none.csv")
    assert "not a readable file" in _refused(tmp_path)
    (tmp_path / "empty.csv").touch()
    assert "is empty" in _refused(tmp_path / "empty.csv")
    (tmp_path / "empty.csv.gz").write_bytes(gzip.compress(b""))
    assert "is empty" in _refused(tmp_path / "empty.csv.gz")


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    """A file above the limit is refused by its size."""
    path = tmp_path / "huge.csv"
    with path.open("wb") as stream:
        stream.truncate(50_000_000_000)
    with pytest.raises(InputError) as caught, open_log(path):
        pass
    assert "50000 MB is larger than the limit of 1000 MB" in caught.value.sentence("en")


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(tmp_path: Path) -> None:
    """Unpacking stops at the limit."""
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"0" * 5_000_000))
    assert path.stat().st_size < 10_000
    assert "larger than the limit" in _refused(path)


def test_broken_gzip_is_refused(tmp_path: Path) -> None:
    """A gzip file that was cut short is refused."""
    path = tmp_path / "cut.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" * 1000)[:-20])
    assert "not a complete gzip file" in _refused(path)
