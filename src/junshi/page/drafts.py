"""Drafts of scenarios: kept on the disk as typed, faults and all."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from junshi.page.limits import MOST_DRAFTS
from junshi.page.refusal import Refusal
from junshi.page.runs import files

FOLDER = "drafts"


@dataclass(frozen=True)
class Draft:
    """One draft: its text, and the name that the user gave it."""

    id: str
    toml: str
    name: str


class Drafts:
    """Makes, finds and changes drafts; one file each, so that text and name never part."""

    def __init__(self, root: Path) -> None:
        self.folder = root / FOLDER
        self.folder.mkdir(parents=True, exist_ok=True)

    def create(self, toml: str, name: str) -> Draft:
        """Keep a new draft; beyond the limit the one that was longest untouched goes."""
        self._make_room()
        draft = Draft(files.new_id(), toml, name)
        self._write(draft)
        return draft

    def get(self, draft_id: str) -> Draft:
        """Draft with this id; Refusal 404 when there is none."""
        found = files.read_json(self._file(draft_id)) if files.is_id(draft_id) else None
        if found is None:
            raise Refusal(404, "page_api.no_draft")
        return Draft(draft_id, str(found.get("toml", "")), str(found.get("name", "")))

    def change(self, draft_id: str, toml: str, name: str | None) -> Draft:
        """Replace the text of a draft, and its name when one is given."""
        before = self.get(draft_id)
        draft = Draft(draft_id, toml, before.name if name is None else name)
        self._write(draft)
        return draft

    def _file(self, draft_id: str) -> Path:
        return self.folder / f"{draft_id}.json"

    def _write(self, draft: Draft) -> None:
        files.write_json(self._file(draft.id), {"name": draft.name, "toml": draft.toml})

    def _make_room(self) -> None:
        with os.scandir(self.folder) as entries:
            kept = [entry for entry in entries if files.is_id(entry.name.removesuffix(".json"))]
        if len(kept) >= MOST_DRAFTS:
            Path(min(kept, key=lambda entry: entry.stat().st_mtime).path).unlink(missing_ok=True)
