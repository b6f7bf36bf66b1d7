"""Which function works on which kind of run."""

from __future__ import annotations

from junshi.page.runs.job import Job
from junshi.page.runs.kinds.collective import find_collective
from junshi.page.runs.kinds.demand import read_demand
from junshi.page.runs.kinds.insights import INSIGHTS, find_insight
from junshi.page.runs.kinds.plan import find_plan
from junshi.page.runs.kinds.scan import scan_code
from junshi.page.runs.record import Kind
from junshi.page.runs.result import Outcome

_FINDERS = {
    Kind.PLAN: find_plan,
    Kind.COLLECTIVE: find_collective,
    Kind.SCAN: scan_code,
    Kind.DEMAND: read_demand,
    **dict.fromkeys(INSIGHTS, find_insight),
}


def work_on(job: Job) -> Outcome:
    """Find out what a run asks."""
    return _FINDERS[job.request.kind](job)
