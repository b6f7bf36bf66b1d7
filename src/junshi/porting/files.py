"""Confined, bounded reading of a tree: nothing outside the root, nothing huge, nothing executed."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    total = 0
    seen = 0
    for path, entry in _walk(root, bounds, skipped):
        seen += 1
        kept = _judge(path, entry, bounds, skipped)
        if kept is None:
            continue
        if len(found) >= bounds.files or total + kept.size > bounds.total_bytes:
            skipped["over_limit"] += 1
            continue
        total += kept.size
        found.append(kept)
    found.sort(key=lambda file: file.path)
    own = without_vendored(found)
    if len(own) < len(found):
        skipped["vendored"] += len(found) - len(own)
    return Listing(own, dict(sorted(skipped.items())), seen)


def without_vendored(files: Sequence[SourceFile]) -> tuple[SourceFile, ...]:
    """Files that are not copies of a library: outside vendor and known libraries' folders."""
    libraries: set[str] = set()
    for path in _near_libraries(files):
        parts = path.split("/")
        for depth in range(1, len(parts) - 1):
            name = parts[depth].lower()
            is_root = parts[depth + 1].lower() in ("include", "cmakelists.txt")
            if name in KNOWN_LIBRARIES and is_root:
                libraries.add("/".join(parts[: depth + 1]))
    folders = {file.path.rpartition("/")[0] for file in files}
    vendored = {folder for folder in folders if _is_vendored(folder, libraries)}
    return tuple(file for file in files if file.path.rpartition("/")[0] not in vendored)


def _near_libraries(files: Iterable[SourceFile]) -> set[str]:
    """Folders, and build files, with a known library's name in their path: few of many files."""
    folders = {file.path.rpartition("/")[0] + "/" for file in files}
    folders.update(file.path for file in files if file.path.endswith(("CMakeLists.txt", "cmakelists.txt")))
    return {path for path in folders if KNOWN_LIBRARIES & set(path.lower().split("/"))}


def _is_vendored(folder: str, libraries: set[str]) -> bool:
    parts = folder.split("/")
    if any(part.lower() in VENDOR_FOLDERS for part in parts):
        return True
    return any("/".join(parts[: depth + 1]) in libraries for depth in range(len(parts)))


def _judge(path: str, entry: os.DirEntry[str], bounds: Limits, skipped: Counter[str]) -> SourceFile | None:
    """Give the file if it is to be read; count the reason otherwise."""
    language = language_of(path)
    if language is None:
        skipped["other"] += 1
        return None
    info = entry.stat(follow_symlinks=False)
    if not stat.S_ISREG(info.st_mode):
        skipped["not_a_file"] += 1
        return None
    if info.st_size > bounds.file_bytes and language is not Language.BINARY:
        skipped["too_large"] += 1
        return None
    return SourceFile(path, 0 if language is Language.BINARY else info.st_size, language)


def _walk(root: Path, bounds: Limits, skipped: Counter[str]) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Entries below the root that are no folders and no links, with relative paths, iteratively."""
    pending: list[tuple[str, str, int]] = [(str(root), "", 0)]
    while pending:
        folder, prefix, depth = pending.pop()
        try:
            entries = sorted(os.scandir(folder), key=_NAME)
        except OSError:
            skipped["unreadable"] += 1
            continue
        for entry in entries:
            if entry.is_symlink():
                skipped["link"] += 1
            elif not entry.is_dir(follow_symlinks=False):
                yield prefix + entry.name, entry
            elif entry.name in SKIPPED_FOLDERS or entry.name.endswith((".egg-info", ".dist-info")):
                skipped["folder"] += 1
            elif depth >= bounds.depth:
                skipped["too_deep"] += 1
            else:
                pending.append((entry.path, prefix + entry.name + "/", depth + 1))


def read_bytes(root: Path, file: SourceFile, limits: Limits | None = None) -> bytes | None:
    """Bytes of a listed file, None when it is binary, vanished, grew over the limit or became a link."""
    bounds = limits or Limits()
    path = root / file.path if root.is_dir() else root
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, flags)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            return None
        data = stream.read(bounds.file_bytes + 1)
    return None if len(data) > bounds.file_bytes else as_text(data)


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
