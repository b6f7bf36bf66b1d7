"""`junshi alternatives`: first quarters that cost nearly the same."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from junshi.cli.insight_options import NumberOfPaths, Request, add_insight
from junshi.insight.alternatives import find_alternatives
from junshi.show.insight_alternatives import alternatives_report
from junshi.text import say

Tolerance = Annotated[
    float,
    typer.Option("--tolerance", min=0.001, max=0.5, metavar="X", help=say("cli_alternatives.tolerance")),
]
Count = Annotated[int, typer.Option("--count", min=1, max=20, help=say("cli_alternatives.count"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    add_insight(app, "alternatives", alternatives)


def alternatives(
    request: Request, tolerance: Tolerance = 0.02, count: Count = 5, paths: NumberOfPaths = 100
) -> None:
    """Plan, or take the policy of a run, and look for others that are nearly as good."""
    inputs = request.read()
    solved = request.planned(inputs)
    vendors = [inputs.catalogue.accelerator(name).vendor for name in inputs.scenario.accelerators]
    found = find_alternatives(
        solved, vendors, request.settings, tolerance=tolerance, count=count, paths=paths
    )
    request.show(partial(alternatives_report, found), inputs)
