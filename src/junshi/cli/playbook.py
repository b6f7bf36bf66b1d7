"""`junshi playbook`: what to do when imports change."""

from __future__ import annotations

from functools import partial

import typer

from junshi.cli.insight_options import (
    Explain,
    GapOption,
    NumberOfPaths,
    Out,
    Quiet,
    Run,
    Seconds,
    Seed,
    Workers,
    plan_settings,
    planned,
    show_report,
)
from junshi.cli.options import AsJson, CatalogueFile, ScenarioFile
from junshi.insight.follow import follow
from junshi.insight.frontier import common_paths
from junshi.insight.playbook import write_playbook
from junshi.insight.triggers import learn_rules, require_trees
from junshi.show.insight_playbook import playbook_report
from junshi.study import read_inputs
from junshi.text import say


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("playbook", help=say("cli_playbook.help"))(playbook)


def playbook(
    scenario_file: ScenarioFile,
    catalogue_file: CatalogueFile = None,
    paths: NumberOfPaths = 200,
    run: Run = None,
    seconds: Seconds = 60.0,
    gap: GapOption = 0.01,
    seed: Seed = 0,
    workers: Workers = None,
    out: Out = None,
    as_json: AsJson = False,
    explain: Explain = False,
    quiet: Quiet = False,
) -> None:
    """Plan, or take the policy of a run, and extract what it does."""
    require_trees()
    inputs = read_inputs(scenario_file, catalogue_file)
    settings = plan_settings(seconds, gap, seed, workers)
    solved = planned(inputs, settings, run, quiet=quiet)
    chapters = write_playbook(solved)
    states = common_paths(solved.setting, paths, seed)
    rules = learn_rules(follow(solved.setting, solved.policy, states, settings.workers), seed=seed)
    report = partial(playbook_report, inputs.instance, chapters, rules)
    show_report(report, inputs, as_json=as_json, explain=explain, out=out, quiet=quiet)
