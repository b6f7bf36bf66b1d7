"""The domestic share ahead with all that is uncertain: paths of supply, and parameters from the posterior."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from junshi.catalogue.catalogue import Catalogue
from junshi.collective.build import build_setup
from junshi.collective.equilibrium import collective_map, settle
from junshi.collective.parameters import FITTED_YEARS, stored_draws, with_values
from junshi.collective.run import Fan, domestic_share, run_mean_field, status_quo_belief
from junshi.collective.schema import CollectiveFile

FloatArray = NDArray[np.float64]

DRAWS = 16
PATHS_PER_DRAW = 8
STEPS = 6


def share_with_all_uncertainty(
    prior: CollectiveFile, catalogue: Catalogue, draws: int = DRAWS, paths: int = PATHS_PER_DRAW
) -> Fan:
    """Fan of the domestic share, [quarter shown], over draws of the posterior × paths of supply.

    Parameters
    ----------
    prior : file whose parameters the draws replace or scale
    draws : of the posterior given all counted figures
    """
    choice = prior.choice.model_copy(update={"size_bins": 1})
    file = prior.model_copy(update={"choice": choice})
    rows = []
    for number, values in enumerate(stored_draws(FITTED_YEARS[-1])[:draws]):
        setup = build_setup(with_values(file, values), catalogue)
        states = setup.sample(paths, file.size.seed + number)
        belief_map = collective_map(setup, states, looking_ahead=False)
        belief = settle(belief_map, status_quo_belief(setup), 1e-3, STEPS)[0]
        run = run_mean_field(setup.world, setup.start, states, belief)
        rows.append(domestic_share(setup, run)[:, setup.past :])
    return Fan.of(np.concatenate(rows))
