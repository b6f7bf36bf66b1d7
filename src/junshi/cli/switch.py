"""`junshi switch`: leaving an ecosystem entirely."""

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
    Run,
    Seconds,
    Seed,
    Steps,
    Workers,
    plan_settings,
    planned,
    show_report,
)
from junshi.cli.options import AsJson, CatalogueFile, ScenarioFile
from junshi.insight.switch import assess_switch
from junshi.show.insight_switch import switch_report
from junshi.study import read_inputs
from junshi.text import say

From = Annotated[str, typer.Option("--from", metavar="ECOSYSTEM", help=say("cli_switch.from"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("switch", help=say("cli_switch.help"))(switch)


def switch(
    scenario_file: ScenarioFile,
    catalogue_file: CatalogueFile = None,
    ecosystem: From = "cuda",
    paths: NumberOfPaths = 60,
    run: Run = None,
    seconds: Seconds = 60.0,
    gap: GapOption = 0.01,
    seed: Seed = 0,
    workers: Workers = None,
    out: Out = None,
    as_json: AsJson = False,
    explain: Explain = False,
    quiet: Quiet = False,
) -> None:
    """Plan, or take the policy of a run, and see what leaving would take."""
    inputs = read_inputs(scenario_file, catalogue_file)
    settings = plan_settings(seconds, gap, seed, workers)
    solved = planned(inputs, settings, run, quiet=quiet)
    found = assess_switch(solved, ecosystem, settings, paths=paths, notice=Steps(quiet=quiet))
    show_report(partial(switch_report, found), inputs, as_json=as_json, explain=explain, out=out, quiet=quiet)
