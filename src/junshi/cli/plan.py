"""`junshi plan`: from a scenario file to what to order, rent, resell, port and run in each state."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from junshi.cli.options import AsJson, CatalogueFile, ScenarioFile
from junshi.cli.stopping import stop_on_interrupt
from junshi.errors import InputError, Interrupted
from junshi.plan.planner import PlanProgress, PlanSettings
from junshi.scenario.read import read_text
from junshi.show.export.files import write_run
from junshi.show.export.write import cannot_write_as_error
from junshi.show.plan_json import plan_object, plan_text
from junshi.show.plan_lines import advice_lines, cost_lines, reason_lines
from junshi.show.plan_sheets import plan_sheets
from junshi.show.progress import PlanProgress as ProgressLine
from junshi.show.terminal import print_lines, print_sheets, terminal
from junshi.show.view import both_languages, write_view
from junshi.show.view.plan import plan_view
from junshi.study import (
    Inputs,
    Study,
    plan_study,
    plan_study_whole_tree,
    read_inputs,
    save_study_policy,
    write_study_mps,
)
from junshi.text import say

DEFAULT_SECONDS = 120.0
MOST_WORKERS = 4

Out = Annotated[Path | None, typer.Option("--out", "-o", metavar="DIR", help=say("cli_plan.out"))]
Extensive = Annotated[bool, typer.Option("--extensive", help=say("cli_plan.extensive"))]
Mps = Annotated[Path | None, typer.Option("--write-mps", metavar="OUT.mps", help=say("cli_plan.write_mps"))]
Resume = Annotated[Path | None, typer.Option("--resume", metavar="RUN", help=say("cli_plan.resume"))]
Seconds = Annotated[
    float | None,
    typer.Option(
        "--seconds", min=0.1, metavar="N", help=say("cli_plan.seconds", default=f"{DEFAULT_SECONDS:g}")
    ),
]
GapOption = Annotated[float, typer.Option("--gap", min=0.0, metavar="X", help=say("cli_plan.gap"))]
Seed = Annotated[int, typer.Option("--seed", min=0, metavar="N", help=say("cli_plan.seed"))]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, max=256, metavar="N", help=say("cli_plan.workers"))
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help=say("cli_plan.quiet"))]


@dataclass(frozen=True)
class Request:
    """How to plan, as the command line says it."""

    settings: PlanSettings
    extensive: bool
    seconds: float | None
    resume: Path | None
    quiet: bool


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("plan", help=say("cli_plan.help"))(plan)


def plan(
    scenario_file: ScenarioFile,
    catalogue_file: CatalogueFile = None,
    out: Out = None,
    as_json: AsJson = False,
    extensive: Extensive = False,
    write_mps: Mps = None,
    resume: Resume = None,
    seconds: Seconds = None,
    gap: GapOption = 0.01,
    seed: Seed = 0,
    workers: Workers = None,
    quiet: Quiet = False,
) -> None:
    """Read, plan, show, and write the run folder."""
    if extensive and resume is not None:
        raise InputError("cli_plan.resume_extensive")
    _refuse_file(out)
    settings = PlanSettings(
        gap=gap,
        seconds=DEFAULT_SECONDS if seconds is None else seconds,
        seed=seed,
        workers=default_workers() if workers is None else workers,
    )
    inputs = read_inputs(scenario_file, catalogue_file)
    if write_mps is not None:
        with cannot_write_as_error(write_mps):
            write_mps.parent.mkdir(parents=True, exist_ok=True)
            write_study_mps(inputs, write_mps)
    study = _planned(inputs, Request(settings, extensive, seconds, resume, quiet))
    _show(study, as_json=as_json)
    if out is not None:
        _write(study, out, quiet=quiet or as_json)
    if study.result.effort.stop_reason == "asked":
        raise Interrupted("cli_plan.stopped" if out is None else "cli_plan.stopped_kept", folder=out)


def default_workers() -> int:
    """Processors that this process may use, at most `MOST_WORKERS`."""
    return max(1, min(MOST_WORKERS, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1))


def _refuse_file(out: Path | None) -> None:
    """Say before planning, not after it, that the run folder cannot be made."""
    if out is not None and out.exists() and not out.is_dir():
        raise InputError("cli.not_a_folder", file=out)


def _planned(inputs: Inputs, request: Request) -> Study:
    """Plan with progress on standard error, stopped by Ctrl-C without losing what was found."""
    command = ("junshi", *sys.argv[1:])
    if request.extensive:
        return plan_study_whole_tree(
            inputs, seconds=request.seconds, seed=request.settings.seed, command=command
        )
    console = terminal(to_error=True)
    with stop_on_interrupt() as stop, _progress_line(console, inputs, request) as line:

        def on_progress(progress: PlanProgress) -> bool:
            line.update(progress.iteration, progress.lower_bound, progress.seconds, progress.gap)
            return stop.asked

        return plan_study(
            inputs, request.settings, resume=request.resume, on_progress=on_progress, command=command
        )


def _progress_line(console: Console, inputs: Inputs, request: Request) -> ProgressLine:
    """Line of progress of this run."""
    return ProgressLine(console, inputs.instance.currency, request.settings.seconds, quiet=request.quiet)


def _show(study: Study, *, as_json: bool) -> None:
    """Print the plan: one JSON object, or words and tables."""
    result = study.result
    if as_json:
        typer.echo(plan_text(_object(study)))
        return
    console = terminal()
    print_lines(console, advice_lines(result), style="bold")
    print_lines(console, reason_lines(result))
    print_sheets(console, plan_sheets(result))
    print_lines(console, cost_lines(result))


def _object(study: Study) -> dict[str, object]:
    """JSON object of the plan."""
    return plan_object(study.result, study.inputs.scenario.organisation.usd_cny)


def _write(study: Study, out: Path, *, quiet: bool) -> None:
    """Write the run folder and say where it is."""

    def save_more(folder: Path) -> None:
        save_study_policy(study, folder)
        write_view(folder, both_languages(lambda: plan_view(study)))

    drawn = write_run(
        out,
        study.result,
        _object(study),
        record=study.record.to_json(),
        scenario=read_text(study.inputs.path),
        save_more=save_more,
    )
    say_line: Callable[[str], None] = terminal(to_error=True).print
    if not drawn:
        say_line(say("show.no_figures"))
    if not quiet:
        say_line(say("show.run_written", folder=out))
