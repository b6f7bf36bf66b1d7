"""Confined, bounded reading of a tree: nothing outside the root, nothing huge, nothing executed."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path

from junshi.errors import InputError
from junshi.porting.language import Language, language_of

SKIPPED_FOLDERS = frozenset(
    [
        ".git",
        ".hg",
        ".svn",
        ".tox",
        ".nox",
        ".venv",
        "venv",
        "env",
        "node_modules",
        "__pycache__",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".eggs",
        ".idea",
        ".vscode",
        "site-packages",
        "dist-info",
    ]
)
"""Folders that hold no source of the project."""


VENDOR_FOLDERS = frozenset(
    [
        "third_party",
        "3rdparty",
        "thirdparty",
        "third-party",
        "3rd_party",
        "vendor",
        "vendored",
        "submodules",
        "extern",
        "external",
    ]
)
"""Folders of other people's code: dependencies, which the project's own code is scanned for."""

KNOWN_LIBRARIES = frozenset(
    [
        "cutlass",
        "cub",
        "thrust",
        "cccl",
        "pybind11",
        "googletest",
        "fmt",
        "spdlog",
        "composable_kernel",
        "nlohmann_json",
        "nccl",
        "flashinfer",
        "eigen",
        "dlpack",
        "cpp-httplib",
        "moderngpu",
        "nvbench",
        "benchmark",
        "abseil-cpp",
        "protobuf",
        "onnx",
        "glog",
        "gflags",
    ]
)
"""Libraries that are copied into trees whole; such a folder, below the root, counts as theirs when it has
headers under `include` or a build file."""


_NAME = attrgetter("name")
_PATH = attrgetter("path")
_READ_ONLY = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))


@dataclass(frozen=True)
class Limits:
    """Bounds on what a scan reads.

    Attributes
    ----------
    file_bytes : a larger file is skipped and counted
    total_bytes : reading stops after so many bytes, the rest is counted as skipped
    files : at most so many files are listed
    depth : at most so many nested folders
    """

    file_bytes: int = 4_000_000
    total_bytes: int = 2_000_000_000
    files: int = 500_000
    depth: int = 64


@dataclass(frozen=True)
class SourceFile:
    """A file to read: path relative to the root, size in bytes, language."""

    path: str
    size: int
    language: Language


@dataclass(frozen=True)
class Listing:
    """What a walk found: files in the order of their paths, and how many were skipped for which reason."""

    files: tuple[SourceFile, ...]
    skipped: Mapping[str, int] = field(default_factory=dict)
    seen: int = 0


def list_files(root: Path, limits: Limits | None = None) -> Listing:
    """Files under a folder that some rule reads, sorted by path; links are never followed.

    A symbolic link is counted as skipped, whether it leaves the root or not: its target, if inside, is
    read under its own name.

    Raises
    ------
    InputError : the folder does not exist, or is neither a folder nor a plain file
    """
    bounds = limits or Limits()
    if root.is_symlink():
        root = root.resolve()
    if not root.exists():
        raise InputError("errors.missing_file", file=str(root))
    skipped: Counter[str] = Counter()
    if root.is_file():
        language = language_of(root.name)
        size = root.stat().st_size
        if language is None or size > bounds.file_bytes:
            return Listing((), {"other" if language is None else "too_large": 1}, 1)
        return Listing((SourceFile(root.name, size, language),), {}, 1)
    if not root.is_dir():
        raise InputError("errors.not_a_file", file=str(root))
    found: list[SourceFile] = []
    total = seen = 0
    for folder in _folders(root, bounds, skipped):
        seen += len(folder.files)
        for entry in folder.files:
            kept = _judge(folder, entry, bounds, skipped)
            if kept is None:
                continue
            if len(found) >= bounds.files or total + kept.size > bounds.total_bytes:
                skipped["over_limit"] += 1
                continue
            total += kept.size
            found.append(kept)
    found.sort(key=_PATH)
    return Listing(tuple(found), dict(sorted(skipped.items())), seen)


@dataclass(slots=True)
class _Folder:
    """A folder on the way: its path on disk and from the root, with a slash at the end, and what is in it.

    `is_vendored` says that it, or a folder above it, holds a copy of a library.
    """

    place: str
    prefix: str
    depth: int
    is_vendored: bool
    files: list[os.DirEntry[str]] = field(default_factory=list)


def _folders(root: Path, bounds: Limits, skipped: Counter[str]) -> Iterator[_Folder]:
    """Folders from the root on with the files in them, iteratively; links are counted and not followed."""
    pending = [_Folder(str(root), "", 0, False)]
    while pending:
        folder = pending.pop()
        try:
            entries = sorted(os.scandir(folder.place), key=_NAME)
        except OSError:
            skipped["unreadable"] += 1
            continue
        inside: list[os.DirEntry[str]] = []
        for entry in entries:
            if entry.is_symlink():
                skipped["link"] += 1
            elif entry.is_dir(follow_symlinks=False):
                inside.append(entry)
            else:
                folder.files.append(entry)
        folder.is_vendored = folder.is_vendored or _is_library(folder, inside)
        for entry in inside:
            if entry.name in SKIPPED_FOLDERS or entry.name.endswith((".egg-info", ".dist-info")):
                skipped["folder"] += 1
            elif folder.depth >= bounds.depth:
                skipped["too_deep"] += 1
            else:
                vendored = folder.is_vendored or entry.name.lower() in VENDOR_FOLDERS
                prefix = f"{folder.prefix}{entry.name}/"
                pending.append(_Folder(entry.path, prefix, folder.depth + 1, vendored))
        yield folder


def _is_library(folder: _Folder, inside: Iterable[os.DirEntry[str]]) -> bool:
    """Whether a folder below the first level has a known library's name, and headers or a build file."""
    if folder.depth < 2 or folder.prefix.split("/")[-2].lower() not in KNOWN_LIBRARIES:
        return False
    return any(entry.name.lower() == "include" for entry in inside) or any(
        entry.name.lower() == "cmakelists.txt" for entry in folder.files
    )


