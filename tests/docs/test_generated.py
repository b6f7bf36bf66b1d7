"""Generated pages are what the code says today."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", sorted(_generator().PAGES))
def test_generated_page_is_fresh(name: str) -> None:
    """A page under docs/ that is made from the code equals what `make docs` would write now."""
    expected = _generator().PAGES[name]()
    assert expected == (DOCS / name).read_text(encoding="utf-8"), f"docs/{name} is stale: run `make docs`"


def test_every_command_has_help() -> None:
    """Each command, argument and option says what it is for."""
    silent = []
    for name, command in _generator().command_pages().items():
        if not command.help:
            silent.append(name)
        silent += [
            f"{name} {parameter.name}"
            for parameter in command.params
            if not parameter.help and parameter.name != "help"
        ]
    assert silent == []
