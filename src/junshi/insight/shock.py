"""Shocks: what goes wrong, when and for how long, as a path of states and changed problems."""

from __future__ import annotations

from dataclasses import dataclass, replace

from junshi.insight.edit import with_bounds
from junshi.insight.walk import PlainNode, Walker
from junshi.plan.formulation.build import stage_problem
from junshi.plan.formulation.node import Node
from junshi.plan.instance import PlanInstance, PlanState
from junshi.plan.stage_problem import StageProblem
from junshi.terms import Ramp, Regime


@dataclass(frozen=True)
class Shock:
    """Something that goes wrong from a quarter on.

    Attributes
    ----------
    name : key of its name for people
    start : stage at which it begins, at least 1
    quarters : how long it lasts
    regime, ramp : state that it brings; None = stays as it is
    price : factor on all prices and rents while it lasts
    flaw : ecosystem that may not be used in the first quarter of the shock, and is untuned afterwards
    """

    name: str
    start: int
    quarters: int
    regime: Regime | None = None
    ramp: Ramp | None = None
    price: float = 1.0
    flaw: str | None = None

    @property
    def end(self) -> int:
        """First stage after it."""
        return self.start + self.quarters


def state_of(instance: PlanInstance, regime: Regime, ramp: Ramp, level: str) -> int | None:
    """Index of a state; None when the instance has no such state."""
    wanted = PlanState(regime, ramp, level)
    return instance.states.index(wanted) if wanted in instance.states else None


def path_of(instance: PlanInstance, shock: Shock) -> tuple[int, ...] | None:
    """States of a path on which today's state holds but for the shock; None: a state is not planned for."""
    now = instance.states[instance.initial]
    level = "base" if any(state.level == "base" for state in instance.states) else now.level
    usual = state_of(instance, now.regime, now.ramp, level)
    shocked = state_of(instance, shock.regime or now.regime, shock.ramp or now.ramp, level)
    if usual is None or shocked is None:
        return None
    inside = range(shock.start, shock.end)
    path = [shocked if stage in inside else usual for stage in range(instance.stages)]
    return (instance.initial, *path[1:])


def calm_path(instance: PlanInstance) -> tuple[int, ...]:
    """Path on which nothing changes."""
    path = path_of(instance, Shock("calm", instance.stages, 0))
    return (instance.initial,) * instance.stages if path is None else path


def changed_problems(walker: Walker, shock: Shock) -> PlainNode | None:
    """Stage problems under the price and the flaw of a shock; None when it changes the states only."""
    if shock.price == 1.0 and shock.flaw is None:
        return None
    dear = _dearer(walker.instance, shock)

    def problem(stage: int, state: int) -> StageProblem | None:
        if not shock.start <= stage < shock.end:
            return None
        node = walker.plain_node(stage, state)
        if shock.price != 1.0:
            node = stage_problem(Node(dear, walker.setting.layout, stage, state))[0]
        if shock.flaw is not None and stage == shock.start:
            node = with_bounds(node, _unusable(walker, shock.flaw))
        return node

    return problem


def _dearer(instance: PlanInstance, shock: Shock) -> PlanInstance:
    """Instance whose prices and rents are raised while the shock lasts."""
    fleet = instance.fleet
    price, rent = fleet.price.copy(), fleet.rent_price.copy()
    price[shock.start : shock.end] *= shock.price
    rent[shock.start : shock.end] *= shock.price
    return replace(instance, fleet=replace(fleet, price=price, rent_price=rent))


def _unusable(walker: Walker, ecosystem: str) -> dict[int, tuple[float, float]]:
    """Bounds that keep all work off an ecosystem for a quarter and undo its tuning."""
    instance, columns = walker.instance, walker.reader.columns
    e = instance.ecosystems.index(ecosystem)
    bounds = {
        column: (0.0, 0.0)
        for (_, k, _), column in columns.run.items()
        if int(instance.fleet.ecosystem[k]) == e
    }
    bounds |= {column: (0.0, 0.0) for (_, other), column in columns.seasoned.items() if other == e}
    return bounds
