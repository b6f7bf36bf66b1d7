"""Integer columns of one warm node: depth-first branch and bound on its linear relaxation.

A node has a handful of binary columns and is solved a thousand times with a changed incoming state; each
child is one warm dual-simplex solve, where a fresh mixed-integer solve would start from nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from junshi.plan.solver import Solution, Status

FloatArray = NDArray[np.float64]
INTEGRALITY_TOLERANCE = 1e-6
RELATIVE_GAP = 1e-4
MOST_CHILDREN = 200

Bounds = tuple[FloatArray, FloatArray]


def branch_and_bound(
    relaxed: Solution, integers: NDArray[np.int32], bounds: Bounds, solve: Callable[[Bounds], Solution]
) -> Solution | None:
    """Best integer solution found within the relative gap or the limit of children; None when none was found.

    Parameters
    ----------
    relaxed : solution without integrality
    integers : columns that must be integer
    bounds : their lower and upper bounds
    solve : solves with changed bounds of these columns
    """
    best: Solution | None = None
    open_nodes = [(relaxed, bounds)]
    children = 0
    while open_nodes and children < MOST_CHILDREN:
        solution, (lower, upper) = open_nodes.pop()
        if best is not None and solution.objective >= best.objective - RELATIVE_GAP * abs(best.objective):
            continue
        position = _most_fractional(solution.columns[integers])
        if position is None:
            best = solution
            continue
        value = solution.columns[integers[position]]
        down, up = upper.copy(), lower.copy()
        down[position], up[position] = np.floor(value), np.ceil(value)
        found = [(solve(half), half) for half in ((lower, down), (up, upper))]
        children += 2
        feasible = [(child, half) for child, half in found if child.status is Status.OPTIMAL]
        # the better child is explored first: it is pushed last
        open_nodes += sorted(feasible, key=lambda pair: -pair[0].objective)
    return best


def _most_fractional(values: FloatArray) -> int | None:
    """Position of the value farthest from an integer; None when all are integer."""
    distance = np.abs(values - np.round(values))
    position = int(np.argmax(distance))
    return position if distance[position] > INTEGRALITY_TOLERANCE else None
