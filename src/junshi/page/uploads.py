"""Uploaded files: named by us, kept below one folder, never opened by a name that a client chose."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from junshi.page.limits import MEGABYTE, MOST_UPLOADS, UPLOAD_BYTES
from junshi.page.refusal import Refusal
from junshi.page.runs import files

FOLDER = "uploads"
_ARCHIVES = (
    (0, b"PK\x03\x04", ".zip"),
    (0, b"PK\x05\x06", ".zip"),
    (0, b"\x1f\x8b", ".tar.gz"),
    (0, b"BZh", ".tar.bz2"),
    (0, b"\xfd7zXZ\x00", ".tar.xz"),
    (257, b"ustar", ".tar"),
)
"""Place and bytes by which an archive is known, and the ending that says so."""


class Uploads:
    """Keeps uploads; a scenario names one `upload:ID`, which is also the name of its file."""

    def __init__(self, root: Path) -> None:
        self.folder = root / FOLDER
        self.folder.mkdir(parents=True, exist_ok=True)

    def keep_archive(self, stream: BinaryIO) -> str:
        """Keep an archive of a code base; its id."""
        head = stream.read(512)
        stream.seek(0)
        ending = next(
            (name for place, mark, name in _ARCHIVES if head[place : place + len(mark)] == mark), None
        )
        if ending is None:
            raise Refusal(422, "page_api.not_an_archive")
        return self._keep(stream, ending)

    def keep_log(self, stream: BinaryIO) -> str:
        """Keep a log of jobs or requests; its id."""
        return self._keep(stream, ".log")

    def keep_demand(self, text: str) -> str:
        """Keep a demand file that was made of a log; its id."""
        self._make_room()
        upload = f"{files.new_id()}.toml"
        files.write_bytes(self.path(upload), text.encode())
        return upload

    def path(self, upload: str) -> Path:
        """Where an upload with one of our ids lies."""
        return self.folder / name_of(upload)

    def forget(self, upload: str) -> None:
        """Remove an upload."""
        self.path(upload).unlink(missing_ok=True)

    def _keep(self, stream: BinaryIO, ending: str) -> str:
        self._make_room()
        upload = files.new_id() + ending
        size = 0
        with self.path(upload).open("wb") as target:
            while block := stream.read(MEGABYTE):
                size += len(block)
                if size > UPLOAD_BYTES:
                    break
                target.write(block)
        if size > UPLOAD_BYTES:
            self.forget(upload)
            raise Refusal(413, "page_api.too_large", limit=UPLOAD_BYTES // MEGABYTE)
        return upload

    def _make_room(self) -> None:
        """Beyond the limit the oldest upload goes; runs have copies of theirs."""
        with os.scandir(self.folder) as entries:
            kept = sorted(
                (entry for entry in entries if entry.is_file()), key=lambda one: one.stat().st_mtime
            )
        for entry in kept[: max(0, len(kept) - MOST_UPLOADS + 1)]:
            Path(entry.path).unlink(missing_ok=True)


def name_of(upload: str) -> str:
    """File name of an upload, the same as a scenario gives it."""
    return f"upload:{upload}"
