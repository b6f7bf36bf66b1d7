"""Words of scripts and templates stand in `page.toml`; needs no browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import junshi
from junshi.text.say import sentences

PAGE = Path(junshi.__file__).parent / "page"
FILES = sorted([*PAGE.glob("static/*.js"), *PAGE.glob("templates/*.html")])
OURS = set(sentences("page", "en"))
SHOWN = ("regime_", "ramp_", "archetype_", "work_")
COMPOSED = re.compile(r"lever_\w+_hint|reading_\w+|key_\w+_does")


def _keys(text: str) -> set[str]:
    """Keys that are spoken as they stand, and patterns of composed ones."""
    whole = set(re.findall(r"""\bt\(["']([a-z_0-9]+)["'][,)]""", text))
    composed = {
        re.sub(r"\$\{[^}]*\}", ".+", key)
        for key in re.findall(r"\bt\(`([a-z_]*\$\{[^`]*?)`", text)
        if "/" not in key
    }
    return whole | composed


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_words_exist(file: Path) -> None:
    """Each key of a script or template is in the file of words."""
    missing = [
        key
        for key in _keys(file.read_text(encoding="utf-8"))
        if not any(re.fullmatch(key, one) for one in OURS) and not key.startswith(SHOWN)
    ]
    assert missing == []


def test_no_words_are_idle() -> None:
    """Each key of the file of words occurs in a script or template, whole or by its beginning."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in FILES)
    composed = set(re.findall(r"""[`"']([a-z]+(?:_[a-z]+)*_)(?:\$\{|["'] ~)""", text)) | set(
        re.findall(r"""named\("([a-z]+)\"""", text)
    )
    idle = [
        key
        for key in OURS
        if not re.search(rf"""["'`]{key}["'`]""", text)
        and not any(key.startswith(one) for one in composed)
        and not COMPOSED.fullmatch(key)
    ]
    assert idle == []


def test_scripts_are_small_and_load_nothing() -> None:
    """No script or style names another host, builds markup from text, or runs text as code."""
    for file in [*FILES, *PAGE.glob("static/*.css")]:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|insertAdjacentHTML|\beval\(|new Function|document\.write", text), (
            file.name
        )
        if file.name != "charts.js":
            assert not re.search(r"""["'(]https?://(?!www\.w3\.org)""", text), file.name
