"""A plan: the same as `junshi plan` finds, kept as its run folder."""

from __future__ import annotations

import os

from junshi.page.runs import files
from junshi.page.runs.job import Job
from junshi.page.runs.result import Outcome
from junshi.plan.planner import PlanSettings
from junshi.show.export.files import PLAN_FILE, RECORD_FILE, TABLES_FOLDER, write_tables
from junshi.show.plan_json import plan_object, plan_text
from junshi.show.view.plan import plan_view
from junshi.study import Study, plan_study, read_inputs, save_study_policy

MOST_WORKERS = 4
LEAST_SECONDS = 5.0
"""What a run that goes on gets at least, however long it has taken before."""


def settings_of(job: Job) -> PlanSettings:
    """Settings that the request asks for; one processor is left to the page."""
    options = job.options
    seconds = float(options["seconds"]) - job.state.seconds
    return PlanSettings(
        gap=float(options["gap"]),
        seconds=max(LEAST_SECONDS, seconds) if job.state.seconds else seconds,
        seed=int(options["seed"]),
        workers=processes(),
    )


def processes() -> int:
    """Processors for a plan: all but one, at most `MOST_WORKERS`."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(MOST_WORKERS, available - 1))


def find_plan(job: Job) -> Outcome:
    """Plan, going on from the policy that an earlier process of this run has kept."""
    job.gives_partial_result = True
    inputs = read_inputs(job.scenario)
    settings = settings_of(job)
    study = plan_study(
        inputs,
        settings,
        resume=job.folder if job.policy.is_file() else None,
        on_progress=job.planning(inputs.fingerprint, inputs.instance.currency, settings.seconds or 0.0),
        command=("junshi", "plan", files.SCENARIO, "--seconds", f"{job.options['seconds']:g}"),
    )
    return _kept(job, study)


def _kept(job: Job, study: Study) -> Outcome:
    """Write the files of a run folder of `junshi plan`."""
    text = plan_text(plan_object(study.result, study.inputs.scenario.organisation.usd_cny))
    save_study_policy(study, job.folder)
    write_tables(job.folder / TABLES_FOLDER, study.result)
    files.write_bytes(job.folder / RECORD_FILE, (study.record.to_json() + "\n").encode())
    files.write_bytes(job.folder / PLAN_FILE, (text + "\n").encode())
    stopped = study.result.effort.stop_reason == "asked"
    return Outcome(text, lambda: plan_view(study), stopped)
