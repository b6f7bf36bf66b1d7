r"""Choice of a mix of ecosystems: logit over the expected discounted log-cost of a unit of work.

.. math:: P(m \mid c, s) \propto \exp(-\eta\, \ell_{c s m}), \qquad
   \ell_{c s m} = \sum_e w_{m e} \Big( \ln \frac{price_e}{work_{e, level}} + \kappa_c (1 - fill_{c e})
   - J_c\, share_e \Big) + port_{c m s} + upkeep_{c m} + risk_{c m s}

`work` is the discounted mean, over the life of a card, of hardware × maturity × own level, along believed
paths of experience. Log-costs make differences shares of cost; \eta is the elasticity of choice.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from junshi.collective.compiled import compiled
from junshi.collective.experience import maturity_at
from junshi.collective.world import LEVELS, World

FloatArray = NDArray[np.float64]


def logit(values: FloatArray, precision: float) -> FloatArray:
    """Shares proportional to exp(precision × value) along the last axis."""
    scaled = precision * (values - values.max(axis=-1, keepdims=True))
    weight = np.exp(scaled)
    return np.asarray(weight / weight.sum(axis=-1, keepdims=True))


@compiled()
def log_costs(
    world: World, quarter: int, state: int, experience: FloatArray, price: FloatArray, belief: FloatArray
) -> FloatArray:
    """Log-cost of a unit of work on each ecosystem at each own level, [ecosystem, level]."""
    ecosystems = world.mix.shape[1]
    last = world.world_use.shape[1] - 1
    costs = np.empty((ecosystems, LEVELS))
    for e in range(ecosystems):
        known = experience[e]
        tuned, fresh = 0.0, 0.0
        untuned = 1.0
        for ahead in range(world.weights.shape[0]):
            reached = world.weights[ahead] * maturity_at(
                known, quarter + ahead, world.gap[e], world.reference[e], world.learning_b, world.drift
            )
            tuned += reached
            fresh += reached * (1.0 - untuned * (1.0 - world.fresh[e]))
            untuned *= 1.0 - world.season[e]
            then = min(quarter + ahead, last)
            known = known * (1.0 - world.forgetting) + belief[then, e] + world.world_use[e, then]
        paid = price[e] * world.price_state[e, state] * world.price_path[e, quarter]
        if world.domestic[e] > 0.5:
            paid *= 1.0 - world.subsidy[quarter]
        else:
            paid *= 1.0 + world.levy[quarter]
        card = world.hardware[e, quarter] * world.hardware_state[e, state]
        costs[e, 0] = np.log(paid / (card * fresh))
        costs[e, 1] = costs[e, 0]
        costs[e, 2] = np.log(paid / (card * tuned))
    return costs


@compiled()
def mix_costs(
    world: World, state: int, costs: FloatArray, fill: FloatArray, shares: FloatArray
) -> FloatArray:
    """Log-cost of each mix for each class and own state, [class, state, mix]."""
    classes, ecosystems = fill.shape
    states, mixes = world.levels.shape[0], world.mix.shape[0]
    total = np.empty((classes, states, mixes))
    danger = world.cutoff_loss * world.cut_share[state]
    for c in range(classes):
        for s in range(states):
            has_port = 0.0
            for e in range(ecosystems):
                if world.levels[s, e] > 0:
                    has_port = max(has_port, world.domestic[e])
            for m in range(mixes):
                value, used, imported, ported = 0.0, 0, 0.0, has_port
                for e in range(ecosystems):
                    share = world.mix[m, e]
                    if share <= 0.0:
                        continue
                    used += 1
                    level = world.levels[s, e]
                    value += share * (
                        costs[e, level]
                        + world.domestic[e] * world.domestic_cost[c]
                        + world.unmet[c] * (1.0 - fill[c, e])
                        - world.peers[c] * shares[e]
                    )
                    if level == 0:
                        value += world.port_cost[c, e]
                    imported += share * (1.0 - world.domestic[e])
                    ported = max(ported, world.domestic[e])
                exposed = 1.0 if ported < 0.5 else world.protected_share
                value += world.risk[c] * danger * imported * exposed
                total[c, s, m] = value + world.upkeep[c] * (used - 1)
    return total


@compiled()
def continuation(world: World, ahead: FloatArray, moves: FloatArray) -> FloatArray:
    """Discounted value of the own state that each mix leads to, [class, state, mix].

    `ahead` is the expected value a quarter later of each class and own state, already discounted.
    """
    classes, states, mixes, ecosystems = moves.shape
    value = np.zeros((classes, states, mixes))
    for c in range(classes):
        for s in range(states):
            for m in range(mixes):
                mean, stay, weight = 0.0, 1.0, 1
                for e in range(ecosystems):
                    moved = moves[c, s, m, e]
                    if moved > 0.0:
                        mean += moved * ahead[c, s + (weight if world.mix[m, e] > 0.0 else -weight)]
                        stay -= moved
                    weight *= LEVELS
                value[c, s, m] = mean + stay * ahead[c, s]
    return value


@compiled()
def logit_weights(
    precision: float, costs: FloatArray, imported: FloatArray, weight: FloatArray
) -> tuple[float, float, float]:
    """Weight of each mix against the cheapest, written to `weight`, [mix].

    Returns
    -------
    Least cost, sum of the weights, and their sum over mixes without imports.
    """
    least = np.inf
    for m in range(costs.shape[0]):
        least = min(least, costs[m])
    free, domestic = 0.0, 0.0
    for m in range(costs.shape[0]):
        weight[m] = np.exp(-precision * (costs[m] - least))
        free += weight[m]
        if imported[m] <= 1e-9:
            domestic += weight[m]
    return least, free, domestic


@compiled()
def mix_odds(world: World, quarter: int, costs: FloatArray) -> FloatArray:
    """Odds of each mix, [class, state, mix]; a mandated share of orders has domestic mixes only.

    `costs` are log-costs, less the value of where a mix leads when organisations look ahead.
    """
    classes, states, mixes = costs.shape
    odds = np.empty_like(costs)
    imported = world.mix @ (1.0 - world.domestic)
    weight = np.empty(mixes)
    for c in range(classes):
        forced = world.mandate[c, quarter]
        for s in range(states):
            _, free, domestic = logit_weights(world.precision, costs[c, s], imported, weight)
            for m in range(mixes):
                odds[c, s, m] = (1.0 - forced) * weight[m] / free
                if domestic > 0.0 and imported[m] <= 1e-9:
                    odds[c, s, m] += forced * weight[m] / domestic
                elif domestic <= 0.0:
                    odds[c, s, m] = weight[m] / free
    return odds


@compiled()
def level_moves(world: World, fill: FloatArray) -> FloatArray:
    """Odds that the level of one ecosystem changes, [class, state, mix, ecosystem]; at most one does.

    Up when it is bought (first port, then tuning), down when it is not: the sign is that of the mix.
    """
    classes, ecosystems = fill.shape
    states, mixes = world.levels.shape[0], world.mix.shape[0]
    moves = np.zeros((classes, states, mixes, ecosystems))
    for c in range(classes):
        for s in range(states):
            for m in range(mixes):
                total = 0.0
                for e in range(ecosystems):
                    level, share = world.levels[s, e], world.mix[m, e]
                    odds = 0.0
                    if share > 0.0:
                        if level == 0:
                            odds = world.port_rate * fill[c, e]
                        elif level == 1:
                            odds = world.season[e] * share * fill[c, e]
                    elif level > 0:
                        odds = world.forget_rate
                    moves[c, s, m, e] = odds
                    total += odds
                if total > 1.0:
                    for e in range(ecosystems):
                        moves[c, s, m, e] /= total
    return moves
