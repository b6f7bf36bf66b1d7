r"""What goes on after a total cut-off: critical work of each class with the cards that it holds by itself.

.. math:: kept_c = \min\Big(1, \frac{imports_c + ported_c\,(domestic_c + share_c\,new)}
   {critical_c\, work_c\, growth}\Big)

Imports run on without spare parts, the rented ones are lost at once; domestic cards run where a domestic port
exists; new ones come from the part of domestic output that needs no foreign tools, memory or parts, and go to
critical work first. Work to be done grows as the number of cards in use would have.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from junshi.collective.compiled import compiled
from junshi.collective.world import World

FloatArray = NDArray[np.float64]


def need_growth(wanted: FloatArray, survival: float, quarters: int) -> FloatArray:
    """Growth of the cards in use over so many quarters, from each quarter on, if all wanted came.

    Parameters
    ----------
    wanted : thousand cards, [quarter + quarters]; the last `quarters` values only serve the growth
    """
    stock = np.empty(len(wanted))
    held = wanted[0] / (1.0 - survival) if survival < 1.0 else wanted[0]
    for t, cards in enumerate(wanted):
        held = survival * held + cards
        stock[t] = held
    return np.asarray(stock[quarters:] / stock[: len(stock) - quarters])


@compiled()
def kept_after_cut_off(
    world: World, t: int, held: FloatArray, ported: FloatArray, productive: FloatArray, capacity: FloatArray
) -> FloatArray:
    """Share of its critical work that each class still does at the end of the cut-off, [class].

    Parameters
    ----------
    held : cards of each class, [class, ecosystem]
    ported : share of its work with a domestic port, [class]
    productive : work of a card, [ecosystem]
    capacity : domestic output a quarter before the cut-off, [ecosystem]
    """
    classes, ecosystems = held.shape
    new = 0.0
    for e in range(ecosystems):
        if world.domestic[e] > 0.5:
            for ahead in range(world.cut_quarters):
                new += world.cut_output * capacity[e] * world.survival**ahead * productive[e]
    need = np.zeros(classes)
    for c in range(classes):
        for e in range(ecosystems):
            need[c] += world.critical[c] * world.need_growth[t] * held[c, e] * productive[e]
    total = max(need.sum(), 1e-12)
    kept = np.ones(classes)
    for c in range(classes):
        imports, home = 0.0, new * need[c] / total
        for e in range(ecosystems):
            work = held[c, e] * productive[e]
            if world.domestic[e] > 0.5:
                home += work * world.survival**world.cut_quarters
            else:
                imports += work * (1.0 - world.cut_rented) * world.cut_survival**world.cut_quarters
        if need[c] > 1e-12:
            kept[c] = min(1.0, (imports + ported[c] * home) / need[c])
    return kept
