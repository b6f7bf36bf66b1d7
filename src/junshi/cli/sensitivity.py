"""`junshi sensitivity`: which uncertain input moves the cost and the decision."""

from __future__ import annotations

from enum import StrEnum
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
    Steps,
    Workers,
    plan_settings,
    planned,
    show_report,
)
from junshi.cli.options import AsJson, CatalogueFile, ScenarioFile
from junshi.insight.sensitivity import measure_sensitivity, require_designs
from junshi.show.insight_sensitivity import sensitivity_report
from junshi.study import read_inputs
from junshi.text import say


class Method(StrEnum):
    """Design of the runs."""

    MORRIS = "morris"
    SOBOL = "sobol"


MethodOption = Annotated[Method, typer.Option("--method", help=say("cli_sensitivity.method"))]
Runs = Annotated[int, typer.Option("--runs", min=2, max=4096, help=say("cli_sensitivity.runs"))]
FewPaths = Annotated[int, typer.Option("--paths", min=2, max=10_000, help=say("cli_insight.paths"))]
NoBreakEven = Annotated[bool, typer.Option("--no-break-even", help=say("cli_sensitivity.no_break_even"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sensitivity", help=say("cli_sensitivity.help"))(sensitivity)


def sensitivity(
    scenario_file: ScenarioFile,
    catalogue_file: CatalogueFile = None,
    method: MethodOption = Method.MORRIS,
    runs: Runs = 6,
    paths: FewPaths = 12,
    no_break_even: NoBreakEven = False,
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
    """Plan, or take the policy of a run, and vary what is uncertain."""
    require_designs()
    inputs = read_inputs(scenario_file, catalogue_file)
    settings = plan_settings(seconds, gap, seed, workers)
    solved = planned(inputs, settings, run, quiet=quiet)
    found = measure_sensitivity(
        solved,
        settings,
        method=method.value,
        runs=runs,
        paths=paths,
        break_even=() if no_break_even else ("domestic_throughput", "import_price"),
        notice=Steps(quiet=quiet),
    )
    report = partial(sensitivity_report, found)
    show_report(report, inputs, as_json=as_json, explain=explain, out=out, quiet=quiet)
