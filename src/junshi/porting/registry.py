"""Rule id to rule: reads the rule files once and checks them; old ids redirect to new ones."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from junshi.errors import InputError, nearest
from junshi.porting.finding import Family, Outcome
from junshi.terms import Confidence
from junshi.text import current_language

RULED_ECOSYSTEMS = ("cann", "rocm", "musa", "neuware", "xpu")
"""Ecosystems that every rule says something about, even if that is `unknown`."""

REDIRECTS: Mapping[str, str] = {"py-nvcc-flags": "py-build-nvcc-flags"}
"""Old id → id in use; results and settings of older versions stay readable."""


@dataclass(frozen=True)
class RuleEffort:
    """Engineer-days per unit, for the ecosystem named; `basis` says published or expert-estimate."""

    low: float
    likely: float
    high: float
    unit: str
    basis: str
    ecosystem: str


@dataclass(frozen=True)
class Match:
    """What a rule looks for; each field is one kind of matcher, empty = not used.

    Attributes
    ----------
    names : dotted Python names after resolution; a trailing `*` matches any continuation
    imports : Python modules, matched with everything below them
    modules : a component of any imported path, own modules included
    methods, attributes, calls, keywords : by their last name, whatever the object
    arguments : `call:position:keyword:value`; see `match.python.arguments`
    environment : whole strings that are environment variables; trailing `*` allowed
    strings : whole string literals
    commands : programs started from Python
    flag_strings : beginnings of string literals
    identifiers : C++ identifiers, trailing `*` allowed
    namespaces, includes, assembly, directives : C++ scopes, headers, PTX mnemonics, `#if` macros
    cmake : `command:argument`
    flags : words of compiler flags in CMake files
    requirements : distribution names, `*` allowed
    lines : `language:regular expression` on a line without comments
    words : `language:word`
    suffixes : file endings
    analysis : name of an analysis in code
    """

    names: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    strings: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    flag_strings: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()
    assembly: tuple[str, ...] = ()
    directives: tuple[str, ...] = ()
    cmake: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    analysis: str = ""


@dataclass(frozen=True)
class Rule:
    """One thing that ties code to CUDA, what it means per ecosystem, and what freeing it costs.

    `validate` names ecosystems where the code runs unedited and may still give another result or speed;
    `inert` says that the framework accepts the name in every build, so that no support table is asked.
    """

    id: str
    family: Family
    detects: str
    title: Mapping[str, str]
    match: Match
    outcome: Mapping[str, Outcome]
    replacement: Mapping[str, str]
    effort: RuleEffort
    cited: tuple[str, ...]
    dated: date
    confidence: Confidence
    languages: tuple[str, ...] = ()
    credit: bool = False
    validate: frozenset[str] = frozenset()
    inert: bool = False

    def say_title(self, language: str | None = None) -> str:
        """Why it ties, in the given or current language."""
        return self.title[language or current_language()]


@dataclass(frozen=True)
class Registry:
    """All rules by id, in the order of their ids."""

    rules: Mapping[str, Rule] = field(default_factory=dict)

    def rule(self, rule_id: str) -> Rule:
        """Rule of an id, old ids included; InputError names the nearest ids."""
        found = self.rules.get(REDIRECTS.get(rule_id, rule_id))
        if found is None:
            raise InputError("porting.unknown_rule", name=rule_id, near=nearest(rule_id, self.rules))
        return found

    def with_analysis(self, name: str) -> tuple[Rule, ...]:
        """Rules that are found by an analysis in code."""
        return tuple(rule for rule in self.rules.values() if rule.match.analysis == name)


@cache
def load_registry() -> Registry:
    """Registry of the rules that come with the package."""
    folder = resources.files("junshi.porting").joinpath("rules")
    rules: list[Rule] = []
    for family in Family:
        entries = sorted(folder.joinpath(family.value).iterdir(), key=lambda file: file.name)
        rules.extend(
            read_rule(entry.read_text(encoding="utf-8"), family)
            for entry in entries
            if entry.name.endswith(".toml")
        )
    return registry_of(rules)


def registry_of(rules: Iterable[Rule]) -> Registry:
    """Registry of some rules; ValueError when an id occurs twice."""
    by_id: dict[str, Rule] = {}
    for rule in sorted(rules, key=lambda rule: rule.id):
        if rule.id in by_id:
            message = f"rule {rule.id} is defined twice"
            raise ValueError(message)
        by_id[rule.id] = rule
    return Registry(by_id)


def read_rule(text: str, family: Family) -> Rule:
    """Rule from the text of its TOML file.

    Raises
    ------
    KeyError, ValueError, TypeError : a field is missing or is not of its vocabulary: a bug of the rule file
    """
    raw = tomllib.loads(text)
    pattern: dict[str, Any] = {
        key: value if isinstance(value, str) else tuple(value) for key, value in raw["match"].items()
    }
    effort = raw["effort"]
    return Rule(
        id=raw["id"],
        family=family,
        detects=raw["detects"],
        title=raw["title"],
        match=Match(**pattern),
        outcome={name: Outcome(raw["outcome"][name]) for name in RULED_ECOSYSTEMS},
        replacement=raw.get("replacement", {}),
        effort=RuleEffort(
            float(effort["low"]),
            float(effort["likely"]),
            float(effort["high"]),
            effort["unit"],
            effort["basis"],
            effort["ecosystem"],
        ),
        cited=tuple(raw["source"]["cited"]),
        dated=raw["source"]["date"],
        confidence=Confidence(raw["source"]["confidence"]),
        languages=tuple(raw["languages"]),
        credit=raw.get("credit", False),
        validate=frozenset(raw.get("validate", ())),
        inert=raw.get("inert", False),
    )
