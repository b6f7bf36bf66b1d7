"""`junshi check`: read a scenario file and say what would be planned, and which limits were read."""

from __future__ import annotations

import json

import typer

from junshi.catalogue.load import load_catalogue
from junshi.cli.options import AsJson, CatalogueFile, ScenarioFile
from junshi.scenario.load import load_scenario, scenario_hash
from junshi.scenario.schema import Scenario
from junshi.show.scenario_sheets import (
    accelerators_sheet,
    limits_sheet,
    scenario_lines,
    supply_lines,
    workloads_sheet,
)
from junshi.show.terminal import print_lines, print_sheets, terminal
from junshi.study import check_inputs
from junshi.supply.build import build_chain
from junshi.text import say


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", help=say("cli_check.help"))(check)


def check(scenario_file: ScenarioFile, catalogue_file: CatalogueFile = None, as_json: AsJson = False) -> None:
    """Load a scenario with all checks, and show it."""
    catalogue = load_catalogue(catalogue_file)
    scenario = load_scenario(scenario_file, catalogue)
    check_inputs(scenario, catalogue, scenario_file)
    _, estimate = build_chain(scenario.supply, catalogue, scenario_file)
    if as_json:
        typer.echo(json.dumps(_summary(scenario, estimate.regime_now.value), ensure_ascii=False))
        return
    console = terminal()
    print_lines(console, scenario_lines(scenario) + supply_lines(scenario, estimate.regime_now))
    sheets = (
        limits_sheet(scenario),
        accelerators_sheet(scenario, catalogue),
        workloads_sheet(scenario),
    )
    print_sheets(console, sheets)
    print_lines(console, [say("cli_check.sound", file=scenario_file)])


def _summary(scenario: Scenario, regime_now: str) -> dict[str, object]:
    """Scenario with its defaults filled in, its hash and the state of supply at the start."""
    return {
        "scenario_hash": scenario_hash(scenario),
        "regime_now": regime_now,
        "stages": scenario.horizon.quarters,
        "scenario": scenario.model_dump(mode="json"),
    }
