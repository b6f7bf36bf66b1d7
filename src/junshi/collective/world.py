"""The world that the kernels read: named tuples of arrays, and the state that a quarter hands to the next.

Axes, always in this order: path, quarter, class, own state, mix, ecosystem. An organisation's own state is
its level on each ecosystem (0 not ported, 1 as just ported, 2 tuned), packed as a number in base 3.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LEVELS = 3


class World(NamedTuple):
    """Everything that a run is given; amounts in thousand cards, costs as logarithms of cost per work.

    Attributes
    ----------
    mix : share of each ecosystem, [mix, ecosystem]
    domestic : 1 for a domestic ecosystem, [ecosystem]
    levels : level of each own state on each ecosystem, [state, ecosystem]
    archetype, rank, demand_share, peers, risk, unmet, upkeep, critical : of each class; rank 0 is first
    domestic_cost : log-cost on top of domestic work, [class]
    port_cost : [class, ecosystem]
    mandate : share of orders that must be domestic, [class, quarter]
    precision, cutoff_loss, protected_share : of the choice
    weights : discounted weight of each quarter of a card's life, sums to 1
    fresh, season : throughput as just ported; odds of being tuned after a quarter of full use, [ecosystem]
    port_rate, forget_rate : odds of the first and of losing a level
    learning_b, gap, reference : Wright's law of the gap, [ecosystem]
    drift, forgetting : log growth of the reference a quarter; share of experience lost a quarter
    world_use : use outside, [ecosystem, quarter]
    spillover : of domestic use on other domestic ecosystems, [quarter]
    community_weight : [quarter]; community_decay, community_inflow
    hardware : [ecosystem, quarter]; hardware_state, price_state : factor, [ecosystem, supply state]
    price, price_path, price_pressure, price_b : of a card; the path is a factor, [ecosystem, quarter]
    growth : of domestic output, [supply state, quarter]; response; memory_limit, [quarter]
    import_limit : imports over cards wanted, [supply state, quarter]
    diverted, survival
    wanted : cards, [quarter]
    need_growth : of the work to be done during a cut-off, [quarter]
    cut_quarters, cut_survival, cut_rented, cut_output : length of the cut-off that is asked about; share of
        imports that outlives a quarter without spares; share of imports rented; domestic output that goes on
    cut_share : discounted share of a card's life spent in a cut-off, from each supply state
    subsidy, levy, procurement : [quarter]
    """

    mix: FloatArray
    domestic: FloatArray
    levels: IntArray
    archetype: IntArray
    rank: IntArray
    demand_share: FloatArray
    peers: FloatArray
    risk: FloatArray
    unmet: FloatArray
    upkeep: FloatArray
    critical: FloatArray
    domestic_cost: FloatArray
    port_cost: FloatArray
    mandate: FloatArray
    precision: float
    cutoff_loss: float
    protected_share: float
    weights: FloatArray
    fresh: FloatArray
    season: FloatArray
    port_rate: float
    forget_rate: float
    learning_b: float
    gap: FloatArray
    reference: FloatArray
    drift: float
    forgetting: float
    world_use: FloatArray
    spillover: FloatArray
    community_weight: FloatArray
    community_decay: float
    community_inflow: float
    hardware: FloatArray
    hardware_state: FloatArray
    price: FloatArray
    price_path: FloatArray
    price_state: FloatArray
    price_pressure: float
    price_b: float
    growth: FloatArray
    response: float
    memory_limit: FloatArray
    import_limit: FloatArray
    diverted: float
    survival: float
    wanted: FloatArray
    need_growth: FloatArray
    cut_quarters: int
    cut_survival: float
    cut_rented: float
    cut_output: float
    cut_share: FloatArray
    subsidy: FloatArray
    levy: FloatArray
    procurement: FloatArray


class Start(NamedTuple):
    """State before the first quarter.

    Attributes
    ----------
    own : distribution of own states within each class, [class, state]
    experience, installed, output, capacity : [ecosystem], thousands; output is cumulative
    community : [ecosystem], 0 to 1 / decay
    """

    own: FloatArray
    experience: FloatArray
    installed: FloatArray
    output: FloatArray
    capacity: FloatArray
    community: FloatArray


class Now(NamedTuple):
    """State of one path that a quarter hands to the next; its arrays are changed in place.

    Attributes
    ----------
    experience, installed, output, capacity, community : as in `Start`
    price : of a card, without the factors of the supply state and of the past, [ecosystem]
    shares : of the last orders, [ecosystem]
    fill : share of orders that organisations expect to be filled, [class, ecosystem]
    held : thousand cards of each class, [class, ecosystem]
    first_output : cumulative output before the first quarter, [ecosystem]
    """

    experience: FloatArray
    installed: FloatArray
    output: FloatArray
    capacity: FloatArray
    community: FloatArray
    price: FloatArray
    shares: FloatArray
    fill: FloatArray
    held: FloatArray
    first_output: FloatArray


class Paths(NamedTuple):
    """What a run records, [path, quarter, …].

    Attributes
    ----------
    served, ordered, maturity, price, capacity, gained : [path, quarter, ecosystem]; `gained` is the
        experience added by this population
    installed : [path, quarter, ecosystem], thousand cards at the end of the quarter
    fill : [path, quarter, class, ecosystem]
    mixes : share of cards wanted that each mix was chosen for, [path, quarter, class, mix]
    cost : mean log-cost of the choices made, [path, quarter, class]
    afterwards : work that domestic cards can do a year after a total cut-off, over all critical work,
        [path, quarter]
    ported : share of work whose organisation can run on a domestic ecosystem, [path, quarter, class]
    kept : share of critical work that each class still does at the end of a total cut-off that begins now,
        [path, quarter, class]; of the run by classes only
    """

    served: FloatArray
    ordered: FloatArray
    maturity: FloatArray
    price: FloatArray
    capacity: FloatArray
    gained: FloatArray
    installed: FloatArray
    fill: FloatArray
    mixes: FloatArray
    cost: FloatArray
    afterwards: FloatArray
    ported: FloatArray
    kept: FloatArray
