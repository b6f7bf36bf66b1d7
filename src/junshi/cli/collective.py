"""`junshi collective`: what happens when everybody chooses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.load import load_catalogue
from junshi.cli.options import AsJson, CatalogueFile
from junshi.collective.basins import basin_map
from junshi.collective.build import build_setup
from junshi.collective.compiled import is_compiled, require_numba
from junshi.collective.deep import deep_answer
from junshi.collective.dynamics import paths_by_classes
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
from junshi.collective.read import default_text, fitted, load_prior
from junshi.collective.record import fan_record, result_record
from junshi.collective.result import CollectiveResult, solve
from junshi.collective.schema import MOST_ORGANISATIONS, CollectiveFile
from junshi.collective.sweep import Backend, run_sweep
from junshi.collective.tipping import phase_diagram, tipping_curves
from junshi.collective.uncertainty import share_with_all_uncertainty
from junshi.show.collective_figures import write_figures
from junshi.show.collective_more_sheets import (
    history_sheet,
    joint_sheet,
    levers_sheet,
    sweep_sheet,
    tipping_sheet,
    trend_line,
    uncertainty_line,
)
from junshi.show.collective_sheets import collective_lines, collective_sheets
from junshi.show.export.write import write_text
from junshi.show.sheet import Sheet
from junshi.show.terminal import print_lines, print_sheets, terminal
from junshi.show.view import both_languages, write_view
from junshi.show.view.collective import collective_view
from junshi.text import say

DEEP_PATHS = 16
RECORD = "collective.json"

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
Template = Annotated[bool, typer.Option("--template", help=say("cli_collective.template"))]
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
Out = Annotated[Path | None, typer.Option("--out", "-o", metavar="DIR", help=say("cli_collective.out"))]
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
    out: Out = None,
    template: Template = False,
    catalogue: CatalogueFile = None,
    as_json: AsJson = False,
) -> None:
    """Run the collective and show what comes of it."""
    if template:
        typer.echo(default_text(), nl=False)
        return
    require_numba()
    if not is_compiled(paths_by_classes):
        print_lines(terminal(to_error=True), [say("collective.compiling")])
    facts = load_catalogue(catalogue)
    prior = _sized(
        load_prior(file, facts), organisations=organisations, quarters=quarters, paths=paths, seed=seed
    )
    population = fitted(prior)
    result = solve(build_setup(population, facts), starts)
    answer = _Answer(result_record(result), collective_lines(result), list(collective_sheets(result)))
    wants_pictures = figures is not None or out is not None
    curves = tipping_curves(population, facts) if tipping or wants_pictures else []
    if tipping:
        answer.add("tipping", tipping_record(curves), tipping_sheet(curves))
    if history:
        _add_history(answer, prior, facts, result, refit=refit)
    outcomes = _add_levers(answer, LeverModel(population, facts), Goal(survive, lag)) if levers else []
    if sweep:
        runs = run_sweep(population, facts, backend, workers)
        answer.add("sweep", sweep_record(runs), sweep_sheet(runs))
    if deep:
        reply = deep_answer(result.setup, result.states[:DEEP_PATHS], result.belief, facts, rounds=deep)
        answer.add("deep", joint_record(result.setup, reply), joint_sheet(result.setup, reply))
    if wants_pictures:
        phase, basins = phase_diagram(population, facts), basin_map(result.setup)
        if figures is not None:
            written = write_figures(figures, result, curves, outcomes, phase, basins)
            answer.record["figures"] = [str(path) for path in written]
        if out is not None:
            view = partial(
                collective_view, result, curves=curves, outcomes=outcomes, phase=phase, basins=basins
            )
            write_text(out / RECORD, json.dumps(answer.record, ensure_ascii=False) + "\n", replace=True)
            write_view(out, both_languages(view))
    if as_json:
        typer.echo(json.dumps(answer.record, ensure_ascii=False, allow_nan=False))
        return
    console = terminal()
    print_lines(console, answer.lines)
    print_sheets(console, answer.sheets)


@dataclass(frozen=True)
class _Answer:
    """What is shown: for machines, as sentences, as tables; grows with what is asked for."""

    record: dict[str, Any]
    lines: list[str]
    sheets: list[Sheet]

    def add(self, key: str, record: object, sheet: Sheet) -> None:
        """Put one more result at the end."""
        self.record[key] = record
        self.sheets.append(sheet)


def _add_history(
    answer: _Answer, prior: CollectiveFile, facts: Catalogue, result: CollectiveResult, *, refit: bool
) -> None:
    """The model against history, and the share ahead with uncertain parameters."""
    model = history_model(prior, facts)
    fit = fit_history(model, FITTED_YEARS[0]) if refit else stored_fit(model, FITTED_YEARS[0])
    answer.add("history", history_record(fit), history_sheet(fit))
    answer.lines.append(trend_line(fit))
    if prior.use_history_fit:
        whole = share_with_all_uncertainty(prior, facts)
        answer.record["domestic_share_with_parameters"] = fan_record(whole)
        answer.lines.append(uncertainty_line(result, whole))


def _add_levers(answer: _Answer, model: LeverModel, goal: Goal) -> list[LeverOutcome]:
    """Trade-off of the levers, and the cheapest mix where a goal is given."""
    outcomes = trade_off(model)
    answer.add("trade_off", [lever_record(one) for one in outcomes], levers_sheet(outcomes))
    if goal != Goal():
        best = cheapest_mix(model, goal)
        answer.add("cheapest", lever_record(best), levers_sheet([best], is_goal=True))
    return outcomes


def _sized(file: CollectiveFile, **given: int | None) -> CollectiveFile:
    """File with the sizes that were given on the command line."""
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    return file.model_copy(update={"size": file.size.model_copy(update=changes)})
