"""Published multistage problems, modelled from their descriptions; optima are asserted in the tests.

Maximisation problems are written as minimisation of the negative.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise, product

import numpy as np
from numpy.typing import ArrayLike

from junshi.plan.stage_problem import MultistageProblem
from tests.theory.model import Node, chain, independent

CROPS = ("wheat", "corn", "beet")


def farmer(
    multipliers: Sequence[float] = (1.2, 1.0, 0.8), planted: ArrayLike | None = None
) -> MultistageProblem:
    """Farmer's problem (Birge and Louveaux 2011, section 1.1): acres first, then trade, by yield.

    `planted` fixes the acres of (wheat, corn, beet).
    """
    first = Node(CROPS)
    for index, (crop, cost) in enumerate(zip(CROPS, (150.0, 230.0, 260.0), strict=True)):
        lower, upper = (0.0, 500.0) if planted is None else (float(np.asarray(planted)[index]),) * 2
        first.variable(crop, lower, upper, cost)
    first.row(dict.fromkeys(CROPS, 1.0), upper=500.0)
    second = [_harvest(multiplier) for multiplier in multipliers]
    odds = np.full(len(multipliers), 1.0 / len(multipliers))
    return chain([[first], second], [odds[None, :]], initial=[0, 0, 0], floor=-1e6)


def _harvest(multiplier: float) -> Node:
    node = Node(CROPS)
    for crop in CROPS:
        node.variable(crop, 0.0, 0.0)
    node.variable("sell wheat", cost=-170.0)
    node.variable("sell corn", cost=-150.0)
    node.variable("sell beet", upper=6000.0, cost=-36.0)
    node.variable("sell beet above quota", cost=-10.0)
    node.variable("buy wheat", cost=238.0)
    node.variable("buy corn", cost=210.0)
    node.row({"buy wheat": 1, "sell wheat": -1}, {"wheat": 2.5 * multiplier}, lower=200.0)
    node.row({"buy corn": 1, "sell corn": -1}, {"corn": 3.0 * multiplier}, lower=240.0)
    node.row({"sell beet": -1, "sell beet above quota": -1}, {"beet": 20.0 * multiplier}, lower=0.0)
    return node


def electricity_investment() -> MultistageProblem:
    """LandS (Louveaux and Smeers 1988): four plant kinds, three demand blocks, one demand uncertain."""
    plants = tuple(f"plant{i}" for i in range(4))
    operation = (40.0, 45.0, 32.0, 55.0)
    first = Node(plants)
    for plant, cost in zip(plants, (10.0, 7.0, 16.0, 6.0), strict=True):
        first.variable(plant, cost=cost)
    first.row(dict.fromkeys(plants, 1.0), lower=12.0)
    first.row(dict(zip(plants, (10.0, 7.0, 16.0, 6.0), strict=True)), upper=120.0)
    second = []
    for uncertain in (3.0, 5.0, 7.0):
        node = Node(plants)
        for plant in plants:
            node.variable(plant, 0.0, 0.0)
        for (plant, cost), (block, hours) in product(
            zip(plants, operation, strict=True), enumerate((1.0, 0.6, 0.1))
        ):
            node.variable(f"{plant} {block}", cost=cost * hours)
        for plant in plants:
            node.row({f"{plant} {block}": 1.0 for block in range(3)}, {plant: -1.0}, upper=0.0)
        for block, demand in enumerate((uncertain, 3.0, 2.0)):
            node.row({f"{plant} {block}": 1.0 for plant in plants}, lower=demand)
        second.append(node)
    return chain([[first], second], [[[0.3, 0.4, 0.3]]], initial=[0] * 4, floor=0.0)


def air_conditioning() -> MultistageProblem:
    """Production with overtime and storage over three months (Birge and Louveaux 2011)."""
    stages = []
    for demands in ((100.0,), (100.0, 300.0), (100.0, 300.0)):
        nodes = []
        for demand in demands:
            node = Node(("stored",))
            node.variable("stored", upper=100.0, cost=50.0, integer=True)
            node.variable("produced", upper=200.0, cost=100.0, integer=True)
            node.variable("overtime", cost=300.0, integer=True)
            node.equal({"stored": 1, "produced": -1, "overtime": -1}, {"stored": -1}, to=-demand)
            nodes.append(node)
        stages.append(nodes)
    _, transition = independent([[1.0], [0.5, 0.5], [0.5, 0.5]])
    return chain(stages, transition, initial=[0.0], floor=0.0)


def production_management() -> MultistageProblem:
    """FAST: stock of two goods, sold under a random limit, three stages."""
    stages = []
    for demands in ((0.0,), (2.0, 10.0), (2.0, 10.0)):
        nodes = []
        for demand in demands:
            node = Node(("a", "b"))
            node.variable("a", cost=0.2)
            node.variable("b", cost=0.7)
            node.variable("sell a", cost=-2.33)
            node.variable("sell b", cost=-2.54)
            node.row({"sell a": 1}, {"a": -1}, upper=0.0)
            node.row({"sell b": 1}, {"b": -1}, upper=0.0)
            node.row({"sell a": 1, "sell b": 1}, upper=demand)
            nodes.append(node)
        stages.append(nodes)
    _, transition = independent([[1.0], [0.5, 0.5], [0.5, 0.5]])
    return chain(stages, transition, initial=[0.0, 0.0], floor=-50.0)


def two_stage_hydrothermal() -> MultistageProblem:
    """FAST: one reservoir, one thermal plant, rain of 2 or 10 in the second stage."""
    stages = []
    for rains in ((6.0,), (2.0, 10.0)):
        nodes = []
        for rain in rains:
            node = Node(("water",))
            node.variable("water", upper=8.0)
            node.variable("turbined")
            node.variable("thermal", cost=5.0)
            node.row({"thermal": 1, "turbined": 1}, lower=6.0)
            node.row({"water": 1, "turbined": 1}, {"water": -1}, upper=rain)
            nodes.append(node)
        stages.append(nodes)
    return chain(stages, [[[0.5, 0.5]]], initial=[0.0], floor=0.0)


def quick_start() -> MultistageProblem:
    """FAST: make x at 1, sell at 2 up to a random limit of 2 or 3."""
    first = Node(("x",))
    first.variable("x", cost=1.0)
    second = []
    for limit in (2.0, 3.0):
        node = Node(("x",))
        node.variable("x", 0.0, 0.0)
        node.variable("sold", upper=limit, cost=-2.0)
        node.row({"sold": 1}, {"x": -1}, upper=0.0)
        second.append(node)
    return chain([[first], second], [[[0.5, 0.5]]], initial=[0.0], floor=-6.0)


def capacity_expansion(stages: int) -> MultistageProblem:
    """Problem 5.2 of the StructDualDynProg.jl tests: four techniques, three load blocks, two loads."""
    plants = tuple(f"plant{i}" for i in range(4))
    invest, operate = (16.0, 5.0, 32.0, 2.0), (25.0, 80.0, 6.5, 160.0)
    hours = np.array([8760.0, 7000.0, 1500.0]) / 8760.0
    loads = [np.diff([0.0, 3919.0, 7329.0, 10315.0]), np.diff([0.0, 7086.0, 9004.0, 11169.0])]
    penalty = 1e6 if stages == 2 else 1e5

    def node(load: ArrayLike, *, last: bool) -> Node:
        made = Node(plants)
        for plant in plants:
            made.variable(plant)
        for plant, cost in zip(plants, invest, strict=True):
            made.variable(f"new {plant}", upper=0.0 if last else np.inf, cost=cost)
            made.equal({plant: 1, f"new {plant}": -1}, {plant: -1})
        for (plant, cost), (block, share) in product(zip(plants, operate, strict=True), enumerate(hours)):
            made.variable(f"{plant} {block}", cost=cost * share)
        made.variable("unserved", cost=penalty)
        for plant in plants:
            made.row({f"{plant} {block}": 1.0 for block in range(3)}, {plant: -1.0}, upper=0.0)
        for block, needed in enumerate(np.asarray(load)):
            made.row({**{f"{plant} {block}": 1.0 for plant in plants}, "unserved": 1.0}, lower=needed)
        return made

    problems = [[node(np.zeros(3), last=False)]]
    problems += [[node(load, last=stage == stages - 1) for load in loads] for stage in range(1, stages)]
    _, transition = independent([[1.0], *[[0.9, 0.1]] * (stages - 1)])
    return chain(problems, transition, initial=[0.0] * 4, floor=0.0)


def financial_planning() -> MultistageProblem:
    """Stocks and bonds towards 80 from 55 in three periods (Birge and Louveaux 2011, section 1.2)."""
    returns = ((1.25, 1.14), (1.06, 1.12))
    first = Node(("stocks", "bonds"))
    first.variable("stocks")
    first.variable("bonds")
    first.equal({"stocks": 1, "bonds": 1}, to=55.0)
    stages = [[first]]
    for last in (False, False, True):
        nodes = []
        for stocks, bonds in returns:
            node = Node(("stocks", "bonds"))
            node.variable("stocks", upper=0.0 if last else np.inf)
            node.variable("bonds", upper=0.0 if last else np.inf)
            node.variable("over", cost=-1.0, upper=np.inf if last else 0.0)
            node.variable("short", cost=4.0, upper=np.inf if last else 0.0)
            node.equal(
                {"stocks": -1, "bonds": -1, "over": -1, "short": 1},
                {"stocks": stocks, "bonds": bonds},
                to=80.0 if last else 0.0,
            )
            nodes.append(node)
        stages.append(nodes)
    half = [[0.5, 0.5], [0.5, 0.5]]
    return chain(stages, [[[0.5, 0.5]], half, half], initial=[0.0, 0.0], floor=-1000.0)


def all_blacks() -> MultistageProblem:
    """Two seats, three rounds of random offers, each seat sold once (binary)."""
    offers = [
        [(1, 1), (0, 0), (1, 1)],
        [(1, 0), (0, 0), (0, 0)],
        [(0, 1), (1, 0), (1, 1)],
    ]
    prices = (3.0, 3.0, 6.0)
    stages = []
    for price, outcomes in zip(prices, offers, strict=True):
        nodes = []
        for offered in outcomes:
            node = Node(("seat0", "seat1"))
            for seat, there in enumerate(offered):
                node.variable(f"seat{seat}", upper=1.0, integer=True)
                node.variable(f"sell{seat}", upper=float(there), cost=-price, integer=True)
                node.equal({f"seat{seat}": 1, f"sell{seat}": 1}, {f"seat{seat}": -1})
            nodes.append(node)
        stages.append(nodes)
    third = [1 / 3] * 3
    first, transition = independent([third, third, third])
    return chain(stages, transition, initial=[1.0, 1.0], floor=-100.0, initial_odds=first)


def booking(days: int, rooms: int, requests: int) -> MultistageProblem:
    """Hotel rooms and days; each stage brings one request for a run of days in one room (binary)."""
    cells = [(room, day) for room in range(rooms) for day in range(days)]
    wanted = [
        {(room, day) for day in range(start, stop)}
        for room in range(rooms)
        for start in range(days)
        for stop in range(start + 1, days + 1)
    ]
    names = tuple(f"free {room},{day}" for room, day in cells)
    stages = []
    for stage in range(requests):
        nodes = []
        for request in wanted:
            node = Node(names)
            node.variable(
                "accept", upper=1.0, integer=True, cost=-sum(room + 1.0 + stage for room, _ in request)
            )
            for name, cell in zip(names, cells, strict=True):
                node.variable(name, upper=1.0, integer=True)
                taken = {"accept": 1.0} if cell in request else {}
                node.equal({name: 1.0, **taken}, {name: -1.0})
            nodes.append(node)
        stages.append(nodes)
    share = [1 / len(wanted)] * len(wanted)
    first, transition = independent([share] * requests)
    floor = -float((rooms + requests) * days * rooms)
    return chain(stages, transition, initial=[1.0] * len(cells), floor=floor, initial_odds=first)


def hydro_valley(*, inflows: bool = True, prices: bool = True) -> MultistageProblem:
    """Two reservoirs in a row with piecewise linear turbines; random inflow, Markov price, or both.

    From the `hydro_valley` example of SDDP.jl. Without `inflows` it never rains.
    """
    price = [[1.0], [2.0, 1.0], [3.0, 4.0]] if prices else [[1.0], [2.0], [3.0]]
    steps = [[[0.6, 0.4]], [[0.6, 0.4], [0.3, 0.7]]] if prices else [[[1.0]], [[1.0]]]
    rains = [(0.0, 0.0), (20.0, 0.0), (50.0, 20.0)] if inflows else [(0.0, 0.0)]
    stages = [[_valley(price[0][0], (0.0, 0.0))]]
    stages += [[_valley(level, rain) for level in levels for rain in rains] for levels in price[1:]]
    share = np.full(len(rains), 1 / len(rains))
    transition = [np.kron(np.array(steps[0]), share[None, :])]
    transition.append(np.kron(np.array(steps[1]), np.tile(share, (len(rains), 1))))
    return chain(stages, transition, initial=[200.0, 200.0], floor=-1e5)


def _valley(price: float, rain: tuple[float, float]) -> Node:
    node = Node(("upper", "lower"))
    names = ("upper", "lower")
    for name, fallen in zip(names, rain, strict=True):
        node.variable(name, upper=200.0)
        node.variable(f"out {name}")
        node.variable(f"spill {name}", cost=1000.0)
        node.variable(f"inflow {name}", upper=fallen)
        flow: dict[str, float] = {f"out {name}": -1.0}
        for knot, power in ((50.0, 55.0), (60.0, 65.0), (70.0, 70.0)):
            node.variable(f"dispatch {name} {knot:.0f}", upper=1.0, cost=-price * power)
            flow[f"dispatch {name} {knot:.0f}"] = knot
        node.equal(flow)
        node.row({column: 1.0 for column in flow if column.startswith("dispatch")}, upper=1.0)
    node.equal({"upper": 1, "inflow upper": -1, "out upper": 1, "spill upper": 1}, {"upper": -1})
    below: Mapping[str, float] = {
        "lower": 1,
        "inflow lower": -1,
        "out lower": 1,
        "spill lower": 1,
        "out upper": -1,
        "spill upper": -1,
    }
    node.equal(below, {"lower": -1})
    return node


def hydrothermal_tutorial(*, markov: bool) -> MultistageProblem:
    """Reservoir of 200, demand of 150 in three weeks, rising fuel cost; the tutorials of SDDP.jl.

    Without `markov` rain is 0, 50 or 100 with equal odds and moves nothing else. With it, a wet or dry
    climate sets the odds of (rain, fuel multiplier), and the first week is wet.
    """
    outcomes = [(0.0, 1.5), (50.0, 1.0), (100.0, 0.75)] if markov else [(0.0, 1.0), (50.0, 1.0), (100.0, 1.0)]
    climates = [[1 / 6, 1 / 3, 1 / 2], [1 / 2, 1 / 3, 1 / 6]] if markov else [[1 / 3] * 3]
    persistence = [[0.75, 0.25], [0.25, 0.75]] if markov else [[1.0]]
    counts = [1, len(climates), len(climates)]
    stages = []
    for fuel, count in zip((50.0, 100.0, 150.0), counts, strict=True):
        nodes = []
        for _, (rain, multiplier) in product(range(count), outcomes):
            node = Node(("volume",))
            node.variable("volume", upper=200.0)
            node.variable("thermal", cost=fuel * multiplier)
            node.variable("hydro")
            node.variable("spill")
            node.equal({"volume": 1, "hydro": 1, "spill": 1}, {"volume": -1}, to=rain)
            node.equal({"thermal": 1, "hydro": 1}, to=150.0)
            nodes.append(node)
        stages.append(nodes)
    transition = []
    for before, after in pairwise(counts):
        steps = np.array(persistence)[:before, :after]
        spread = np.hstack([np.outer(steps[:, c], climates[c]) for c in range(after)])
        transition.append(np.repeat(spread, len(outcomes), axis=0))
    return chain(stages, transition, initial=[200.0], floor=0.0, initial_odds=climates[0])


def perpetual_cost(stages: int, odds_to_go_on: float = 0.9) -> MultistageProblem:
    """Cost 2 a stage, going on with odds 0.9: 2 / (1 - 0.9) = 20 in the limit of many stages."""

    def node(cost: float) -> Node:
        made = Node(("x",))
        made.variable("x", 0.0, 0.0)
        made.variable("one", 1.0, 1.0, cost)
        made.row({"x": 1.0}, {"x": -1.0}, lower=0.0)
        return made

    problems = [[node(2.0)]] + [[node(2.0), node(0.0)] for _ in range(stages - 1)]
    go_on = [[odds_to_go_on, 1 - odds_to_go_on], [0.0, 1.0]]
    transition = [go_on[:1], *[go_on] * (stages - 2)]
    return chain(problems, transition, initial=[0.0], floor=0.0)


def generation_expansion() -> MultistageProblem:
    """Five equal binary units built over five stages against random demand (example of SDDP.jl)."""
    demands = 0.5 * np.array(
        [
            [5, 5, 5, 5, 5, 5, 5, 5],
            [4, 3, 1, 3, 0, 9, 8, 17],
            [0, 9, 4, 2, 19, 19, 13, 7],
            [25, 11, 4, 14, 4, 6, 15, 12],
            [6, 7, 5, 3, 8, 4, 17, 13],
        ]
    )
    units = tuple(f"unit{i}" for i in range(5))
    stages = []
    for stage, row in enumerate(demands):
        factor = 0.99**stage
        nodes = []
        for demand in row:
            node = Node(units)
            for unit in units:
                node.variable(unit, upper=1.0, integer=True)
                node.variable(f"build {unit}", cost=1e4 * factor)
                node.equal({unit: 1.0, f"build {unit}": -1.0}, {unit: -1.0})
            node.variable("generated", cost=4.0 * factor)
            node.variable("unmet", cost=5e5)
            node.row({**dict.fromkeys(units, 1.0), "generated": -1.0}, lower=0.0)
            node.row({"unmet": 1.0, "generated": 1.0}, lower=float(demand))
            for first, second in pairwise(units):
                node.row({first: 1.0, second: -1.0}, upper=0.0)
            nodes.append(node)
        stages.append(nodes)
    eighth = [1 / 8] * 8
    first_odds, transition = independent([eighth] * 5)
    return chain(stages, transition, initial=[0.0] * 5, floor=0.0, initial_odds=first_odds)
