"""`junshi stress`: what survives when things go wrong, and for how long."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from junshi.cli.insight_options import Request, add_insight
from junshi.insight.stress import LEAST_SERVED, stress
from junshi.show.insight_stress import stress_report
from junshi.text import say

Least = Annotated[float, typer.Option("--least", min=0.0, max=1.0, metavar="X", help=say("cli_stress.least"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    add_insight(app, "stress", stress_command)


def stress_command(request: Request, least: Least = LEAST_SERVED) -> None:
    """Plan, or take the policy of a run, and walk it through everything that may go wrong."""
    inputs = request.read()
    found = stress(request.planned(inputs), least_served=least)
    request.show(partial(stress_report, found), inputs)
