"""`junshi backtest`: what history would have said."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from junshi.catalogue.catalogue import Catalogue
from junshi.cli.insight_options import PLANNING, Request, add_insight
from junshi.errors import InputError
from junshi.insight.backtest import FIRST, LAST, BacktestSettings, past_views, run_backtest
from junshi.insight.past_view import mean_demand
from junshi.plan.instance import PlanInstance
from junshi.scenario.schema import Scenario
from junshi.show.insight_backtest import backtest_report
from junshi.study import attitude_of, inputs_of
from junshi.text import say
from junshi.units import Quarter

LastQuarter = Annotated[str, typer.Option("--last", metavar="YYYY-Qn", help=say("cli_backtest.last"))]
Lookahead = Annotated[int, typer.Option("--lookahead", min=2, max=24, help=say("cli_backtest.lookahead"))]
Iterations = Annotated[int, typer.Option("--iterations", min=1, help=say("cli_backtest.iterations"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    add_insight(app, "backtest", backtest, without=PLANNING)


def backtest(
    request: Request, last: LastQuarter = LAST, lookahead: Lookahead = 6, iterations: Iterations = 30
) -> None:
    """Walk through history and show what each strategy would have cost."""
    _require_quarter(last)
    inputs = request.read()
    settings = BacktestSettings(
        last=last,
        lookahead=lookahead,
        iterations=iterations,
        seed=request.seed,
        workers=request.settings.workers,
    )

    def build(scenario: Scenario, catalogue: Catalogue) -> PlanInstance:
        return inputs_of(scenario, catalogue, inputs.path, inputs.fingerprint).instance

    views = past_views(
        inputs.scenario, mean_demand(inputs.scenario, inputs.tables.demand), inputs.catalogue, build, settings
    )
    found = run_backtest(views, attitude_of(inputs.scenario), settings, notice=request.steps)
    request.show(partial(backtest_report, found), inputs)


def _require_quarter(text: str) -> None:
    """Refuse what is not a quarter after the first one of history."""
    try:
        quarter = Quarter.parse(text)
    except ValueError as trouble:
        raise InputError("insight.bad_quarter", found=text, first=FIRST, last=LAST) from trouble
    if not 0 < quarter - Quarter.parse(FIRST) <= Quarter.parse(LAST) - Quarter.parse(FIRST):
        raise InputError("insight.bad_quarter", found=text, first=FIRST, last=LAST)
