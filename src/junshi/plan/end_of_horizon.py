"""Risk of the total at the end of the horizon, as a risk-neutral problem with one more state.

    (1-l) E[Z] + l CVaR(Z)  =  min over q of  E[ (1-l) Z + l (q + (Z - q)^+ / tail) ],   Z = total cost

The quantile q is decided in the first stage; the state `excess` starts at -q, gathers the cost of every
stage, and its positive part is paid at the end (Rockafellar and Uryasev 2000; Pflug and Pichler 2016). The
first stage must have one Markov state, otherwise q would know more than a quantile may.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from junshi.plan.risk import MeanCVaR
from junshi.plan.solver import INFINITY
from junshi.plan.stage_problem import MultistageProblem, StageProblem

EXCESS = -1
"""Position of the state among the outgoing ones."""


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
    last = problem.stages - 1
    nodes = tuple(
        tuple(_extended(node, risk, cost_range, first=t == 0, last=t == last) for node in problem.nodes[t])
        for t in range(problem.stages)
    )
    # from the second stage on the quantile is paid and the excess costs nothing at the least
    floor = (1 - risk.weight) * problem.floor
    return MultistageProblem(
        initial_state=np.append(problem.initial_state, 0.0),
        initial_odds=problem.initial_odds,
        transition=problem.transition,
        nodes=nodes,
        floor=floor,
    )


def plain_costs(
    problem: MultistageProblem, stage: int, states: np.ndarray, columns: np.ndarray
) -> np.ndarray:
    """Cost of one stage without the risk terms.

    Parameters
    ----------
    problem : the problem before it was extended
    states, columns : Markov state and decisions of each path, shapes [path] and [path, column]
    """
    cost = np.stack([node.cost for node in problem.nodes[stage]])[states]
    constant = np.array([node.constant for node in problem.nodes[stage]])[states]
    return np.asarray(np.einsum("pc,pc->p", cost, columns[:, : cost.shape[1]]) + constant)


def _extended(
    node: StageProblem, risk: MeanCVaR, cost_range: tuple[float, float], *, first: bool, last: bool
) -> StageProblem:
    """Add the excess (and the quantile in the first stage, its positive part in the last) and their rows.

    excess' - cost (+ q) = excess;   positive >= excess'
    """
    rows, cols = node.matrix.shape
    states_in = node.incoming.shape[1]
    used = np.flatnonzero(node.cost)
    extra = {"excess": (0.0, -INFINITY, INFINITY)}
    if first:
        extra["quantile"] = (risk.weight, *cost_range)
    if last:
        extra["positive"] = (risk.weight / risk.tail, 0.0, INFINITY)
    position = {name: cols + index for index, name in enumerate(extra)}
    gather = [(0, int(c), -float(node.cost[c])) for c in used] + [(0, position["excess"], 1.0)]
    bounds = [(node.constant, node.constant)]
    if first:
        gather.append((0, position["quantile"], 1.0))
    if last:
        gather += [(1, position["positive"], 1.0), (1, position["excess"], -1.0)]
        bounds.append((0.0, INFINITY))
    r, c, v = (np.array(part) for part in zip(*gather, strict=True))
    below = sparse.coo_array((v, (r, c)), shape=(len(bounds), cols + len(extra)))
    carry = sparse.coo_array(([1.0], ([0], [states_in])), shape=(len(bounds), states_in + 1))
    wider = sparse.hstack([node.matrix, sparse.csr_array((rows, len(extra)))])
    incoming = sparse.hstack([node.incoming, sparse.csr_array((rows, 1))])
    costs, lower, upper = (np.array(part) for part in zip(*extra.values(), strict=True))
    row_names = ("gather_excess", "positive_excess")[: len(bounds)]
    return replace(
        node,
        cost=np.concatenate([(1 - risk.weight) * node.cost, costs]),
        col_lower=np.concatenate([node.col_lower, lower]),
        col_upper=np.concatenate([node.col_upper, upper]),
        matrix=sparse.csr_array(sparse.vstack([wider, below])),
        row_lower=np.concatenate([node.row_lower, [bound[0] for bound in bounds]]),
        row_upper=np.concatenate([node.row_upper, [bound[1] for bound in bounds]]),
        incoming=sparse.csr_array(sparse.vstack([incoming, carry])),
        outgoing=np.append(node.outgoing, position["excess"]),
        constant=(1 - risk.weight) * node.constant,
        col_names=node.col_names + tuple(extra) if node.col_names else (),
        row_names=node.row_names + row_names if node.row_names else (),
    )
