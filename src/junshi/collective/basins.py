"""Where play leads from: a map of first beliefs × experience of the domestic ecosystems at the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from junshi.collective.build import Setup
from junshi.collective.equilibrium import collective_map, settle
from junshi.collective.run import run_mean_field

FloatArray = NDArray[np.float64]

PATHS = 4
STEPS = 8


@dataclass(frozen=True)
class BasinMap:
    """Domestic share at the end.

    Attributes
    ----------
    believed : share of all cards that are believed to be domestic at first, [row]
    experience : factor on the domestic ecosystems' experience at the start of the history, [column]
    domestic : mean domestic share of orders in the last quarter, [row, column]
    """

    believed: FloatArray
    experience: FloatArray
    domestic: FloatArray


def basin_map(
    setup: Setup,
    believed: Sequence[float] = (0.0, 0.25, 0.5, 0.75, 1.0),
    experience: Sequence[float] = (0.1, 0.3, 1.0, 3.0, 10.0),
    paths: int = PATHS,
) -> BasinMap:
    """Follow play from each first belief and experience, to rest or for a few rounds."""
    states = setup.sample(paths, setup.file.size.seed)
    domestic = np.zeros((len(believed), len(experience)))
    side = setup.domestic / max(int(setup.domestic.sum()), 1)
    other = ~setup.domestic / max(int((~setup.domestic).sum()), 1)
    cards = np.cumsum(setup.world.wanted) / 8.0
    for column, factor in enumerate(experience):
        changed = setup.start.experience * np.where(setup.domestic, factor, 1.0)
        start = setup.start._replace(experience=changed)
        moved = replace(setup, start=start)
        belief_map = collective_map(moved, states, looking_ahead=False)
        for row, share in enumerate(believed):
            first = np.outer(cards, share * side + (1.0 - share) * other) + 1.0
            belief = settle(belief_map, first, 1e-3, STEPS)[0]
            orders = run_mean_field(moved.world, moved.start, states, belief).ordered[:, -1]
            domestic[row, column] = (orders[:, setup.domestic].sum(axis=1) / orders.sum(axis=1)).mean()
    return BasinMap(np.array(believed), np.array(experience), domestic)
