"""`junshi collective`: what happens when everybody chooses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from junshi.catalogue.load import load_catalogue
from junshi.cli.options import AsJson, CatalogueFile
from junshi.collective.basins import basin_map
from junshi.collective.build import build_setup
from junshi.collective.compiled import is_compiled, require_numba
from junshi.collective.coupling import joint_fixed_point
from junshi.collective.deep import planner
from junshi.collective.history import fit_history, history_model, stored_fit
from junshi.collective.levers import Goal, LeverModel, LeverOutcome, cheapest_mix, trade_off
from junshi.collective.more_records import (
    history_record,
    joint_record,
    lever_record,
    sweep_record,
    tipping_record,
)
from junshi.collective.parameters import FITTED_YEARS
from junshi.collective.read import load_collective, prior_file
from junshi.collective.record import result_record
from junshi.collective.result import solve
from junshi.collective.schema import MOST_ORGANISATIONS, CollectiveFile
from junshi.collective.sweep import Backend, run_sweep
from junshi.collective.tipping import TippingCurve, phase_diagram, tipping_curves
from junshi.show.collective_figures import write_figures
from junshi.show.collective_more_sheets import (
    history_sheet,
    joint_sheet,
    levers_sheet,
    sweep_sheet,
    tipping_sheet,
    trend_line,
)
from junshi.show.collective_sheets import collective_lines, collective_sheets
from junshi.show.terminal import print_lines, print_sheets, terminal
from junshi.text import say

DEEP_PATHS = 16

OptionalFile = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help=say("cli_collective.file"), show_default=False)
]
Organisations = Annotated[
    int | None,
    typer.Option(
        "--organisations", "-n", min=100, max=MOST_ORGANISATIONS, help=say("cli_collective.organisations")
    ),
]
Quarters = Annotated[
    int | None, typer.Option("--quarters", "-t", min=1, max=80, help=say("cli_collective.quarters"))
]
NumberOfPaths = Annotated[
    int | None, typer.Option("--paths", "-s", min=1, max=10_000, help=say("cli_collective.paths"))
]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help=say("cli_collective.seed"))]
Starts = Annotated[int, typer.Option("--starts", min=1, max=100, help=say("cli_collective.starts"))]
Tipping = Annotated[bool, typer.Option("--tipping", help=say("cli_collective.tipping"))]
History = Annotated[bool, typer.Option("--history", help=say("cli_collective.history"))]
Refit = Annotated[bool, typer.Option("--refit", help=say("cli_collective.refit"))]
Levers = Annotated[bool, typer.Option("--levers", help=say("cli_collective.levers"))]
Survive = Annotated[float | None, typer.Option("--survive", min=0, max=1, help=say("cli_collective.survive"))]
Lag = Annotated[float | None, typer.Option("--lag", min=0, max=50, help=say("cli_collective.lag"))]
Sweep = Annotated[bool, typer.Option("--sweep", help=say("cli_collective.sweep"))]
BackendOption = Annotated[Backend, typer.Option("--backend", help=say("cli_collective.backend"))]
Workers = Annotated[int, typer.Option("--workers", min=-1, help=say("cli_collective.workers"))]
Deep = Annotated[
    int, typer.Option("--deep", min=0, max=50, metavar="ROUNDS", help=say("cli_collective.deep"))
]
Figures = Annotated[
    Path | None, typer.Option("--figures", metavar="FOLDER", help=say("cli_collective.figures"))
]


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
    tipping: Tipping = False,
    history: History = False,
    refit: Refit = False,
    levers: Levers = False,
    survive: Survive = None,
    lag: Lag = None,
    sweep: Sweep = False,
    backend: BackendOption = Backend.LOCAL,
    workers: Workers = -1,
    deep: Deep = 0,
    figures: Figures = None,
    catalogue: CatalogueFile = None,
    as_json: AsJson = False,
) -> None:
    """Run the collective and show what comes of it."""
    require_numba()
    if not is_compiled():
        print_lines(terminal(to_error=True), [say("collective.compiling")])
    facts = load_catalogue(catalogue)
    population = _sized(
        load_collective(file, facts), organisations=organisations, quarters=quarters, paths=paths, seed=seed
    )
    result = solve(build_setup(population, facts), starts)
    record, sheets = result_record(result), list(collective_sheets(result))
    lines = collective_lines(result)
    curves: list[TippingCurve] = []
    outcomes: list[LeverOutcome] = []
    if tipping or figures is not None:
        curves = tipping_curves(population, facts)
    if tipping:
        record["tipping"] = tipping_record(curves)
        sheets.append(tipping_sheet(curves))
    if history:
        model = history_model(prior_file() if file is None else population, facts)
        fit = fit_history(model, FITTED_YEARS[0]) if refit else stored_fit(model, FITTED_YEARS[0])
        record["history"] = history_record(fit)
        sheets.append(history_sheet(fit))
        lines.append(trend_line(fit))
    if levers:
        lever_model = LeverModel(population, facts)
        outcomes = trade_off(lever_model)
        record["trade_off"] = [lever_record(one) for one in outcomes]
        sheets.append(levers_sheet(outcomes))
        if survive is not None or lag is not None:
            best = cheapest_mix(lever_model, Goal(survive, lag))
            record["cheapest"] = lever_record(best)
            sheets.append(levers_sheet([best], is_goal=True))
    if sweep:
        runs = run_sweep(population, facts, backend, workers)
        record["sweep"] = sweep_record(runs)
        sheets.append(sweep_sheet(runs))
    if deep:
        point = joint_fixed_point(
            result.setup, result.states[:DEEP_PATHS], result.belief, planner(facts), rounds=deep
        )
        record["deep"] = joint_record(result.setup, point)
        sheets.append(joint_sheet(result.setup, point))
    if figures is not None:
        phase, basins = phase_diagram(population, facts), basin_map(result.setup)
        written = write_figures(figures, result, curves, outcomes, phase, basins)
        record["figures"] = [str(path) for path in written]
    if as_json:
        typer.echo(json.dumps(record, ensure_ascii=False, allow_nan=False))
        return
    console = terminal()
    print_lines(console, lines)
    print_sheets(console, sheets)


def _sized(file: CollectiveFile, **given: int | None) -> CollectiveFile:
    """File with the sizes that were given on the command line."""
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    return file.model_copy(update={"size": file.size.model_copy(update=changes)})
