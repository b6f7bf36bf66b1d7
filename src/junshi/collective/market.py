"""The market: who is served when cards are short, what turns elsewhere, prices and capacity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from junshi.collective.compiled import compiled

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LARGEST_PRESSURE = 3.0


@compiled()
def serve(ordered: FloatArray, limit: FloatArray, rank: IntArray) -> FloatArray:
    """Cards delivered, [class, ecosystem]: classes of rank 0 first, pro rata within a rank.

    Parameters
    ----------
    ordered : [class, ecosystem]
    limit : cards that can be had, [ecosystem]
    rank : [class]
    """
    classes, ecosystems = ordered.shape
    served = np.zeros((classes, ecosystems))
    highest = 0
    for c in range(classes):
        highest = max(highest, rank[c])
    for e in range(ecosystems):
        left = limit[e]
        for place in range(highest + 1):
            wanted = 0.0
            for c in range(classes):
                if rank[c] == place:
                    wanted += ordered[c, e]
            if wanted <= 0.0:
                continue
            part = min(1.0, left / wanted)
            for c in range(classes):
                if rank[c] == place:
                    served[c, e] = part * ordered[c, e]
            left = max(0.0, left - wanted)
    return served


@compiled()
def divert(ordered: FloatArray, served: FloatArray, limit: FloatArray, share: float) -> FloatArray:
    """Cards that unfilled orders find on other ecosystems, [class, ecosystem]: a second round, pro rata.

    What is left of each ecosystem is offered in proportion to it; nobody gets more than a `share` of what
    stayed unfilled.
    """
    classes, ecosystems = ordered.shape
    extra = np.zeros((classes, ecosystems))
    left = np.zeros(ecosystems)
    total_left, total_short = 0.0, 0.0
    for e in range(ecosystems):
        left[e] = max(0.0, limit[e] - served[:, e].sum())
        total_left += left[e]
    for c in range(classes):
        for e in range(ecosystems):
            total_short += share * (ordered[c, e] - served[c, e])
    if total_left <= 0.0 or total_short <= 0.0:
        return extra
    part = min(1.0, total_left / total_short)
    for c in range(classes):
        short = 0.0
        for e in range(ecosystems):
            short += share * (ordered[c, e] - served[c, e])
        for e in range(ecosystems):
            extra[c, e] = part * short * left[e] / total_left
    return extra


@compiled(inline=True)
def pressed_price(
    base: float, output: float, first: float, b: float, load: float, elasticity: float
) -> float:
    """Price after learning in production, raised while orders exceed capacity."""
    learned = base * (max(output, first) / first) ** (-b)
    return float(learned * min(max(load, 1.0) ** elasticity, LARGEST_PRESSURE))


@compiled(inline=True)
def grown_capacity(capacity: float, ordered: float, growth: float, response: float) -> float:
    """Capacity a quarter later: towards a tenth above orders, by at most `growth`."""
    missing = max(0.0, 1.1 * ordered - capacity)
    return capacity + min(growth * capacity, response * missing)


def cournot_output(willingness: float, cost: float, network: float, firms: int, believed: float) -> float:
    """Total output of Cournot firms when all believe in a network of size `believed`.

    Inverse demand `willingness + network × believed − output`; a fulfilled-expectations equilibrium is a
    fixed point (Katz and Shapiro 1985).
    """
    return firms * max(0.0, willingness + network * believed - cost) / (firms + 1)
