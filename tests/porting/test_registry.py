"""Rules as data: complete, dated, sourced, in both languages."""

from __future__ import annotations

import pytest

from junshi.errors import InputError
from junshi.porting.finding import Family, Outcome
from junshi.porting.registry import REDIRECTS, RULED_ECOSYSTEMS, load_registry, registry_of
from tests.shared_data import shared_file

RULES = load_registry().rules


def test_there_are_at_least_200_rules_in_every_family() -> None:
    """At least 200 rules, and no family without one."""
    assert len(RULES) >= 200
    assert {rule.family for rule in RULES.values()} == set(Family)


@pytest.mark.parametrize("rule_id", sorted(RULES))
def test_rule_is_complete(rule_id: str) -> None:
    """A rule has an outcome per ecosystem, days in order, a dated source, and a reason in two languages."""
    rule = RULES[rule_id]
    assert set(rule.outcome) == set(RULED_ECOSYSTEMS)
    assert 0 <= rule.effort.low <= rule.effort.likely <= rule.effort.high
    assert rule.effort.basis in ("published", "expert-estimate")
    assert rule.cited
    assert all(rule.cited)
    assert rule.dated.year >= 2024
    assert rule.title["en"]
    assert rule.title["zh"]
    assert any("一" <= letter <= "鿿" for letter in rule.title["zh"])


def test_unknown_stays_visible() -> None:
    """Most cells of the less documented ecosystems are unknown, and say so."""
    for ecosystem in ("musa", "neuware", "xpu"):
        unknown = sum(rule.outcome[ecosystem] is Outcome.UNKNOWN for rule in RULES.values())
        assert unknown > len(RULES) / 2


def test_every_rule_of_the_reference_list_is_here() -> None:
    """No rule of the reference list was lost."""
    rows = shared_file("data/porting_rules.csv").read_text(encoding="utf-8").splitlines()
    assert {row.split(",", 1)[0] for row in rows[1:]} <= set(RULES)


def test_unknown_rule_names_the_nearest() -> None:
    """An id that does not exist is refused with the nearest ids."""
    with pytest.raises(InputError, match="py-flash-attn"):
        load_registry().rule("py-flash-atn")


def test_old_ids_lead_to_rules_in_use() -> None:
    """Every redirect leads to a rule."""
    for old, new in REDIRECTS.items():
        assert load_registry().rule(old) is RULES[new]


def test_an_id_occurs_once() -> None:
    """Two rules with one id are refused."""
    rule = next(iter(RULES.values()))
    with pytest.raises(ValueError, match="defined twice"):
        registry_of([rule, rule])