def _judge(
    folder: _Folder, entry: os.DirEntry[str], bounds: Limits, skipped: Counter[str]
) -> SourceFile | None:
    """Give the file if it is to be read; count the reason otherwise."""
    path = folder.prefix + entry.name
    language = language_of(path)
    if language is None:
        skipped["other"] += 1
        return None
    if folder.is_vendored:
        skipped["vendored"] += 1
        return None
    info = entry.stat(follow_symlinks=False)
    if not stat.S_ISREG(info.st_mode):
        skipped["not_a_file"] += 1
        return None
    if info.st_size > bounds.file_bytes and language is not Language.BINARY:
        skipped["too_large"] += 1
        return None
    return SourceFile(path, 0 if language is Language.BINARY else info.st_size, language)


def read_bytes(root: Path, file: SourceFile, limits: Limits | None = None) -> bytes | None:
    """Bytes of a listed file, None when it is binary, vanished, grew over the limit or became a link."""
    limit = (limits or Limits()).file_bytes
    try:
        handle = _opened(root, file)
    except OSError:
        return None
    try:
        data = _read(handle, limit + 1) if stat.S_ISREG(os.fstat(handle).st_mode) else b"\0"
    except OSError:
        return None
    finally:
        os.close(handle)
    return None if len(data) > limit else as_text(data)


def as_text(data: bytes) -> bytes | None:
    """UTF-8 text with plain line ends and without a mark at its beginning; None for a binary file.

    Examples
    --------
    >>> as_text("flash-attn".encode("utf-16"))
    b'flash-attn'
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", errors="replace").encode("utf-8", errors="replace")
    elif b"\0" in data[:8192]:
        return None
    data = data.removeprefix(b"\xef\xbb\xbf")
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


def _opened(root: Path, file: SourceFile) -> int:
    """Handle of a file below the root, or of the root when that is the file; never through a link."""
    try:
        return os.open(f"{root}/{file.path}", _READ_ONLY)
    except (NotADirectoryError, FileNotFoundError):
        return os.open(root, _READ_ONLY)


def _read(handle: int, most: int) -> bytes:
    """At most so many bytes of an open file; a stream on top of it takes longer than the reading."""
    parts: list[bytes] = []
    while most > 0 and (part := os.read(handle, most)):
        parts.append(part)
        most -= len(part)
    return b"".join(parts)
