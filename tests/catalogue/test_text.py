"""Sentences of the catalogue exist in both languages with the same fields."""

from __future__ import annotations

import string

import pytest

from junshi.catalogue import load_catalogue
from junshi.text.say import sentences


def fields(template: str) -> set[str]:
    """Names of the fields of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("area", ["catalogue", "cli_catalogue", "provenance"])
def test_both_languages_say_the_same_things(area: str) -> None:
    """Keys and fields are equal."""
    english, chinese = sentences(area, "en"), sentences(area, "zh")
    assert set(english) == set(chinese)
    for key, template in english.items():
        assert fields(template) == fields(chinese[key]), key


def test_every_event_is_told_in_chinese() -> None:
    """The Chinese text of an event holds Chinese letters and the English one none."""
    for event in load_catalogue().events:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in event.event_zh)
        assert all(ord(letter) < 0x2000 for letter in event.event)
