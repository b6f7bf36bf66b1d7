"""`junshi report`: runs as one self-contained HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from junshi.show.export.write import write_text
from junshi.show.report import has_charts, report_page
from junshi.show.terminal import terminal
from junshi.show.view import read_view
from junshi.text import current_language, say

Runs = Annotated[list[Path], typer.Argument(metavar="RUN…", help=say("cli_report.runs"), show_default=False)]
Out = Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help=say("cli_report.out"))]
Force = Annotated[bool, typer.Option("--force", "-f", help=say("cli_report.force"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report", help=say("cli_report.help"))(report)


def report(runs: Runs, out: Out = Path("report.html"), force: Force = False) -> None:
    """Read the views of the runs in the language in force and write the page."""
    page = report_page([read_view(run, current_language()) for run in runs])
    write_text(out, page, replace=force)
    note = terminal(to_error=True).print
    if not has_charts():
        note(say("cli_report.no_charts"))
    note(say("cli_report.written", file=out, size=f"{len(page.encode()) / 1e6:.1f}"), markup=False)
