r"""The fast logit's costs of domestic work, set by archetype to those of the planner.

The planner prices what the logit does not know: rent, engineers, the workloads and the parts that a template
lists, the horizon. Planned once with domestic orders only and once with imports only, the same scenario gives
the difference of log-cost :math:`\Delta_a`. The logit gets an offset on domestic work such that the odds of
its orders are :math:`\exp(-\eta \Delta_a)`, with its own elasticity :math:`\eta`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from junshi.collective.build import Setup
from junshi.collective.coupling import CollectivePaths, archetype_shares
from junshi.collective.run import run_given
from junshi.terms import Archetype

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

CostOfSide = Callable[[Archetype, CollectivePaths, bool], float]
"""Cost of an archetype's plan in a world when it may buy and rent domestic parts only, or imports only."""

LARGEST = 2.0
"""Beyond this log-cost one side is out of the question; more would only stop the logit from ever moving."""
STEPS = 6


@dataclass(frozen=True)
class Calibration:
    """Offsets that give the logit the planner's costs.

    Attributes
    ----------
    difference : log-cost of domestic orders only, less that of imports only, by the planner, [archetype]
    offset : log-cost added to domestic work in the logit, [archetype]
    setup : setup whose logit has these offsets
    """

    difference: FloatArray
    offset: FloatArray
    setup: Setup


def calibrated(
    setup: Setup, states: IntArray, belief: FloatArray, world: CollectivePaths, cost_of: CostOfSide
) -> Calibration:
    """Logit with the planner's cost difference in this world; a mandated archetype keeps its mandate."""
    archetypes = [Archetype(name) for name in setup.population.archetypes]
    difference = np.array(
        [
            np.clip(
                np.log(cost_of(archetype, world, True) / cost_of(archetype, world, False)), -LARGEST, LARGEST
            )
            for archetype in archetypes
        ]
    )
    offset = np.zeros(len(archetypes))
    precision = setup.world.precision
    moved = setup
    for _ in range(STEPS):
        run = run_given(moved.world, moved.start, states, belief, None)
        shares = archetype_shares(moved, run).mean(axis=1)
        home = shares[:, setup.domestic].sum(axis=1).clip(1e-3, 1.0 - 1e-3)
        off = difference + np.log(home / (1.0 - home)) / precision
        offset = np.where(_free(setup), np.clip(offset + off, -LARGEST, LARGEST), 0.0)
        moved = with_offset(setup, offset)
    return Calibration(difference, offset, moved)


def _free(setup: Setup) -> NDArray[np.bool_]:
    """Archetypes that may still buy imports in the last quarter, [archetype]."""
    last = setup.world.mandate[:, -1]
    names = range(len(setup.population.archetypes))
    return np.array([last[setup.population.archetype == place].min() < 1.0 for place in names])


def with_offset(setup: Setup, offset: FloatArray) -> Setup:
    """Setup whose archetypes count this log-cost on top of domestic work."""
    return replace(setup, world=setup.world._replace(domestic_cost=offset[setup.population.archetype]))
