"""The collective: the same as `junshi collective` finds."""

from __future__ import annotations

import json

from junshi.catalogue.load import load_catalogue
from junshi.collective.build import build_setup
from junshi.collective.compiled import require_numba
from junshi.collective.read import fitted, load_prior
from junshi.collective.record import result_record
from junshi.collective.result import solve
from junshi.page.runs.job import Job
from junshi.page.runs.result import Outcome
from junshi.show.view.collective import collective_view

SIZES = ("organisations", "quarters", "paths", "seed")


def find_collective(job: Job) -> Outcome:
    """Run the collective of the package with the sizes asked for."""
    require_numba()
    facts = load_catalogue()
    prior = load_prior(None, facts)
    sizes = {name: job.options[name] for name in SIZES if job.options.get(name) is not None}
    prior = prior.model_copy(update={"size": prior.size.model_copy(update=sizes)})
    result = solve(build_setup(fitted(prior), facts), int(job.options["starts"]))
    text = json.dumps(result_record(result), ensure_ascii=False, allow_nan=False)
    return Outcome(text, lambda: collective_view(result))
