"""A scan of an uploaded code base: the same as `junshi scan` finds. Nothing of it is unpacked or executed."""

from __future__ import annotations

import json

from junshi.page.runs.job import Job
from junshi.page.runs.kinds.plan import processes
from junshi.page.runs.result import Outcome
from junshi.porting.effort.estimate import estimate
from junshi.porting.effort.shapes import Shape
from junshi.porting.record import scan_record
from junshi.porting.scan import scan
from junshi.porting.targets.target import parse_targets
from junshi.show.view.scan import scan_view


def scan_code(job: Job) -> Outcome:
    """Scan the archive for the targets asked for."""
    options = job.options
    targets = parse_targets(options["to"], options["chip"], options["framework"])
    shape = None if options["shape"] is None else Shape(options["shape"])
    report = scan(job.folder / job.request.upload, targets, processes=processes())
    estimates = [estimate(report, label, shape) for label in report.labels]
    text = json.dumps(scan_record(report, estimates), ensure_ascii=False)
    return Outcome(text, lambda: scan_view(report, estimates))
