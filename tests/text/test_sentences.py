"""Sentences exist in both languages, with the same fields, and every key that the code uses is there."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import junshi
from junshi.text import LANGUAGES, say, set_language
from junshi.text.say import current_language

SOURCE = Path(junshi.__file__).parent
AREAS = sorted({file.stem for file in (SOURCE / "text").glob("*/*.toml")})
SPEAKERS = {"say", "fault", "InputError", "NoPlan", "SolverTrouble", "Interrupted", "JunshiError"}


def _sentences(area: str, language: str) -> dict[str, object]:
    """Entries of one file; nothing when it is not there."""
    file = SOURCE / "text" / language / f"{area}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def _fields(template: str) -> set[str]:
    """Names of the fields of a sentence, format and all."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


KEYS = {f"{area}.{key}" for area in AREAS for key in _sentences(area, "en")}


def _spoken_keys() -> Iterator[tuple[str, str]]:
    """Place in the source and pattern of each key that stands as first argument of a call that speaks."""
    for file in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in SPEAKERS:
                for pattern in _patterns(node.args[0]):
                    yield f"{file.relative_to(SOURCE)}:{node.lineno}", pattern


def _patterns(argument: ast.expr) -> list[str]:
    """Regular expressions of the keys that an argument may be; nothing for a variable."""
    if isinstance(argument, ast.IfExp):
        return _patterns(argument.body) + _patterns(argument.orelse)
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return [re.escape(argument.value)]
    if isinstance(argument, ast.JoinedStr):
        parts = [
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in argument.values
        ]
        return ["".join(parts)]
    return []


@pytest.mark.parametrize("area", AREAS)
def test_languages_have_the_same_keys(area: str) -> None:
    """Each area has the same keys in every language."""
    keys = {language: set(_sentences(area, language)) for language in LANGUAGES}
    assert keys["en"] == keys["zh"]


@pytest.mark.parametrize("area", AREAS)
def test_languages_have_the_same_fields(area: str) -> None:
    """Each sentence has the same fields in every language."""
    english, chinese = _sentences(area, "en"), _sentences(area, "zh")
    differing = {
        key: (template, chinese[key])
        for key, template in english.items()
        if key in chinese and _fields(str(template)) != _fields(str(chinese[key]))
    }
    assert differing == {}


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_entries_are_text(area: str, language: str) -> None:
    """Each entry is a sentence, not a table or a number."""
    assert [key for key, value in _sentences(area, language).items() if not isinstance(value, str)] == []


def test_every_spoken_key_exists() -> None:
    """Each key given to `say` or to an error is in the files; a composed one matches at least one key."""
    missing = [
        (place, pattern)
        for place, pattern in _spoken_keys()
        if not any(re.fullmatch(pattern, key) for key in KEYS)
    ]
    assert missing == []


def test_chinese_is_chinese() -> None:
    """Sentences of more than a few words in the Chinese files hold Chinese characters."""
    latin = [
        f"{area}.{key}"
        for area in AREAS
        for key, value in _sentences(area, "zh").items()
        if len(str(value)) > 25 and not re.search(r"[\u4e00-\u9fff]", str(value))
    ]
    assert latin == []


def test_language_follows_choice_then_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """`set_language` wins over JUNSHI_LANG, which wins over the locale; without any it is English."""
    for name in ("JUNSHI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert current_language() == "en"
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert current_language() == "zh"
    monkeypatch.setenv("JUNSHI_LANG", "en")
    assert current_language() == "en"
    set_language("zh")
    try:
        assert say("show.regime_cut_off") == "断供"
    finally:
        set_language(None)


def test_unknown_language_is_refused() -> None:
    """Only the languages that have sentences can be set."""
    with pytest.raises(ValueError, match="unknown language 'fr'"):
        set_language("fr")
