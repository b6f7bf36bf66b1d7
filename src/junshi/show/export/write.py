"""Files and folders that appear whole or not at all: written beside their place, then renamed."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from junshi.errors import InputError


def write_text(path: Path, text: str, *, replace: bool) -> None:
    """Write UTF-8 text to a file; its folder is made when absent.

    Raises
    ------
    InputError : the file exists and may not be replaced, or cannot be written (exit code 2)
    """
    with cannot_write_as_error(path):
        if not replace and path.exists():
            raise InputError("cli.file_exists", file=path)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
            _as_umask_wants(Path(name))
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Give a temporary folder beside `path`; its files are moved to `path` when all were written.

    Files of an earlier run under the same names are replaced, others in the folder stay.

    Raises
    ------
    InputError : the folder cannot be made or written
    """
    with cannot_write_as_error(path):
        if path.exists() and not path.is_dir():
            raise InputError("cli.not_a_folder", file=path)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        try:
            yield temporary
            _move_into(temporary, path)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def _move_into(source: Path, target: Path) -> None:
    """Rename the whole folder when the target is new, else every file into it."""
    if not target.exists():
        _as_umask_wants(source)
        source.rename(target)
        return
    for file in sorted(source.rglob("*")):
        if file.is_file():
            place = target / file.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            file.replace(place)


def _as_umask_wants(path: Path) -> None:
    """Temporary files are private; give this one the mode that a plain new file would have."""
    mask = os.umask(0)
    os.umask(mask)
    path.chmod((0o777 if path.is_dir() else 0o666) & ~mask)


@contextlib.contextmanager
def cannot_write_as_error(path: Path) -> Iterator[None]:
    """Turn the system's refusal to write into a sentence."""
    try:
        yield
    except OSError as trouble:
        raise InputError("cli.cannot_write", file=path, reason=trouble.strerror or str(trouble)) from trouble
