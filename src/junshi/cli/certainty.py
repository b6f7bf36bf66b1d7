"""`junshi certainty`: what certainty costs, and what it is worth."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from junshi.cli.insight_options import NumberOfPaths, Request, add_insight
from junshi.insight.certainty import price_certainty
from junshi.insight.measures import MEASURES
from junshi.show.insight_certainty import certainty_report
from junshi.study import attitude_of
from junshi.text import say

NoMeasures = Annotated[bool, typer.Option("--no-measures", help=say("cli_certainty.no_measures"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    add_insight(app, "certainty", certainty, without={"run"})


def certainty(request: Request, no_measures: NoMeasures = False, paths: NumberOfPaths = 100) -> None:
    """Solve both plans and every measure, and show what they say."""
    inputs = request.read()
    found = price_certainty(
        inputs.instance,
        attitude_of(inputs.scenario),
        request.settings,
        paths=paths,
        measures=() if no_measures else MEASURES,
        notice=request.steps,
    )
    request.show(partial(certainty_report, found), inputs)
