"""Random small capacity problems: two resources bought under a Markov chain of prices, limits and demand."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from junshi.plan.stage_problem import MultistageProblem
from tests.theory.model import Node, chain

FloatArray = NDArray[np.float64]
RESOURCES = ("a", "b")
PENALTY = 40.0
SURVIVAL = 0.75


@dataclass(frozen=True)
class World:
    """Data of one problem; arrays have shape [stage, state, ...], and state 0 alone is possible at stage 0.

    Attributes
    ----------
    price, limit : shape [stage, state, resource], of what can be bought
    demand : shape [stage, state]
    transition : shape [state, state]
    lead : a purchase serves from this many stages later, 0 or 1
    cost_scale : multiplies every cost
    """

    price: FloatArray
    limit: FloatArray
    demand: FloatArray
    transition: FloatArray
    lead: int = 0
    cost_scale: float = 1.0

    @property
    def stages(self) -> int:
        """Number of stages."""
        return len(self.demand)

    def on_path(self, states: NDArray[np.int64]) -> World:
        """Give the data of one path, known from the start."""
        stages = np.arange(self.stages)
        return replace(
            self,
            price=self.price[stages, states][:, None],
            limit=self.limit[stages, states][:, None],
            demand=self.demand[stages, states][:, None],
            transition=np.ones((1, 1)),
        )


def problem(world: World) -> MultistageProblem:
    """Multistage problem of a world."""
    counts = [1] + [len(world.transition)] * (world.stages - 1)
    nodes = [[_node(world, t, s) for s in range(count)] for t, count in enumerate(counts)]
    return _on_chain(world, nodes, [0.0, 0.0])


def committed_problem(world: World) -> MultistageProblem:
    """Build the same, but every purchase is fixed at the first stage, within what each state allows."""
    plans = [f"plan {t} {k}" for t in range(1, world.stages) for k in RESOURCES]
    counts = [1] + [len(world.transition)] * (world.stages - 1)
    nodes = [
        [_committed(_node(world, t, s, plans), world, t, plans) for s in range(count)]
        for t, count in enumerate(counts)
    ]
    return _on_chain(world, nodes, [0.0] * (2 + len(plans)))


def _on_chain(world: World, nodes: list[list[Node]], initial: list[float]) -> MultistageProblem:
    transition = [world.transition[:1], *[world.transition] * (world.stages - 2)]
    return chain(nodes, transition, initial=initial, floor=0.0)


def _node(world: World, stage: int, state: int, extra_states: tuple[str, ...] | list[str] = ()) -> Node:
    node = Node((*RESOURCES, *extra_states))
    scale = world.cost_scale
    for index, name in enumerate(RESOURCES):
        node.variable(name)
        node.variable(
            f"buy {name}",
            upper=float(world.limit[stage, state, index]),
            cost=scale * float(world.price[stage, state, index]),
        )
        node.variable(f"run {name}", cost=scale * 0.5)
        node.equal({name: 1.0, f"buy {name}": -1.0}, {name: -SURVIVAL})
        if world.lead == 0:
            node.row({f"run {name}": 1.0, name: -1.0}, upper=0.0)
        else:
            node.row({f"run {name}": 1.0}, {name: -SURVIVAL}, upper=0.0)
    node.variable("unmet", cost=scale * PENALTY)
    node.row(
        {**{f"run {name}": 1.0 for name in RESOURCES}, "unmet": 1.0}, lower=float(world.demand[stage, state])
    )
    return node


def _committed(node: Node, world: World, stage: int, plans: list[str]) -> Node:
    for plan in plans:
        _, when, resource = plan.split()
        least = float(world.limit[int(when), :, RESOURCES.index(resource)].min())
        node.variable(plan, upper=least)
        if stage > 0:
            node.equal({plan: 1.0}, {plan: -1.0})
        if int(when) == stage:
            node.equal({f"buy {resource}": 1.0, plan: -1.0})
    return node


@st.composite
def worlds(draw: st.DrawFn, *, stages: tuple[int, int] = (2, 4), states: tuple[int, int] = (2, 3)) -> World:
    """Draw a world with small whole numbers, always with some uncertainty in its data."""
    count = draw(st.integers(*stages))
    width = draw(st.integers(*states))

    def table(low: int, high: int, *shape: int) -> FloatArray:
        size = int(np.prod(shape))
        values = draw(st.lists(st.integers(low, high), min_size=size, max_size=size))
        return np.array(values, dtype=float).reshape(shape)

    odds = table(1, 5, width, width)
    return World(
        price=table(1, 12, count, width, 2),
        limit=table(0, 8, count, width, 2),
        demand=table(0, 12, count, width),
        transition=odds / odds.sum(axis=1, keepdims=True),
        lead=draw(st.integers(0, 1)),
    )
