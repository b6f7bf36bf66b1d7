"""Arguments and options that several sub-commands share, so that each reads the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from junshi.text import say

ScenarioFile = Annotated[
    Path, typer.Argument(metavar="FILE", help=say("cli.scenario_file"), show_default=False)
]
CatalogueFile = Annotated[
    Path | None, typer.Option("--catalogue", metavar="FILE", help=say("cli.catalogue_file"))
]
AsJson = Annotated[bool, typer.Option("--json", help=say("cli.json"))]
Force = Annotated[bool, typer.Option("--force", help=say("cli.force"))]
