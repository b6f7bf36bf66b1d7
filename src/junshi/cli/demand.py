"""`junshi demand`: a job log or a serving log to the demand that a scenario refers to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from junshi.cli.options import AsJson, Force
from junshi.demand.aggregate import Period
from junshi.demand.document import write_csv, write_document
from junshi.demand.forecast import Model
from junshi.demand.from_log import demand_from_log
from junshi.errors import InputError
from junshi.show.demand_sheets import demand_sheets, log_lines, usage_lines
from junshi.show.export.write import write_text
from junshi.show.terminal import print_lines, print_sheets, terminal
from junshi.text import say

LONGEST_QUARTERS = 80

LogFile = Annotated[Path, typer.Argument(metavar="FILE", help=say("cli_demand.file"), show_default=False)]
Out = Annotated[Path | None, typer.Option("--out", "-o", metavar="OUT", help=say("cli_demand.out"))]
PeriodOption = Annotated[Period, typer.Option("--period", help=say("cli_demand.period"))]
Horizon = Annotated[
    int, typer.Option("--horizon", min=1, max=LONGEST_QUARTERS, help=say("cli_demand.horizon"))
]
ModelOption = Annotated[Model, typer.Option("--model", help=say("cli_demand.model"))]

_WRITERS = {".toml": write_document, ".csv": write_csv}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demand", help=say("cli_demand.help"))(demand)


def demand(
    file: LogFile,
    out: Out = None,
    period: PeriodOption = Period.QUARTER,
    horizon: Horizon = 20,
    model: ModelOption = Model.AUTO,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Read a log, say what was found, and write the demand file."""
    if out is not None and out.suffix not in _WRITERS:
        raise InputError("demand.wrong_ending", file=out, found=out.suffix or "-")
    document, findings = demand_from_log(file, period=period, horizon=horizon, model=model)
    if out is not None:
        write_text(out, _WRITERS[out.suffix](document), replace=force)
    if as_json:
        typer.echo(document.model_dump_json(exclude_none=True))
        return
    console = terminal()
    print_lines(console, log_lines(document) + [f"- {finding.sentence()}" for finding in findings])
    print_sheets(console, demand_sheets(document))
    if out is not None:
        print_lines(console, [say("cli_demand.written", file=out), *usage_lines(document, out.name)])
