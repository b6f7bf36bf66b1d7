"""Budget:  spending - resale <= budget + cash - cash',  spending = purchases, rent and ports of the quarter.

Without carry-over there is no cash. Running costs and the loss of unmet work are costs, not spending of
this budget, so that the stage problem is always feasible: one can always buy nothing.
"""

from __future__ import annotations

import numpy as np

from junshi.plan.formulation import costs
from junshi.plan.formulation.node import Node
from junshi.plan.formulation.program import Program
from junshi.plan.formulation.variables import Columns


def add_cash_rows(program: Program, node: Node, columns: Columns) -> None:
    """One row, in undiscounted cost units."""
    budget = float(node.instance.limits.budget[node.stage])
    if not np.isfinite(budget):
        return
    undo = 1.0 / float(node.instance.discount[node.stage])
    terms = [(column, costs.price(node, k) * undo) for k, column in columns.order.items()]
    terms += [(column, costs.rent(node, k) * undo) for k, column in columns.rent.items()]
    terms += [(column, costs.resell(node, k) * undo) for k, column in columns.resell.items()]
    terms += [(column, costs.port(node, w, e) * undo) for (w, e), column in columns.port.items()]
    limit = budget / node.layout.cost_scale
    incoming = []
    if node.layout.has_cash:
        terms.append((columns.cash, 1.0))
        incoming = [(node.layout.cash_at, 1.0)]
    program.row("budget", terms, upper=limit, incoming=incoming)
