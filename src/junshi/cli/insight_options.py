"""What the commands of insight share: options, settings of a plan, and how a report is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from junshi.cli.plan import DEFAULT_SECONDS, default_workers
from junshi.plan.planner import PlanSettings
from junshi.show.insight_origins import explained
from junshi.show.insight_report import Report, record_text, write_report
from junshi.show.terminal import print_lines, print_sheets, terminal
from junshi.study import Inputs
from junshi.text import say

Seconds = Annotated[
    float, typer.Option("--seconds", min=0.1, metavar="N", help=say("cli_insight.seconds"), show_default=True)
]
GapOption = Annotated[float, typer.Option("--gap", min=0.0, metavar="X", help=say("cli_insight.gap"))]
Seed = Annotated[int, typer.Option("--seed", min=0, metavar="N", help=say("cli_insight.seed"))]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, max=256, metavar="N", help=say("cli_insight.workers"))
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help=say("cli_insight.quiet"))]
Explain = Annotated[bool, typer.Option("--explain", help=say("cli_insight.explain"))]
Out = Annotated[Path | None, typer.Option("--out", "-o", metavar="DIR", help=say("cli_insight.out"))]
NumberOfPaths = Annotated[int, typer.Option("--paths", min=10, max=10_000, help=say("cli_insight.paths"))]


def plan_settings(seconds: float, gap: float, seed: int, workers: int | None) -> PlanSettings:
    """Settings of each plan that an insight needs."""
    return PlanSettings(
        gap=gap, seconds=seconds, seed=seed, workers=default_workers() if workers is None else workers
    )


def show_report(
    report: Report, inputs: Inputs, *, as_json: bool, explain: bool, out: Path | None, quiet: bool
) -> None:
    """Print the report, or its object, and write its folder."""
    if explain:
        report = explained(report, inputs)
    if as_json:
        typer.echo(record_text(report.record))
    else:
        console = terminal()
        print_lines(console, report.lines)
        print_sheets(console, report.sheets)
    if out is not None:
        drawn = write_report(report, out)
        note = terminal(to_error=True).print
        if not drawn:
            note(say("show.no_figures"))
        if not (quiet or as_json):
            note(say("show.run_written", folder=out))


class Steps:
    """Counts finished steps on standard error; silent when told."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._console = terminal(to_error=True)

    def __call__(self, done: int, count: int) -> None:
        """Say how many of how many are done."""
        if not self._quiet:
            self._console.print(say("cli_insight.step", done=done, count=count), markup=False)


__all__ = [
    "DEFAULT_SECONDS",
    "Explain",
    "GapOption",
    "NumberOfPaths",
    "Out",
    "Quiet",
    "Seconds",
    "Seed",
    "Steps",
    "Workers",
    "plan_settings",
    "show_report",
]
