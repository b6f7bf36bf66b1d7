"""`junshi schema`: JSON Schema of the scenario file, so that editors complete it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from junshi.cli.options import Force
from junshi.scenario.json_schema import json_schema
from junshi.show.export.write import write_text
from junshi.text import say


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("schema", help=say("cli_schema.help"))(schema)


def schema(
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help=say("cli_schema.out"))
    ] = None,
    force: Force = False,
) -> None:
    """Write the schema to standard output or to a file."""
    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    if out is None:
        typer.echo(text, nl=False)
        return
    write_text(out, text, replace=force)
    typer.echo(say("cli_schema.written", file=out), err=True)
