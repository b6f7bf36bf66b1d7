"""`junshi stress`: what survives when things go wrong, and for how long."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from junshi.cli.insight_options import (
    Explain,
    GapOption,
    Out,
    Quiet,
    Run,
    Seconds,
    Seed,
    Workers,
    plan_settings,
    planned,
    show_report,
)
from junshi.cli.options import AsJson, CatalogueFile, ScenarioFile
from junshi.insight.stress import LEAST_SERVED, stress
from junshi.show.insight_stress import stress_report
from junshi.study import read_inputs
from junshi.text import say

Least = Annotated[float, typer.Option("--least", min=0.0, max=1.0, metavar="X", help=say("cli_stress.least"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("stress", help=say("cli_stress.help"))(stress_command)


def stress_command(
    scenario_file: ScenarioFile,
    catalogue_file: CatalogueFile = None,
    least: Least = LEAST_SERVED,
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
    """Plan, or take the policy of a run, and walk it through everything that may go wrong."""
    inputs = read_inputs(scenario_file, catalogue_file)
    solved = planned(inputs, plan_settings(seconds, gap, seed, workers), run, quiet=quiet)
    found = stress(solved, least_served=least)
    show_report(partial(stress_report, found), inputs, as_json=as_json, explain=explain, out=out, quiet=quiet)
