"""`junshi alternatives`: first quarters that cost nearly the same."""

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
    Workers,
    plan_settings,
    planned,
    show_report,
)
from junshi.cli.options import AsJson, CatalogueFile, ScenarioFile
from junshi.insight.alternatives import find_alternatives
from junshi.show.insight_alternatives import alternatives_report
from junshi.study import read_inputs
from junshi.text import say

Tolerance = Annotated[
    float,
    typer.Option("--tolerance", min=0.001, max=0.5, metavar="X", help=say("cli_alternatives.tolerance")),
]
Count = Annotated[int, typer.Option("--count", min=1, max=20, help=say("cli_alternatives.count"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("alternatives", help=say("cli_alternatives.help"))(alternatives)


def alternatives(
    scenario_file: ScenarioFile,
    catalogue_file: CatalogueFile = None,
    tolerance: Tolerance = 0.02,
    count: Count = 5,
    paths: NumberOfPaths = 100,
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
    """Plan, or take the policy of a run, and look for others that are nearly as good."""
    inputs = read_inputs(scenario_file, catalogue_file)
    settings = plan_settings(seconds, gap, seed, workers)
    solved = planned(inputs, settings, run, quiet=quiet)
    vendors = [inputs.catalogue.accelerator(name).vendor for name in inputs.scenario.accelerators]
    found = find_alternatives(solved, vendors, settings, tolerance=tolerance, count=count, paths=paths)
    report = partial(alternatives_report, found)
    show_report(report, inputs, as_json=as_json, explain=explain, out=out, quiet=quiet)
