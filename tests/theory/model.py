"""Small multistage problems written with names, turned into the arrays that the engine solves."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from junshi.plan.stage_problem import MultistageProblem, StageProblem

FloatArray = NDArray[np.float64]
INFINITY = float("inf")


@dataclass(frozen=True)
class _Row:
    here: Mapping[str, float]
    before: Mapping[str, float]
    lower: float
    upper: float


@dataclass
class Node:
    """One node problem, minimised; the incoming and outgoing state have the names of `states`, in order."""

    states: Sequence[str]
    _columns: dict[str, tuple[float, float, float, bool]] = field(default_factory=dict)
    _rows: list[_Row] = field(default_factory=list)
    constant: float = 0.0

    def variable(
        self,
        name: str,
        lower: float = 0.0,
        upper: float = INFINITY,
        cost: float = 0.0,
        *,
        integer: bool = False,
    ) -> None:
        """Add a column; one that is named like a state is that state's outgoing value."""
        self._columns[name] = (lower, upper, cost, integer)

    def row(
        self,
        here: Mapping[str, float],
        before: Mapping[str, float] | None = None,
        *,
        lower: float = -INFINITY,
        upper: float = INFINITY,
    ) -> None:
        """Add lower <= sum of here[c] * column + sum of before[x] * incoming state <= upper."""
        self._rows.append(_Row(here, before or {}, lower, upper))

    def equal(
        self, here: Mapping[str, float], before: Mapping[str, float] | None = None, *, to: float = 0.0
    ) -> None:
        """Add an equality, written as `row`."""
        self.row(here, before, lower=to, upper=to)

    def build(self) -> StageProblem:
        """Arrays of the node."""
        names = list(self._columns)
        place = {name: index for index, name in enumerate(names)}
        lower, upper, cost, integer = (np.array(part) for part in zip(*self._columns.values(), strict=True))
        matrix = np.zeros((len(self._rows), len(names)))
        incoming = np.zeros((len(self._rows), len(self.states)))
        for index, row in enumerate(self._rows):
            for name, value in row.here.items():
                matrix[index, place[name]] += value
            for name, value in row.before.items():
                incoming[index, list(self.states).index(name)] -= value
        return StageProblem(
            cost=cost.astype(float),
            col_lower=lower.astype(float),
            col_upper=upper.astype(float),
            matrix=sparse.csr_array(matrix),
            row_lower=np.array([row.lower for row in self._rows]),
            row_upper=np.array([row.upper for row in self._rows]),
            incoming=sparse.csr_array(incoming),
            outgoing=np.array([place[name] for name in self.states], dtype=np.int64),
            integers=np.flatnonzero(integer).astype(np.int64),
            constant=self.constant,
            col_names=tuple(names),
            row_names=tuple(f"row{index}" for index in range(len(self._rows))),
        )


def chain(
    nodes: Sequence[Sequence[Node]],
    transition: Sequence[ArrayLike],
    *,
    initial: Sequence[float],
    floor: float,
    initial_odds: ArrayLike = (1.0,),
) -> MultistageProblem:
    """Nodes on a Markov chain; `floor` is a lower bound of every value function."""
    return MultistageProblem(
        initial_state=np.array(initial, dtype=float),
        initial_odds=np.array(initial_odds, dtype=float),
        transition=tuple(np.array(matrix, dtype=float) for matrix in transition),
        nodes=tuple(tuple(node.build() for node in stage) for stage in nodes),
        floor=np.full(len(nodes), float(floor)),
    )


def independent(odds: Sequence[ArrayLike]) -> tuple[FloatArray, list[FloatArray]]:
    """Odds of the first stage and transitions of outcomes that do not depend on the previous stage."""
    rows = [np.array(row, dtype=float) for row in odds]
    return rows[0], [np.tile(after, (before.size, 1)) for before, after in itertools.pairwise(rows)]
