"""`junshi sensitivity`: which uncertain input moves the cost and the decision."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import Annotated

import typer

from junshi.cli.insight_options import Request, add_insight
from junshi.insight.sensitivity import BREAK_EVEN, measure_sensitivity, require_designs
from junshi.show.insight_sensitivity import sensitivity_report
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
    add_insight(app, "sensitivity", sensitivity)


def sensitivity(
    request: Request,
    method: MethodOption = Method.MORRIS,
    runs: Runs = 6,
    paths: FewPaths = 12,
    no_break_even: NoBreakEven = False,
) -> None:
    """Plan, or take the policy of a run, and vary what is uncertain."""
    require_designs()
    inputs = request.read()
    found = measure_sensitivity(
        request.planned(inputs),
        request.settings,
        method=method.value,
        runs=runs,
        paths=paths,
        break_even=() if no_break_even else BREAK_EVEN,
        notice=request.steps,
    )
    request.show(partial(sensitivity_report, found), inputs)
