"""`junshi frontier`: expected cost against the cost of the worst outcomes, for many risk weights."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from junshi.cli.insight_options import (
    Explain,
    GapOption,
    NumberOfPaths,
    Out,
    Quiet,
    Seconds,
    Seed,
    Steps,
    Workers,
    plan_settings,
    show_report,
)
from junshi.cli.options import AsJson, CatalogueFile, ScenarioFile
from junshi.insight.frontier import FrontierSettings, solve_frontier
from junshi.insight.market import domestic_market_share
from junshi.insight.strategies import ALL_CUDA, ALL_DOMESTIC, HALF, market_strategy
from junshi.show.insight_frontier import frontier_report
from junshi.study import attitude_of, read_inputs
from junshi.text import say
from junshi.units import Quarter

Points = Annotated[int, typer.Option("--points", min=3, max=40, metavar="N", help=say("cli_frontier.points"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("frontier", help=say("cli_frontier.help"))(frontier)


def frontier(
    scenario_file: ScenarioFile,
    catalogue_file: CatalogueFile = None,
    points: Points = 12,
    paths: NumberOfPaths = 200,
    seconds: Seconds = 60.0,
    gap: GapOption = 0.01,
    seed: Seed = 0,
    workers: Workers = None,
    out: Out = None,
    as_json: AsJson = False,
    explain: Explain = False,
    quiet: Quiet = False,
) -> None:
    """Solve the frontier and show it."""
    inputs = read_inputs(scenario_file, catalogue_file)
    settings = FrontierSettings(points, plan_settings(seconds, gap, seed, workers), paths=paths)
    day = Quarter.parse(inputs.scenario.horizon.start).first_day
    share = domestic_market_share(inputs.catalogue, day).value / 100.0
    strategies = (ALL_CUDA, ALL_DOMESTIC, HALF, market_strategy(share))
    found = solve_frontier(
        inputs.instance, attitude_of(inputs.scenario), settings, strategies, notice=Steps(quiet=quiet)
    )
    show_report(
        partial(frontier_report, found), inputs, as_json=as_json, explain=explain, out=out, quiet=quiet
    )
