"""What the commands of insight share: options, settings of a plan, and how a report is shown.

A command is a function of a `Request`, which holds the shared options, and of its own options;
`add_insight` makes the command line of both.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from junshi.cli.options import AsJson, CatalogueFile, ScenarioFile
from junshi.cli.plan import default_workers
from junshi.insight.solve import Solved, solve
from junshi.plan.decomposition.checkpoint import load_policy
from junshi.plan.planner import PlanProgress, PlanSettings, prepare
from junshi.show.insight_origins import explained
from junshi.show.insight_report import Report, record_text, write_report
from junshi.show.progress import PlanProgress as ProgressLine
from junshi.show.terminal import print_lines, print_sheets, terminal
from junshi.show.view import both_languages, write_view
from junshi.show.view.insight import report_view
from junshi.study import POLICY_FILE, Inputs, attitude_of, read_inputs
from junshi.text import say

Seconds = Annotated[
    float, typer.Option("--seconds", min=0.1, metavar="N", help=say("cli_insight.seconds"), show_default=True)
]
GapOption = Annotated[float, typer.Option("--gap", min=0.0, metavar="X", help=say("cli_insight.gap"))]
Seed = Annotated[int, typer.Option("--seed", min=0, metavar="N", help=say("cli_insight.seed"))]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, max=256, metavar="N", help=say("cli_insight.workers"))
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help=say("cli_insight.quiet"))]
Explain = Annotated[bool, typer.Option("--explain", help=say("cli_insight.explain"))]
Out = Annotated[Path | None, typer.Option("--out", "-o", metavar="DIR", help=say("cli_insight.out"))]
Run = Annotated[Path | None, typer.Option("--run", metavar="DIR", help=say("cli_insight.run"))]
NumberOfPaths = Annotated[int, typer.Option("--paths", min=10, max=10_000, help=say("cli_insight.paths"))]


def plan_settings(seconds: float, gap: float, seed: int, workers: int | None) -> PlanSettings:
    """Settings of each plan that an insight needs."""
    return PlanSettings(
        gap=gap, seconds=seconds, seed=seed, workers=default_workers() if workers is None else workers
    )


def planned(inputs: Inputs, settings: PlanSettings, run: Path | None, *, quiet: bool) -> Solved:
    """Policy of a scenario: that of a run folder, or planned now.

    Raises
    ------
    InputError : the run folder has no policy of these inputs
    """
    setting = prepare(inputs.instance, attitude_of(inputs.scenario))
    if run is None:
        with progress_line(inputs, settings, quiet=quiet) as line:

            def on_progress(progress: PlanProgress) -> bool:
                line.update(progress.iteration, progress.lower_bound, progress.seconds, progress.gap)
                return False

            return solve(setting, settings, on_progress=on_progress)
    policy = load_policy(run / POLICY_FILE, setting.problem, setting.measure, inputs.fingerprint)
    return solve(setting, replace(settings, iterations=policy.iterations), warm=policy)


def progress_line(inputs: Inputs, settings: PlanSettings, *, quiet: bool) -> ProgressLine:
    """Line of progress of one plan on standard error."""
    return ProgressLine(terminal(to_error=True), inputs.instance.currency, settings.seconds, quiet=quiet)


def show_report(
    make: Callable[[], Report], inputs: Inputs, *, as_json: bool, explain: bool, out: Path | None, quiet: bool
) -> None:
    """Print the report, or its object, and write its folder with its views in both languages."""
    report = make()
    if explain:
        report = explained(report, inputs)
    if as_json:
        typer.echo(record_text(report.record))
    else:
        console = terminal()
        print_lines(console, report.lines)
        print_sheets(console, report.sheets)
    if out is not None:
        drawn = write_report(report, out)
        write_view(out, both_languages(lambda: report_view(make(), inputs)))
        note = terminal(to_error=True).print
        if not drawn:
            note(say("show.no_figures"))
        if not (quiet or as_json):
            note(say("show.run_written", folder=out))


class Steps:
    """Counts finished steps on standard error; silent when told."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._console = terminal(to_error=True)

    def __call__(self, done: int, count: int) -> None:
        """Say how many of how many are done."""
        if not self._quiet:
            self._console.print(say("cli_insight.step", done=done, count=count), markup=False)


PLANNING = frozenset({"run", "seconds", "gap"})
"""Options of commands that plan or take the policy of a run."""


@dataclass(frozen=True)
class Request:
    """Shared options of one call; their texts are those of the command line."""

    scenario_file: ScenarioFile
    catalogue_file: CatalogueFile = None
    run: Run = None
    seconds: Seconds = 60.0
    gap: GapOption = 0.01
    seed: Seed = 0
    workers: Workers = None
    out: Out = None
    as_json: AsJson = False
    explain: Explain = False
    quiet: Quiet = False

    def read(self) -> Inputs:
        """Inputs of the scenario."""
        return read_inputs(self.scenario_file, self.catalogue_file)

    @property
    def settings(self) -> PlanSettings:
        """Settings of each plan."""
        return plan_settings(self.seconds, self.gap, self.seed, self.workers)

    @property
    def steps(self) -> Steps:
        """Counter of steps."""
        return Steps(quiet=self.quiet)

    def planned(self, inputs: Inputs) -> Solved:
        """Policy of the inputs, planned now or from the run folder."""
        return planned(inputs, self.settings, self.run, quiet=self.quiet)

    def show(self, make: Callable[[], Report], inputs: Inputs) -> None:
        """Print and write a report as asked."""
        show_report(make, inputs, as_json=self.as_json, explain=self.explain, out=self.out, quiet=self.quiet)


def add_insight(
    app: typer.Typer, name: str, body: Callable[..., None], *, without: Collection[str] = ()
) -> None:
    """Add a command whose options are those of `Request` and, after the files, those of `body`.

    Parameters
    ----------
    body : called with a `Request` and its own options by name
    without : shared options that the command does not have
    """
    hints = get_type_hints(Request, include_extras=True)
    shared = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is MISSING else field.default,
            annotation=hints[field.name],
        )
        for field in fields(Request)
        if field.name not in without
    ]
    own = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for parameter in list(inspect.signature(body, eval_str=True).parameters.values())[1:]
    ]

    def command(**given: Any) -> None:
        asked = {parameter.name: given.pop(parameter.name) for parameter in shared}
        body(Request(**asked), **given)

    command.__signature__ = inspect.Signature([*shared[:2], *own, *shared[2:]])  # type: ignore[attr-defined]
    app.command(name, help=say(f"cli_{name}.help"))(command)
