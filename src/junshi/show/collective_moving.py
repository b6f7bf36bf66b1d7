"""The collective quarter by quarter: bars that move, with the band of the paths as whiskers."""

from __future__ import annotations

from junshi.collective.result import CollectiveResult
from junshi.collective.run import Fan
from junshi.show.collective_sheets import ecosystem_names
from junshi.show.figure import Bar, Bars, Control, Moving, Stop
from junshi.show.palette import FAMILIES
from junshi.text import say

QUARTER = "quarter"


def moving_shares(result: CollectiveResult) -> Moving:
    """Share of each ecosystem in the cards delivered, one stop a quarter."""
    return _moving("collective-moving-shares", say("view.figure_moving_shares"), result.shares, result)


def moving_maturity(result: CollectiveResult) -> Moving:
    """Maturity of each ecosystem, one stop a quarter."""
    return _moving("collective-moving-maturity", say("view.figure_moving_maturity"), result.maturity, result)


def _moving(name: str, title: str, fan: Fan, result: CollectiveResult) -> Moving:
    """Bars of every quarter."""
    names = ecosystem_names(result)
    stops = tuple(
        Stop(
            {QUARTER: quarter},
            quarter,
            Bars(name, title, "", say("collective.mean"), _bars(fan, names, t), True),
        )
        for t, quarter in enumerate(result.quarters)
    )
    control = Control(QUARTER, say("view.control_quarter"), tuple((one, one) for one in result.quarters))
    return Moving(name, title, (control,), stops)


def _bars(fan: Fan, names: list[str], t: int) -> tuple[Bar, ...]:
    """One bar an ecosystem."""
    return tuple(
        Bar(
            ecosystem,
            float(fan.mean[t, place]),
            FAMILIES[place % len(FAMILIES)],
            float(fan.low[t, place]),
            float(fan.high[t, place]),
        )
        for place, ecosystem in enumerate(names)
    )
