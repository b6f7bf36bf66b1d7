"""`junshi switch`: leaving an ecosystem entirely."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from junshi.cli.insight_options import NumberOfPaths, Request, add_insight
from junshi.insight.switch import assess_switch, default_ecosystem, require_ecosystem
from junshi.show.insight_switch import switch_report
from junshi.text import say

From = Annotated[str | None, typer.Option("--from", metavar="ECOSYSTEM", help=say("cli_switch.from"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    add_insight(app, "switch", switch)


def switch(request: Request, ecosystem: From = None, paths: NumberOfPaths = 60) -> None:
    """Plan, or take the policy of a run, and see what leaving would take."""
    inputs = request.read()
    chosen = default_ecosystem(inputs.instance) if ecosystem is None else ecosystem
    require_ecosystem(inputs.instance, chosen)
    solved = request.planned(inputs)
    found = assess_switch(solved, chosen, request.settings, paths=paths, notice=request.steps)
    request.show(partial(switch_report, found), inputs)
