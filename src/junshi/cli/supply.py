"""`junshi supply show`: states of supply, their odds, and what these were estimated from."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Annotated

import typer

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.load import load_catalogue
from junshi.cli.options import AsJson, CatalogueFile
from junshi.scenario.load import load_scenario
from junshi.scenario.schema import Scenario, Supply
from junshi.show.supply_sheets import estimate_lines, supply_sheets
from junshi.show.terminal import print_lines, print_sheets, terminal
from junshi.supply.build import build_chain, build_supply
from junshi.supply.chain import MarkovChain, SupplyEffects
from junshi.supply.estimate import SupplyEstimate
from junshi.supply.record import supply_record
from junshi.text import say

OptionalScenario = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help=say("cli_supply.file"), show_default=False)
]
AsOf = Annotated[
    dt.datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], metavar="DAY", help=say("cli_supply.as_of")),
]


def register(app: typer.Typer) -> None:
    """Add `junshi supply` and its sub-command."""
    group = typer.Typer(no_args_is_help=True, help=say("cli_supply.help"))
    group.callback()(_group)
    group.command("show", help=say("cli_supply.show_help"))(show)
    app.add_typer(group, name="supply")


def _group() -> None:
    """Keep `show` a sub-command although it is the only one."""


def show(
    file: OptionalScenario = None,
    as_of: AsOf = None,
    catalogue: CatalogueFile = None,
    as_json: AsJson = False,
) -> None:
    """Print a view of supply: of a scenario, or of history alone."""
    facts = load_catalogue(catalogue)
    chain, estimate, effects = _view(file, None if as_of is None else as_of.date(), facts)
    if as_json:
        typer.echo(json.dumps(supply_record(chain, estimate, effects), ensure_ascii=False))
        return
    console = terminal()
    print_lines(console, estimate_lines(chain, estimate))
    print_sheets(console, supply_sheets(chain, estimate))


def _view(
    file: Path | None, as_of: dt.date | None, facts: Catalogue
) -> tuple[MarkovChain, SupplyEstimate, SupplyEffects | None]:
    """Chain of a scenario, or of history; `as_of` replaces the scenario's."""
    if file is None:
        return *build_chain(Supply(as_of=as_of), facts), None
    scenario = load_scenario(file, facts)
    chain, effects, estimate = build_supply(_cut(scenario, as_of), facts, file)
    return chain, estimate, effects


def _cut(scenario: Scenario, as_of: dt.date | None) -> Scenario:
    """Scenario with another day of knowledge."""
    if as_of is None:
        return scenario
    return scenario.model_copy(update={"supply": scenario.supply.model_copy(update={"as_of": as_of})})
