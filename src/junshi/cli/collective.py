"""`junshi collective`: what happens when everybody chooses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from junshi.catalogue.load import load_catalogue
from junshi.cli.options import AsJson, CatalogueFile
from junshi.collective.build import build_setup
from junshi.collective.compiled import require_numba
from junshi.collective.read import load_collective
from junshi.collective.record import result_record
from junshi.collective.result import solve
from junshi.collective.schema import MOST_ORGANISATIONS, CollectiveFile
from junshi.show.collective_sheets import collective_lines, collective_sheets
from junshi.show.terminal import print_lines, print_sheets, terminal
from junshi.text import say

OptionalFile = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help=say("cli_collective.file"), show_default=False)
]
Organisations = Annotated[
    int | None,
    typer.Option("--organisations", "-n", min=100, max=MOST_ORGANISATIONS, help=say("cli_collective.organisations")),
]
Quarters = Annotated[
    int | None, typer.Option("--quarters", "-t", min=1, max=80, help=say("cli_collective.quarters"))
]
NumberOfPaths = Annotated[
    int | None, typer.Option("--paths", "-s", min=1, max=10_000, help=say("cli_collective.paths"))
]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help=say("cli_collective.seed"))]
Starts = Annotated[int, typer.Option("--starts", min=1, max=100, help=say("cli_collective.starts"))]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("collective", help=say("cli_collective.help"))(collective)


def collective(
    file: OptionalFile = None,
    organisations: Organisations = None,
    quarters: Quarters = None,
    paths: NumberOfPaths = None,
    seed: Seed = None,
    starts: Starts = 4,
    catalogue: CatalogueFile = None,
    as_json: AsJson = False,
) -> None:
    """Run the collective and show what comes of it."""
    require_numba()
    facts = load_catalogue(catalogue)
    population = _sized(
        load_collective(file, facts), organisations=organisations, quarters=quarters, paths=paths, seed=seed
    )
    result = solve(build_setup(population, facts), starts)
    if as_json:
        typer.echo(json.dumps(result_record(result), ensure_ascii=False))
        return
    console = terminal()
    print_lines(console, collective_lines(result))
    print_sheets(console, collective_sheets(result))


def _sized(file: CollectiveFile, **given: int | None) -> CollectiveFile:
    """File with the sizes that were given on the command line."""
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    return file.model_copy(update={"size": file.size.model_copy(update=changes)})
