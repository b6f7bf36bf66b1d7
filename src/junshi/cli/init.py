"""`junshi init`: write a commented scenario file of one archetype, to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from junshi.cli.options import Force
from junshi.scenario.archetypes import template
from junshi.show.export.write import write_text
from junshi.terms import Archetype
from junshi.text import say


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init", help=say("cli_init.help"))(init)


def init(
    archetype: Annotated[Archetype, typer.Option("--archetype", "-a", help=say("cli_init.archetype"))],
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help=say("cli_init.out"))] = None,
    force: Force = False,
) -> None:
    """Write a template to standard output or to a file."""
    text = template(archetype)
    if out is None:
        typer.echo(text, nl=False)
        return
    write_text(out, text, replace=force)
    typer.echo(say("cli_init.written", file=out), err=True)
