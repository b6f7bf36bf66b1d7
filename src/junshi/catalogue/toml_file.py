"""A TOML file, read with a bound on its size, to a table; every trouble names the line and column."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from junshi.errors import InputError

LIMIT_BYTES = 5_000_000

_PLACE = re.compile(r"\s*\(at line (\d+), column (\d+)\)$")
_AT_END = re.compile(r"\s*\(at end of document\)$")


def read_text(path: Path, limit_bytes: int = LIMIT_BYTES) -> str:
    """UTF-8 text of a file that is not larger than the limit; a larger one is refused unread.

    Raises
    ------
    InputError : no such file, a directory or device, unreadable, too large, or not UTF-8
    """
    _refuse_unsuitable(path, limit_bytes)
    try:
        with path.open("rb") as stream:
            content = stream.read(limit_bytes + 1)
    except OSError as trouble:
        raise InputError("errors.not_a_file", file=path) from trouble
    if len(content) > limit_bytes:
        raise _too_large(path, len(content), limit_bytes)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        line = content.count(b"\n", 0, trouble.start) + 1
        raise InputError("scenario.not_utf8", file=path, line=line) from trouble


def _refuse_unsuitable(path: Path, limit_bytes: int) -> None:
    """Refusal of what can be told without opening: absent, not a plain file, too large."""
    try:
        found = path.exists()
        plain = path.is_file()
        size = path.stat().st_size if plain else 0
    except (OSError, ValueError) as trouble:
        raise InputError("errors.not_a_file", file=path) from trouble
    if not found:
        raise InputError("errors.missing_file", file=path)
    if not plain:
        raise InputError("errors.not_a_file", file=path)
    if size > limit_bytes:
        raise _too_large(path, size, limit_bytes)


def _too_large(path: Path, size: int, limit_bytes: int) -> InputError:
    """Sizes in decimal megabytes."""
    return InputError("errors.too_large", file=path, size_mb=size / 1e6, limit_mb=limit_bytes / 1e6)


def parse_toml(text: str, file: Path) -> dict[str, Any]:
    """Table of a TOML text.

    Raises
    ------
    InputError : not TOML, with line and column; or nested too deeply to be read
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as trouble:
        raise _bad_toml(text, file, str(trouble)) from trouble
    except RecursionError as trouble:
        raise InputError("scenario.too_deep", file=file) from trouble
    except ValueError as trouble:  # an integer of thousands of digits
        raise InputError("scenario.too_long_number", file=file) from trouble


def _bad_toml(text: str, file: Path, message: str) -> InputError:
    """Line and column from the parser's sentence; the end of the text where it says so."""
    place = _PLACE.search(message)
    if place is not None:
        line, column = int(place[1]), int(place[2])
        reason = message[: place.start()]
    else:
        lines = text.split("\n")
        line, column = len(lines), len(lines[-1]) + 1
        reason = _AT_END.sub("", message)
    return InputError("errors.bad_toml", file=file, line=line, column=column, reason=reason)
