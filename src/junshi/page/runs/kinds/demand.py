"""Demand from an uploaded log: the same as `junshi demand` finds."""

from __future__ import annotations

from junshi.demand.aggregate import Period
from junshi.demand.document import write_document
from junshi.demand.forecast import Model
from junshi.demand.from_log import demand_from_log
from junshi.page.runs import files
from junshi.page.runs.job import Job
from junshi.page.runs.kinds.names import DEMAND_FILE
from junshi.page.runs.result import Outcome
from junshi.show.view.demand import demand_view


def read_demand(job: Job) -> Outcome:
    """Read the log, and write the demand file."""
    options = job.options
    document, findings = demand_from_log(
        job.folder / job.request.upload,
        period=Period(options["period"]),
        horizon=int(options["horizon"]),
        model=Model(options["model"]),
    )
    files.write_bytes(job.folder / DEMAND_FILE, write_document(document).encode())
    return Outcome(document.model_dump_json(exclude_none=True), lambda: demand_view(document, findings))
