"""`junshi check`: read a scenario file and say what would be planned, and which limits were read."""

from __future__ import annotations

import json

import typer

from junshi.catalogue.load import load_catalogue
from junshi.cli.options import AsJson, CatalogueFile, ScenarioFile
from junshi.porting.table import EffortTable
from junshi.scenario.load import load_scenario, scenario_hash
from junshi.scenario.schema import Scenario
from junshi.show.scenario_sheets import (
    accelerators_sheet,
    limits_sheet,
    scanned_days,
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
    effort = check_inputs(scenario, catalogue, scenario_file).tables.effort
    _, estimate = build_chain(scenario.supply, catalogue, scenario_file)
    if as_json:
        typer.echo(json.dumps(_summary(scenario, estimate.regime_now.value, effort), ensure_ascii=False))
        return
    console = terminal()
    print_lines(console, scenario_lines(scenario) + supply_lines(scenario, estimate.regime_now))
    sheets = (
        limits_sheet(scenario),
        accelerators_sheet(scenario, catalogue),
        workloads_sheet(scenario, effort),
    )
    print_sheets(console, sheets)
    print_lines(console, [say("cli_check.sound", file=scenario_file)])


def _summary(scenario: Scenario, regime_now: str, effort: EffortTable) -> dict[str, object]:
    """Scenario with its defaults filled in, its hash, the state of supply, and efforts by the scan."""
    return {
        "scenario_hash": scenario_hash(scenario),
        "regime_now": regime_now,
        "stages": scenario.horizon.quarters,
        "scanned_effort_days": {
            work.id: {
                name: {"low": low, "likely": likely, "high": high, "upkeep_per_year": upkeep}
                for name, (likely, low, high, upkeep) in scanned_days(work, row, effort).items()
            }
            for row, work in enumerate(scenario.workload)
            if work.code
        },
        "scenario": scenario.model_dump(mode="json"),
    }
