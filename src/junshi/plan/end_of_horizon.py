"""Risk of the total at the end of the horizon, as a risk-neutral problem with two more states.

    (1-l) E[Z] + l CVaR(Z)  =  min over q of  E[ (1-l) Z + l (q + (Z - q)^+ / tail) ],   Z = total cost

The quantile q is decided at the first stage and carried on with the accumulated cost z; the tail term is
paid at the last stage (Pflug and Pichler 2016, section 3; Rockafellar and Uryasev 2000). The first stage
must have one Markov state, otherwise q would know more than a quantile may.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from junshi.plan.risk import MeanCVaR
from junshi.plan.solver import INFINITY
from junshi.plan.stage_problem import MultistageProblem, StageProblem

ACCUMULATED, QUANTILE = -2, -1
"""Positions of the two states among the outgoing ones."""


def with_end_of_horizon_risk(
    problem: MultistageProblem, risk: MeanCVaR, cost_range: tuple[float, float]
) -> MultistageProblem:
    """Risk-neutral problem whose optimal mean cost is the end-of-horizon risk of `problem`.

    Parameters
    ----------
    cost_range : bounds of the total cost; the quantile is sought between them

    Raises
    ------
    ValueError : the first stage has more than one state of positive probability
    """
    if np.count_nonzero(problem.initial_odds) != 1:
        message = "the quantile is decided at the first stage, which must have one state"
        raise ValueError(message)
    stages = problem.stages
    nodes = tuple(
        tuple(_extended(node, risk, cost_range, first=t == 0, last=t == stages - 1) for node in problem.nodes[t])
        for t in range(stages)
    )
    floor = (1 - risk.weight) * problem.floor + risk.weight * cost_range[0]
    return MultistageProblem(
        initial_state=np.concatenate([problem.initial_state, [0.0, 0.0]]),
        initial_odds=problem.initial_odds,
        transition=problem.transition,
        nodes=nodes,
        floor=floor,
    )


def _extended(
    node: StageProblem, risk: MeanCVaR, cost_range: tuple[float, float], *, first: bool, last: bool
) -> StageProblem:
    """Add columns accumulated z', quantile q' (and excess at the end) and the rows that carry them."""
    rows, cols = node.matrix.shape
    states_in = node.incoming.shape[1]
    z, q, excess = cols, cols + 1, cols + 2
    extra_cols = 3 if last else 2
    used = np.flatnonzero(node.cost)
    entries = [
        (np.zeros(used.size + 1, dtype=int), np.append(used, z), np.append(-node.cost[used], 1.0)),
    ]
    lower, upper = [node.constant], [node.constant]
    carry = [(0, states_in, 1.0)]
    if not first:
        entries.append((np.array([1]), np.array([q]), np.array([1.0])))
        carry.append((1, states_in + 1, 1.0))
        lower.append(0.0)
        upper.append(0.0)
    cost = np.concatenate([(1 - risk.weight) * node.cost, np.zeros(extra_cols)])
    col_lower = np.concatenate([node.col_lower, [-INFINITY, cost_range[0]]])
    col_upper = np.concatenate([node.col_upper, [INFINITY, cost_range[1]]])
    if last:
        row = len(lower)
        entries.append((np.full(3, row), np.array([excess, z, q]), np.array([1.0, -1.0, 1.0])))
        lower.append(0.0)
        upper.append(INFINITY)
        cost[q], cost[excess] = risk.weight, risk.weight / risk.tail
        col_lower, col_upper = np.append(col_lower, 0.0), np.append(col_upper, INFINITY)
    new_rows = len(lower)
    r, c, v = (np.concatenate(part) for part in zip(*entries, strict=True))
    below = sparse.coo_array((v, (r, c)), shape=(new_rows, cols + extra_cols))
    widened = sparse.hstack([node.matrix, sparse.csr_array((rows, extra_cols))])
    incoming_below = sparse.coo_array(
        ([x[2] for x in carry], ([x[0] for x in carry], [x[1] for x in carry])), shape=(new_rows, states_in + 2)
    )
    incoming_above = sparse.hstack([node.incoming, sparse.csr_array((rows, 2))])
    names = ("accumulated_cost", "quantile", "excess")[:extra_cols]
    return replace(
        node,
        cost=cost,
        col_lower=col_lower,
        col_upper=col_upper,
        matrix=sparse.csr_array(sparse.vstack([widened, below])),
        row_lower=np.concatenate([node.row_lower, lower]),
        row_upper=np.concatenate([node.row_upper, upper]),
        incoming=sparse.csr_array(sparse.vstack([incoming_above, incoming_below])),
        outgoing=np.concatenate([node.outgoing, [z, q]]),
        constant=(1 - risk.weight) * node.constant,
        col_names=node.col_names + names if node.col_names else (),
        row_names=(
            node.row_names + ("accumulate", "keep_quantile", "excess")[:1 if first else 2] + (("excess",) if last else ())
            if node.row_names
            else ()
        ),
    )
