"""One linear (or mixed-integer) problem a (stage, Markov state), and the chain that joins them.

The problem of stage t in state s, given the state x that the previous stage leaves:

    V_t(x, s) = min  c.y + constant + rho[ V_{t+1}(y[outgoing], s') | s ]
                s.t. row_lower + H x <= A y <= row_upper + H x,   col_lower <= y <= col_upper

The same object serves the decomposition, the extensive form, the simulation and the stress test.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class StageProblem:
    """Arrays of one node problem.

    Attributes
    ----------
    cost, col_lower, col_upper : shape [column]
    matrix : CSR, shape [row, column]
    row_lower, row_upper : shape [row], at a zero incoming state
    incoming : CSR, shape [row, incoming state]; shifts both row bounds
    outgoing : columns that hold the state left to the next stage, in its order
    integers : columns that must be integer
    constant : added to the objective
    col_names, row_names : for people and exported files; empty = none
    """

    cost: FloatArray
    col_lower: FloatArray
    col_upper: FloatArray
    matrix: sparse.csr_array
    row_lower: FloatArray
    row_upper: FloatArray
    incoming: sparse.csr_array
    outgoing: IntArray
    integers: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    constant: float = 0.0
    col_names: tuple[str, ...] = ()
    row_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        rows, cols = self.matrix.shape
        expected = {
            "cost": cols,
            "col_lower": cols,
            "col_upper": cols,
            "row_lower": rows,
            "row_upper": rows,
        }
        for name, size in expected.items():
            if getattr(self, name).shape != (size,):
                message = f"{name} has shape {getattr(self, name).shape}, expected ({size},)"
                raise ValueError(message)
        if self.incoming.shape[0] != rows:
            message = f"incoming has {self.incoming.shape[0]} rows, expected {rows}"
            raise ValueError(message)


@dataclass(frozen=True)
class MultistageProblem:
    """Node problems on a Markov chain.

    Attributes
    ----------
    initial_state : shape [incoming state of stage 0]
    initial_odds : shape [state of stage 0]
    transition : one array per stage from 1 on, shape [state of t-1, state of t]
    nodes : nodes[t][s]
    floor : shape [stage]; a valid lower bound on V_t in every state and reachable x
    """

    initial_state: FloatArray
    initial_odds: FloatArray
    transition: tuple[FloatArray, ...]
    nodes: tuple[tuple[StageProblem, ...], ...]
    floor: FloatArray

    def __post_init__(self) -> None:
        if len(self.transition) != len(self.nodes) - 1:
            message = f"{len(self.transition)} transitions for {len(self.nodes)} stages"
            raise ValueError(message)
        odds = (self.initial_odds[None, :], *self.transition)
        for stage, (matrix, nodes) in enumerate(zip(odds, self.nodes, strict=True)):
            if matrix.shape[1] != len(nodes):
                message = f"stage {stage}: odds for {matrix.shape[1]} states, {len(nodes)} problems"
                raise ValueError(message)
            if np.any(matrix < 0) or np.any(np.abs(matrix.sum(axis=1) - 1) > 1e-9):
                message = f"stage {stage}: odds must be non-negative and sum to 1"
                raise ValueError(message)

    @property
    def stages(self) -> int:
        """Number of stages."""
        return len(self.nodes)

    def odds_from(self, stage: int, state: int) -> FloatArray:
        """Odds of the states of `stage + 1` out of `state` of `stage`."""
        row: FloatArray = self.transition[stage][state]
        return row
