"""Zip and tar archives as trees: read in memory, bounded, never unpacked to disk."""

from __future__ import annotations

import stat
import tarfile
import zipfile
from collections import Counter
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO

from junshi.errors import InputError
from junshi.porting.files import SKIPPED_FOLDERS, Limits, Listing, SourceFile, as_text
from junshi.porting.language import Language, language_of

_ZIP = (".zip", ".whl", ".egg")
_TAR = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
_RATIO = 200
"""A member that unpacks to more than so many times its packed size is not read: it is a bomb or of no use."""


def is_archive(path: Path) -> bool:
    """Whether a path is a file with an archive's name."""
    return path.name.lower().endswith(_ZIP + _TAR) and path.is_file()


def _first_line(trouble: Exception) -> str:
    """What went wrong, without what was tried."""
    return (str(trouble) or type(trouble).__name__).split("\n", 1)[0].rstrip(": ")


class ArchiveTree:
    """An open archive: its listing, and bytes of single members."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path = path
        self.limits = limits
        self.skipped: Counter[str] = Counter()
        self._zip: zipfile.ZipFile | None = None
        self._tar: tarfile.TarFile | None = None
        self._cache: dict[str, bytes] = {}
        try:
            files = self._open_zip() if path.name.lower().endswith(_ZIP) else self._read_tar()
        except (
            zipfile.BadZipFile,
            tarfile.TarError,
            OSError,
            EOFError,
            ValueError,
            NotImplementedError,
        ) as trouble:
            self.close()
            raise InputError("porting.bad_archive", file=str(path), reason=_first_line(trouble)) from trouble
        self.listing = Listing(
            tuple(sorted(files, key=lambda file: file.path)), dict(self.skipped), len(files)
        )

    def __enter__(self) -> ArchiveTree:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the archive."""
        if self._zip is not None:
            self._zip.close()
        if self._tar is not None:
            self._tar.close()

    def read(self, file: SourceFile) -> bytes | None:
        """Bytes of a member, None when it is binary, damaged or larger than it said."""
        if file.language is Language.BINARY:
            return b""
        if self._zip is None:
            return self._cache.pop(file.path, None)
        try:
            with self._zip.open(self._names[file.path]) as stream:
                return self._bounded(stream)
        except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, ValueError, NotImplementedError):
            return None

    def _bounded(self, stream: IO[bytes]) -> bytes | None:
        data = stream.read(self.limits.file_bytes + 1)
        return None if len(data) > self.limits.file_bytes else as_text(data)

    def _open_zip(self) -> list[SourceFile]:
        self._zip = zipfile.ZipFile(self.path)
        self._names: dict[str, str] = {}
        files: list[SourceFile] = []
        total = 0
        for info in self._zip.infolist():
            if info.is_dir():
                continue
            link = stat.S_ISLNK(info.external_attr >> 16)
            bomb = info.file_size > _RATIO * max(1, info.compress_size) and info.file_size > 100_000
            file = self._judge(info.filename, info.file_size, link or bomb, total, len(files))
            if file is not None and file.path not in self._names:
                self._names[file.path] = info.filename
                total += file.size
                files.append(file)
        return files

    def _read_tar(self) -> list[SourceFile]:
        """Tar members in one pass: a compressed tar cannot be read twice cheaply."""
        self._tar = tarfile.open(self.path, "r:*")  # noqa: SIM115 - closed by `close`
        files: list[SourceFile] = []
        total = 0
        packed = max(1, self.path.stat().st_size)
        for count, member in enumerate(self._tar):
            if count >= self.limits.files or total > _RATIO * packed + 10_000_000:
                self.skipped["over_limit"] += 1
                break
            total += member.size
            if member.isdir():
                continue
            file = self._judge(member.name, member.size, not member.isreg(), total, len(files))
            stream = self._tar.extractfile(member) if file is not None else None
            if file is None or stream is None:
                continue
            data = self._bounded(stream)
            if data is not None and file.path not in self._cache:
                self._cache[file.path] = data
                files.append(file)
        return files

    def _judge(self, name: str, size: int, refused: bool, total: int, count: int) -> SourceFile | None:
        """Give the member if it is to be read; count the reason otherwise."""
        pure = PurePosixPath(name.replace("\\", "/"))
        language = language_of(pure.name) if refused else language_of(pure.as_posix())
        if refused:
            self.skipped["link_or_bomb"] += 1
        elif pure.is_absolute() or ".." in pure.parts or len(pure.parts) > self.limits.depth:
            self.skipped["outside"] += 1
        elif any(
            part in SKIPPED_FOLDERS or part.endswith((".dist-info", ".egg-info")) for part in pure.parts[:-1]
        ):
            self.skipped["folder"] += 1
        elif language is None:
            self.skipped["other"] += 1
        elif size > self.limits.file_bytes and language is not Language.BINARY:
            self.skipped["too_large"] += 1
        elif count >= self.limits.files or total + size > self.limits.total_bytes:
            self.skipped["over_limit"] += 1
        else:
            return SourceFile(pure.as_posix(), 0 if language is Language.BINARY else size, language)
        return None
