"""Outlook of one scenario in the collective's world: what `maturity = "collective"` means for a plan."""

from __future__ import annotations

from collections.abc import Sequence

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.schema import Ecosystem
from junshi.collective.build import build_setup
from junshi.collective.coupling import outlook_from, paths_for_plan
from junshi.collective.equilibrium import collective_map, settle, values_ahead
from junshi.collective.read import default_file
from junshi.collective.run import run_mean_field, status_quo_belief
from junshi.collective.schema import CollectiveFile
from junshi.errors import NoPlan
from junshi.plan.outlook import Outlook
from junshi.plan.trends import load_trends
from junshi.scenario.schema import Scenario
from junshi.units import Quarter

PATHS = 16
TOLERANCE = 1e-4


def collective_outlook(
    scenario: Scenario,
    catalogue: Catalogue,
    ecosystems: Sequence[Ecosystem],
    *,
    file: CollectiveFile | None = None,
    band: str | None = None,
    paths: int = PATHS,
) -> Outlook:
    """Paths of maturity, price and availability at the equilibrium that play reaches from today.

    Parameters
    ----------
    ecosystems : rows in the order of the plan, with the maturity that the scenario states where it does
    file : population; None = the one that comes with the package
    band : None = mean over paths of supply; `low`, `middle`, `high` = 10, 50, 90 % of each quarter
    paths : paths of supply that are averaged

    Raises
    ------
    NoPlan : beliefs do not come to rest
    InputError : numba is not installed
    """
    population = default_file() if file is None else file
    first, start = Quarter.parse(population.size.start), Quarter.parse(scenario.horizon.start)
    quarters = max(1, start - first) + scenario.horizon.quarters
    size = population.size.model_copy(update={"quarters": quarters, "paths": paths})
    choice = population.choice.model_copy(update={"size_bins": 1})
    setup = build_setup(population.model_copy(update={"size": size, "choice": choice}), catalogue)
    states = setup.sample(paths, size.seed)
    belief, residual, _ = settle(collective_map(setup, states), status_quo_belief(setup), TOLERANCE)
    if residual > 10 * TOLERANCE:
        raise NoPlan("collective.no_rest", residual=f"{residual:.2g}")
    ahead = values_ahead(setup, states, belief)
    run = run_mean_field(setup.world, setup.start, states, belief, ahead)
    return outlook_from(
        paths_for_plan(setup, run, states, band),
        [catalogue.accelerator(name) for name in scenario.accelerators],
        ecosystems,
        start,
        scenario.horizon.quarters,
        load_trends(),
    )
