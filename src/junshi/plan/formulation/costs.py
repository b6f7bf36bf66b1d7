"""Objective: discounted cost of each decision, in scaled units.

    sum  (price - late).order + rent_price.rent + energy.run + operation.held + engineers.port
         + upkeep.ported' + unmet_cost.unmet - resale.resell - (price - late).lost
         + opening value of the stock - terminal value of the stock left at the end

The stock counts at its resale value at both ends, so that what is left in total is the fleet used up. A unit
bought late is worth more to who goes on using it than what a dealer pays: `late` adds, at purchase, what its
straight-line book value at the end exceeds the resale value by. Without it a plan would stop buying near its
end.
"""

from __future__ import annotations

import numpy as np

from junshi.plan.formulation.node import Node, units_needed


def _scaled(node: Node, amount: float) -> float:
    """Discounted amount in cost units."""
    return float(amount * node.instance.discount[node.stage] / node.layout.cost_scale)


def order(node: Node, k: int) -> float:
    """Purchase of one scaled unit, paid when ordered, less the value beyond resale that a late one leaves."""
    return price(node, k) - late_value(node, k)


def late_value(node: Node, k: int) -> float:
    """Value beyond resale that a unit ordered now leaves; one still on its way at the end is as new."""
    return _beyond_resale(node, k, max(0, node.instance.stages - node.stage - _quarters_on_the_way(node, k)))


def late_value_lost(node: Node, k: int) -> float:
    """The same of a unit that would have arrived now: it is taken back when the order is refunded."""
    return _cheapest_order(node, k)[1]


def _quarters_on_the_way(node: Node, k: int) -> int:
    return max(1, int(node.instance.fleet.lead_time_quarters[k]))


def _beyond_resale(node: Node, k: int, used: int) -> float:
    """Book value at the end of a unit used for so many quarters, beyond its resale value; discounted."""
    fleet, instance = node.instance.fleet, node.instance
    book = fleet.price[node.stage, node.state, k] * (1.0 - used / instance.service_life_quarters)
    resale = fleet.resale_price[-1, node.state, k]
    lasting = float(fleet.survival[node.state, k]) ** used
    beyond = max(0.0, float(book - resale)) * lasting * float(instance.discount[-1])
    return beyond * float(node.layout.unit_scale[k]) / node.layout.cost_scale


def price(node: Node, k: int) -> float:
    """Purchase price of one scaled unit."""
    return _scaled(node, node.instance.fleet.price[node.stage, node.state, k] * node.layout.unit_scale[k])


def rent(node: Node, k: int) -> float:
    """Rent of one scaled unit for the quarter."""
    return _scaled(
        node, node.instance.fleet.rent_price[node.stage, node.state, k] * node.layout.unit_scale[k]
    )


def resell(node: Node, k: int) -> float:
    """Proceeds of one scaled unit sold, negative."""
    return -_scaled(
        node, node.instance.fleet.resale_price[node.stage, node.state, k] * node.layout.unit_scale[k]
    )


def hold(node: Node, k: int) -> float:
    """Operation of one scaled unit owned, at work or not."""
    return _scaled(node, node.instance.fleet.operation_cost[node.stage, k] * node.layout.unit_scale[k])


def refund(node: Node, k: int) -> float:
    """Money back for one scaled unit that does not arrive, negative, less the value that it would have left.

    The price paid is not part of the state: the lowest net cost at which it can have been ordered is given
    back, so that ordering in order to be refunded never pays.
    """
    paid, late = _cheapest_order(node, k)
    return min(0.0, late - paid)


def _cheapest_order(node: Node, k: int) -> tuple[float, float]:
    """Price and `late` of the cheapest order, in any possible state since then, of a unit due now."""
    instance, layout = node.instance, node.layout
    first = max(0, node.stage + 1 - _quarters_on_the_way(node, k))
    orders = []
    for stage in range(first, node.stage + 1):
        for state in np.flatnonzero(layout.can_occur[stage]):
            paid = instance.fleet.price[stage, state, k] * layout.unit_scale[k]
            ordered = Node(instance, layout, stage, int(state))
            late = _beyond_resale(ordered, k, instance.stages - node.stage - 1)
            orders.append((_scaled(node, paid), late))
    return min(orders, key=lambda order: order[0] - order[1])


def run(node: Node, w: int, k: int, m: int) -> float:
    """Energy to run the whole workload there for the quarter."""
    return _scaled(node, node.instance.fleet.energy_cost[node.stage, k] * units_needed(node, w, k, m))


def unmet(node: Node, w: int) -> float:
    """Loss when the whole workload goes unserved for the quarter."""
    return _scaled(node, node.instance.work.unmet_cost[node.stage, node.state, w])


def port(node: Node, w: int, e: int) -> float:
    """Engineers of the whole port."""
    return _scaled(node, node.instance.work.effort_days[w, e] * node.instance.limits.engineer_cost)


def upkeep(node: Node, w: int, e: int) -> float:
    """Engineers who keep the whole port up to date for a quarter."""
    return _scaled(node, node.instance.work.upkeep_days[w, e] * node.instance.limits.engineer_cost)


def leave(node: Node, k: int) -> float:
    """Value of one scaled unit left at the end of the horizon, negative; zero before."""
    return resell(node, k) if node.is_last else 0.0


def opening(node: Node) -> float:
    """Value of the stock at the start: the plan is charged for the fleet that it is given."""
    installed = node.instance.fleet.installed / node.layout.unit_scale
    return float(sum(-resell(node, k) * installed[k] for k in node.layout.owned))
