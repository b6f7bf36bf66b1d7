"""`junshi certainty`: what certainty costs, and what it is worth."""

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
from junshi.insight.certainty import price_certainty
from junshi.insight.measures import MEASURES
from junshi.show.insight_certainty import certainty_report
from junshi.study import attitude_of, read_inputs
from junshi.text import say

NoMeasures = Annotated[bool, typer.Option("--no-measures", help=say("cli_certainty.no_measures"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("certainty", help=say("cli_certainty.help"))(certainty)


def certainty(
    scenario_file: ScenarioFile,
    catalogue_file: CatalogueFile = None,
    no_measures: NoMeasures = False,
    paths: NumberOfPaths = 100,
    seconds: Seconds = 60.0,
    gap: GapOption = 0.01,
    seed: Seed = 0,
    workers: Workers = None,
    out: Out = None,
    as_json: AsJson = False,
    explain: Explain = False,
    quiet: Quiet = False,
) -> None:
    """Solve both plans and every measure, and show what they say."""
    inputs = read_inputs(scenario_file, catalogue_file)
    found = price_certainty(
        inputs.instance,
        attitude_of(inputs.scenario),
        plan_settings(seconds, gap, seed, workers),
        paths=paths,
        measures=() if no_measures else MEASURES,
        notice=Steps(quiet=quiet),
    )
    show_report(
        partial(certainty_report, found), inputs, as_json=as_json, explain=explain, out=out, quiet=quiet
    )
