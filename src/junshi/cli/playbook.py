"""`junshi playbook`: what to do when imports change."""

from __future__ import annotations

from functools import partial

import typer

from junshi.cli.insight_options import NumberOfPaths, Request, add_insight
from junshi.insight.follow import follow
from junshi.insight.frontier import common_paths
from junshi.insight.playbook import write_playbook
from junshi.insight.triggers import learn_rules, require_trees
from junshi.show.insight_playbook import playbook_report


def register(app: typer.Typer) -> None:
    """Add the command."""
    add_insight(app, "playbook", playbook)


def playbook(request: Request, paths: NumberOfPaths = 200) -> None:
    """Plan, or take the policy of a run, and extract what it does."""
    require_trees()
    inputs = request.read()
    solved = request.planned(inputs)
    chapters = write_playbook(solved)
    states = common_paths(solved.setting, paths, request.seed)
    followed = follow(solved.setting, solved.policy, states, request.settings.workers)
    rules = learn_rules(followed, seed=request.seed)
    request.show(partial(playbook_report, inputs.instance, chapters, rules), inputs)
