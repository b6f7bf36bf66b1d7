"""Views in the folder of a run: one JSON file a language."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from junshi.errors import InputError
from junshi.show.export.write import cannot_write_as_error, write_text
from junshi.show.insight_report import plain
from junshi.show.view.model import View
from junshi.text import LANGUAGES, in_language

FOLDER = "view"


def both_languages(build: Callable[[], View]) -> dict[str, View]:
    """The same view built once in each language."""
    views = {}
    for language in LANGUAGES:
        with in_language(language):
            views[language] = build()
    return views


def write_view(folder: Path, views: Mapping[str, View]) -> None:
    """Write `view/<language>.json`.

    Raises
    ------
    InputError : the folder cannot be written
    """
    with cannot_write_as_error(folder):
        (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    for language, view in views.items():
        text = json.dumps(plain(view.to_object()), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        write_text(folder / FOLDER / f"{language}.json", text + "\n", replace=True)


def read_view(folder: Path, language: str) -> dict[str, Any]:
    """View of a run as plain values.

    Raises
    ------
    InputError : the folder has no view, or it cannot be read
    """
    path = folder / FOLDER / f"{language}.json"
    if not path.is_file():
        raise InputError("view.no_view", file=folder)
    try:
        view = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as trouble:
        raise InputError("view.bad_view", file=path, reason=str(trouble)) from trouble
    if not isinstance(view, dict) or not {"title", "advice", "sections", "language"} <= view.keys():
        raise InputError("view.bad_view", file=path, reason="title, advice, sections, language")
    return view


def read_views(folder: Path) -> dict[str, dict[str, Any]]:
    """Views of a run in both languages.

    Raises
    ------
    InputError : as `read_view`
    """
    return {language: read_view(folder, language) for language in LANGUAGES}
