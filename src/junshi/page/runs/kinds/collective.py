"""The collective: the same as `junshi collective` finds."""

from __future__ import annotations

import json

from junshi.catalogue.load import load_catalogue
from junshi.collective.basins import basin_map
from junshi.collective.build import build_setup
from junshi.collective.compiled import require_numba
from junshi.collective.read import fitted, load_prior
from junshi.collective.record import result_record
from junshi.collective.result import solve
from junshi.collective.tipping import phase_diagram, tipping_curves
from junshi.page.runs.job import Job
from junshi.page.runs.result import Outcome
from junshi.show.view.collective import collective_view

SIZES = ("organisations", "quarters", "paths", "seed")
STEPS = 4


def find_collective(job: Job) -> Outcome:
    """Run the collective of the package in the sizes asked for, with what its pictures need."""
    require_numba()
    facts = load_catalogue()
    prior = load_prior(None, facts)
    sizes = {name: job.options[name] for name in SIZES if job.options.get(name) is not None}
    prior = prior.model_copy(update={"size": prior.size.model_copy(update=sizes)})
    population = fitted(prior)
    job.step(0, STEPS)
    result = solve(build_setup(population, facts), int(job.options["starts"]))
    job.step(1, STEPS)
    curves = tipping_curves(population, facts)
    job.step(2, STEPS)
    phase = phase_diagram(population, facts)
    job.step(3, STEPS)
    basins = basin_map(result.setup)
    text = json.dumps(result_record(result), ensure_ascii=False, allow_nan=False)
    return Outcome(text, lambda: collective_view(result, curves=curves, phase=phase, basins=basins))
