"""`junshi frontier`: expected cost against the cost of the worst outcomes, for many risk weights."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from junshi.cli.insight_options import NumberOfPaths, Request, add_insight
from junshi.insight.frontier import FrontierSettings, solve_frontier
from junshi.insight.market import fixed_strategies
from junshi.show.insight_frontier import frontier_report
from junshi.study import attitude_of
from junshi.text import say
from junshi.units import Quarter

Points = Annotated[int, typer.Option("--points", min=3, max=40, metavar="N", help=say("cli_frontier.points"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    add_insight(app, "frontier", frontier, without={"run"})


def frontier(request: Request, points: Points = 12, paths: NumberOfPaths = 200) -> None:
    """Solve the frontier and show it."""
    inputs = request.read()
    settings = FrontierSettings(points, request.settings, paths=paths)
    strategies = fixed_strategies(inputs.catalogue, Quarter.parse(inputs.scenario.horizon.start))
    attitude = attitude_of(inputs.scenario)
    found = solve_frontier(inputs.instance, attitude, settings, strategies, notice=request.steps)
    request.show(partial(frontier_report, found), inputs)
