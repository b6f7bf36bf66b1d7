"""Template scenarios: sound in both languages, equal but for their words, and of sensible size."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.load import load_catalogue
from junshi.scenario.archetypes import template
from junshi.scenario.load import parse_scenario
from junshi.scenario.schema import Scenario
from junshi.terms import Archetype, Origin

WORDS = {"name", "description", "note"}
FLEETS = {  # accelerators owned at the start: tens of thousands, dozens, thousands, hundreds, thousands
    Archetype.GIANT: (30_000, 100_000),
    Archetype.STARTUP: (10, 100),
    Archetype.VANGUARD: (1_000, 10_000),
    Archetype.LAB: (100, 1_000),
    Archetype.STATE_CENTRE: (1_000, 10_000),
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """Facts of the package."""
    return load_catalogue()


def _scenario(archetype: Archetype, language: str, catalogue: Catalogue) -> Scenario:
    return parse_scenario(template(archetype, language), Path(f"{archetype}.toml"), catalogue)


def _without_words(value: object) -> object:
    """Values of a scenario without names and notes."""
    if isinstance(value, dict):
        return {key: _without_words(inner) for key, inner in value.items() if key not in WORDS}
    if isinstance(value, list):
        return [_without_words(inner) for inner in value]
    return value


@pytest.mark.parametrize("archetype", list(Archetype))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_template_is_sound(archetype: Archetype, language: str, catalogue: Catalogue) -> None:
    """Every template loads without a fault and says whose example it is."""
    assert _scenario(archetype, language, catalogue).organisation.archetype is archetype


@pytest.mark.parametrize("archetype", list(Archetype))
def test_languages_differ_in_words_only(archetype: Archetype, catalogue: Catalogue) -> None:
    """The Chinese template has the figures of the English one, in Chinese words."""
    english, chinese = (_scenario(archetype, language, catalogue) for language in ("en", "zh"))
    assert _without_words(english.model_dump(mode="json")) == _without_words(chinese.model_dump(mode="json"))
    assert re.search(r"[\u4e00-\u9fff]", chinese.organisation.name)
    assert not re.search(r"[\u4e00-\u9fff]", template(archetype, "en"))


@pytest.mark.parametrize("archetype", list(Archetype))
def test_every_market_row_says_its_source(archetype: Archetype, catalogue: Catalogue) -> None:
    """Figures of the market rows and ports name their source or the word assumed."""
    scenario = _scenario(archetype, "en", catalogue)
    assert [row.accelerator for row in scenario.market if not row.note] == []
    assert [port for work in scenario.workload for port in work.porting if not port.note] == []


@pytest.mark.parametrize("archetype", list(Archetype))
def test_fleet_has_a_sensible_size(archetype: Archetype, catalogue: Catalogue) -> None:
    """Owned accelerators are of the number that such an organisation has."""
    low, high = FLEETS[archetype]
    assert low <= sum(row.units for row in _scenario(archetype, "en", catalogue).fleet) <= high


def test_giant_is_large_enough_to_measure(catalogue: Catalogue) -> None:
    """The giant spans twelve quarters, three ecosystems, and ten or more accelerators and workloads."""
    giant = _scenario(Archetype.GIANT, "en", catalogue)
    ecosystems = {catalogue.accelerator(name).ecosystem for name in giant.accelerators}
    assert giant.horizon.quarters == 12
    assert giant.supply.demand_levels == 1
    assert len(ecosystems) == 3
    assert len(giant.accelerators) >= 10
    assert len(giant.workload) >= 10
    assert 4 <= sum(work.atomic for work in giant.workload) <= 6
    assert sum(work.critical for work in giant.workload) >= 3


def test_vanguard_buys_domestic_only(catalogue: Catalogue) -> None:
    """The vanguard considers no imported accelerator."""
    names = _scenario(Archetype.VANGUARD, "en", catalogue).accelerators
    assert {catalogue.accelerator(name).origin for name in names} == {Origin.DOMESTIC}


def test_centre_has_a_domestic_mandate(catalogue: Catalogue) -> None:
    """At least half of the state centre's purchases are domestic."""
    assert _scenario(Archetype.STATE_CENTRE, "en", catalogue).strategy.min_domestic_order_share >= 0.5
