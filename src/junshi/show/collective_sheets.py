"""The collective as sentences and tables."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from junshi.collective.result import CollectiveResult
from junshi.collective.run import Fan
from junshi.show.numbers import percent, short
from junshi.show.sheet import Column, Sheet
from junshi.show.words import word
from junshi.terms import Archetype
from junshi.text import current_language, say

MOST_ROWS = 12


def ecosystem_names(result: CollectiveResult) -> list[str]:
    """Names of the ecosystems in the language of the reader."""
    is_chinese = current_language() == "zh"
    return [row.name_zh if is_chinese else row.name for row in result.setup.file.ecosystem]


def collective_lines(result: CollectiveResult) -> list[str]:
    """The answer first: where the collective settles, and how sure that is."""
    last = result.quarters[-1]
    at = result.at
    return [
        say(
            "collective.answer",
            quarter=last,
            share=percent(float(result.domestic.mean[-1])),
            low=percent(float(result.domestic.low[-1])),
            high=percent(float(result.domestic.high[-1])),
            outcome=say(f"collective.outcome_{at.name}"),
        ),
        say("collective.equilibria_found", count=len(result.equilibria), epsilon=f"{100 * at.epsilon:.2g}"),
        say(
            "collective.speed",
            organisations=f"{result.organisations:,}",
            speed=short(result.organisation_quarters_per_second),
            error=percent(result.agent_error, 1),
        ),
    ]


def collective_sheets(result: CollectiveResult) -> Iterator[Sheet]:
    """Shares, maturity, outcomes, equilibria, archetypes."""
    yield shares_sheet(result)
    yield world_sheet(result)
    yield equilibria_sheet(result)
    yield archetypes_sheet(result)


def _rows_shown(count: int) -> list[int]:
    """Evenly spaced quarters, the first and the last among them."""
    return sorted({round(place) for place in np.linspace(0, count - 1, min(count, MOST_ROWS))})


def _cell(fan: Fan, *place: int) -> str:
    """Mean and the 80 % interval."""
    return say(
        "collective.interval",
        mean=percent(float(fan.mean[place])),
        low=percent(float(fan.low[place])),
        high=percent(float(fan.high[place])),
    )


def shares_sheet(result: CollectiveResult) -> Sheet:
    """Share of each ecosystem in the cards delivered, by quarter."""
    names = ecosystem_names(result)
    columns = (Column(say("collective.quarter")), *(Column(name, is_number=True) for name in names))
    rows = tuple(
        (result.quarters[t], *(_cell(result.shares, t, place) for place in range(len(names))))
        for t in _rows_shown(len(result.quarters))
    )
    return Sheet(say("collective.title_shares"), columns, rows, say("collective.note_shares"))


def world_sheet(result: CollectiveResult) -> Sheet:
    """Maturity, gap, survivability and shortage, by quarter."""
    names = ecosystem_names(result)
    columns = (
        Column(say("collective.quarter")),
        *(Column(say("collective.maturity_of", name=name), is_number=True) for name in names),
        Column(say("collective.gap_years"), is_number=True),
        Column(say("collective.survivable"), is_number=True),
        Column(say("collective.unmet"), is_number=True),
    )
    rows = tuple(
        (
            result.quarters[t],
            *(percent(float(result.maturity.mean[t, place])) for place in range(len(names))),
            f"{float(result.gap_years.mean[t]):.1f}",
            percent(float(result.survivable.mean[t])),
            percent(float(result.unmet.mean[t])),
        )
        for t in _rows_shown(len(result.quarters))
    )
    return Sheet(
        say("collective.title_world"),
        columns,
        rows,
        say("collective.note_world", quarters=result.setup.file.cut_off.quarters),
    )


def equilibria_sheet(result: CollectiveResult) -> Sheet:
    """Every equilibrium found."""
    columns = (
        Column(say("collective.outcome")),
        Column(say("collective.domestic_share"), is_number=True),
        Column(say("collective.stable")),
        Column(say("collective.basin"), is_number=True),
        Column("ε", is_number=True),
    )
    rows = tuple(
        (
            say(f"collective.outcome_{one.name}"),
            percent(one.domestic),
            say("collective.is_stable" if one.point.stable else "collective.is_unstable"),
            percent(one.point.basin),
            f"{100 * one.epsilon:.2g} %",
        )
        for one in result.equilibria
    )
    return Sheet(say("collective.title_equilibria"), columns, rows, say("collective.note_equilibria"))


def archetypes_sheet(result: CollectiveResult) -> Sheet:
    """What comes of each archetype in the last quarter."""
    population = result.setup.population
    wanted = population.by_archetype(population.demand)
    count = population.by_archetype(population.count)
    columns = (
        Column(say("collective.archetype")),
        Column(say("collective.count_share"), is_number=True),
        Column(say("collective.wanted_share"), is_number=True),
        Column(say("collective.ported"), is_number=True),
        Column(say("collective.cost_change"), is_number=True),
    )
    rows = tuple(
        (
            word(Archetype(name)),
            percent(float(count[place]), 1),
            percent(float(wanted[place])),
            percent(float(result.ported.mean[-1, place])),
            f"{100 * float(np.expm1(result.cost.mean[-1, place] - result.cost.mean[0, place])):+.0f} %",
        )
        for place, name in enumerate(population.archetypes)
    )
    return Sheet(say("collective.title_archetypes"), columns, rows, say("collective.note_archetypes"))
