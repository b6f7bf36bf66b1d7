"""Opening a log with bounds: plain or gzip, its hash, its beginning; never more than a limit is read."""

from __future__ import annotations

import gzip
import hashlib
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from junshi.errors import InputError

LIMIT_BYTES = 1_000_000_000
HEAD_BYTES = 65_536
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class LogFile:
    """An opened log.

    Attributes
    ----------
    path : the user's file, for sentences
    plain : the same uncompressed, valid while the log is open
    sha256 : of the user's file
    head : first 64 KiB of the text; empty when it is not UTF-8 text
    """

    path: Path
    plain: Path
    sha256: str
    head: str

    @property
    def first_line(self) -> str:
        """First line without its end."""
        return self.head.partition("\n")[0].rstrip("\r")


@contextmanager
def open_log(path: Path, limit_bytes: int = LIMIT_BYTES) -> Iterator[LogFile]:
    """Open a log; a compressed one is unpacked to a temporary file that is removed afterwards.

    Raises
    ------
    InputError : no such file, not a plain file, empty, broken gzip, or larger than the limit when unpacked
    """
    try:
        if not path.exists():
            raise InputError("errors.missing_file", file=path)
        if not path.is_file():
            raise InputError("errors.not_a_file", file=path)
        _refuse_large(path, path.stat().st_size, limit_bytes)
        with path.open("rb") as stream:
            packed = stream.read(len(_GZIP)) == _GZIP
        digest = _sha256(path)
    except (OSError, ValueError) as trouble:
        raise InputError("errors.not_a_file", file=path) from trouble
    if not packed:
        yield LogFile(path, path, digest, _head(path))
        return
    with tempfile.NamedTemporaryFile(prefix="junshi-", suffix=".log") as unpacked:
        _unpack(path, unpacked, limit_bytes)
        plain = Path(unpacked.name)
        yield LogFile(path, plain, digest, _head(plain))


def _refuse_large(path: Path, size: int, limit_bytes: int) -> None:
    """Sizes in decimal megabytes."""
    if size > limit_bytes:
        raise InputError("errors.too_large", file=path, size_mb=size / 1e6, limit_mb=limit_bytes / 1e6)
    if size == 0:
        raise InputError("demand.empty_log", file=path)


def _sha256(path: Path) -> str:
    """Hash of a file, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _unpack(path: Path, target: IO[bytes], limit_bytes: int) -> None:
    """Unpack piece by piece; stops at the limit, however small the compressed file was."""
    size = 0
    try:
        with gzip.open(path) as stream:
            while piece := stream.read(_CHUNK):
                size += len(piece)
                _refuse_large(path, size, limit_bytes)
                target.write(piece)
    except (gzip.BadGzipFile, EOFError, zlib.error) as trouble:
        raise InputError("demand.bad_gzip", file=path) from trouble
    if size == 0:
        raise InputError("demand.empty_log", file=path)
    target.flush()


def _head(path: Path) -> str:
    """Beginning of the text, cut at a whole letter."""
    with path.open("rb") as stream:
        content = stream.read(HEAD_BYTES)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        cut_letter = len(content) == HEAD_BYTES and trouble.start > HEAD_BYTES - 4
        return content[: trouble.start].decode("utf-8-sig") if cut_letter else ""
