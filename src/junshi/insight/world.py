"""What really happened, quarter by quarter, as stage problems of one path; strategies are played in it.

Each quarter's prices are those that its own view showed for it, its limits and effects those of the regime
that held longest in it, which nobody knew on its first day. A strategy's orders, rents, resales, ports and
placement are fixed in the real stage problem, orders and rents as far as they could then be had; it serves
what it can and hands on stock, deliveries, ports and money. Perfect foresight is the optimum of the same
path, all of it known from the start: no strategy can cost less.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from junshi.insight.edit import with_bounds
from junshi.insight.follow import plan_columns
from junshi.plan.extensive import solve_extensive
from junshi.plan.formulation.build import stage_problem, value_floor
from junshi.plan.formulation.layout import Layout, layout
from junshi.plan.formulation.node import Node
from junshi.plan.formulation.variables import Columns
from junshi.plan.instance import Fleet, Limits, PlanInstance, Work
from junshi.plan.nodes.model import NodeModel, NodeSolution
from junshi.plan.planner import Setting
from junshi.plan.risk import Expectation
from junshi.plan.stage_problem import MultistageProblem, StageProblem

FloatArray = NDArray[np.float64]
SLACK = 1e-7
KEEP = 1e-6
"""Scaled reward for what is tuned and for money left: a quarter alone would see no use in keeping it."""

DIGITS = {"stock": 3, "pipeline": 3, "ported": 5, "seasoned": 5, "cash": -2}
"""Decimals of units, shares and money that are handed on."""

State = dict[str, float]
"""What is handed on, by its name in the layout, in natural units: units, shares, money."""


@dataclass(frozen=True)
class Decisions:
    """First-quarter decisions in natural units, by name.

    Attributes
    ----------
    order, rent, resell : accelerator → units
    port : (workload, ecosystem) → share
    run : (workload, accelerator, mode index) → share
    ported : (workload, ecosystem) → share kept up to date after the quarter
    """

    order: Mapping[str, float]
    rent: Mapping[str, float]
    resell: Mapping[str, float]
    port: Mapping[tuple[str, str], float]
    run: Mapping[tuple[str, str, int], float]
    ported: Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class Played:
    """One real quarter under a strategy: cost in currency, discounted to the first quarter."""

    cost: float
    unmet: FloatArray
    state: State


class World:
    """The real path."""

    def __init__(
        self,
        views: Sequence[PlanInstance],
        real: Sequence[int],
        discount_rate: float,
        fleet: Mapping[str, float],
    ) -> None:
        """`views` of each quarter; `real`: state that came; `fleet`: units at the start, by accelerator."""
        self.instance = _joined(views, real, discount_rate, fleet)
        self.layout: Layout = layout(self.instance)
        stages = range(len(views))
        built = [stage_problem(Node(self.instance, self.layout, t, t)) for t in stages]
        self.columns: Columns = built[0][1]
        self.problem = MultistageProblem(
            initial_state=self.layout.initial_state,
            initial_odds=np.ones(1),
            transition=tuple(np.ones((1, 1)) for _ in stages[1:]),
            nodes=tuple((node,) for node, _ in built),
            floor=value_floor(self.instance, self.layout),
        )

    @property
    def quarters(self) -> int:
        """Number of quarters."""
        return self.instance.stages

    @property
    def start(self) -> State:
        """State before the first quarter."""
        return named_state(self.layout, self.layout.initial_state)

    def foresight(self) -> float:
        """Least cost of the path when all of it is known, integers left out; currency."""
        relaxed = tuple(
            (replace(row[0], integers=np.zeros(0, dtype=np.int64)),) for row in self.problem.nodes
        )
        problem = replace(self.problem, nodes=relaxed)
        return solve_extensive(problem, Expectation()).objective * self.layout.cost_scale

    def play(self, stage: int, state: State, decisions: Decisions) -> Played:
        """One quarter under a strategy's decisions, from a state.

        Raises
        ------
        SolverTrouble : the decisions break a limit of the quarter
        """
        free = self.problem.nodes[stage][0]
        node = with_bounds(free, self._fixed(decisions, free))
        kept = node.cost.copy()
        kept[[*self.columns.seasoned.values(), *self._cash]] -= KEEP
        model = NodeModel(replace(node, cost=kept), None, f"past/{stage}")
        answer = model.solve(scaled_state(self.layout, state))
        return Played(
            cost=(float(node.cost @ answer.columns) + node.constant) * self.layout.cost_scale,
            unmet=self._unmet(answer),
            state=named_state(self.layout, answer.outgoing),
        )

    @property
    def _cash(self) -> list[int]:
        """Column of money left over, if there is one."""
        return [self.columns.cash] if self.layout.has_cash else []

    def _unmet(self, answer: NodeSolution) -> FloatArray:
        shares = [answer.columns[self.columns.unmet[w]] for w in range(len(self.instance.work.ids))]
        return np.asarray(np.clip(shares, 0.0, 1.0))

    def _fixed(self, decisions: Decisions, node: StageProblem) -> dict[int, tuple[float, float]]:
        """Bounds of the decided columns; what a strategy says nothing about is not done.

        Of what is ordered and rented it gets what can be had.
        """
        ids, instance = self.instance.fleet.ids, self.instance
        bounds: dict[int, tuple[float, float]] = {}
        for family, said in (
            (self.columns.order, decisions.order),
            (self.columns.rent, decisions.rent),
            (self.columns.resell, decisions.resell),
        ):
            for k, column in family.items():
                units = said.get(ids[k], 0.0) / float(self.layout.unit_scale[k])
                bounds[column] = _around(min(units, float(node.col_upper[column])))
        for (w, e), column in self.columns.port.items():
            bounds[column] = _around(decisions.port.get((instance.work.ids[w], instance.ecosystems[e]), 0.0))
        for (w, e), column in self.columns.ported.items():
            kept = decisions.ported.get((instance.work.ids[w], instance.ecosystems[e]))
            if kept is not None:
                bounds[column] = _around(min(kept, 1.0))
        for (w, k, m), column in self.columns.run.items():
            share = decisions.run.get((instance.work.ids[w], ids[k], m), 0.0)
            bounds[column] = (0.0, max(share, 0.0) + SLACK)
        return bounds


def _around(value: float) -> tuple[float, float]:
    """A little room around a decided value, for rounding."""
    width = SLACK * (1.0 + abs(value))
    return max(0.0, value - width), max(0.0, value) + width


def named_state(index: Layout, values: FloatArray) -> State:
    """State by name, in natural units, without the solver's last digits.

    They depend on the scale of the layout, which knows all quarters: what is decided next must not.
    """
    natural = (values * state_scale(index)).tolist()
    return {
        name: round(value, DIGITS[name.split("[", 1)[0]])
        for name, value in zip(index.state_names, natural, strict=True)
    }


def scaled_state(index: Layout, state: State) -> FloatArray:
    """State in the order and the scale of a layout; what it does not name is zero."""
    return np.array([state.get(name, 0.0) for name in index.state_names]) / state_scale(index)


def state_scale(index: Layout) -> FloatArray:
    """Natural units in one scaled unit of each part of the state."""
    scale = [float(index.unit_scale[k]) for k in index.owned]
    scale += [float(index.unit_scale[k]) for k, _ in index.in_transit]
    scale += [1.0] * (2 * len(index.ports))
    return np.array(scale + ([index.cost_scale] if index.has_cash else []))


def from_state(view: PlanInstance, state: State) -> PlanInstance:
    """View whose fleet and ports are those of a real state.

    Units on the way of a kind that can no longer be ordered in any state have no place in the pipeline of the
    view: they are counted as installed.
    """
    fleet, work = view.fleet, view.work
    installed = np.array([state.get(f"stock[{name}]", 0.0) for name in fleet.ids])
    orderable = fleet.available.max(axis=(0, 1)) > 0
    for k, name in enumerate(fleet.ids):
        if not orderable[k]:
            installed[k] += sum(v for key, v in state.items() if key.startswith(f"pipeline[{name},"))
    return replace(
        view,
        fleet=replace(fleet, installed=installed),
        work=replace(
            work,
            ported=_shares(view, state, "ported", work.ported),
            seasoned=_shares(view, state, "seasoned", work.seasoned),
        ),
    )


def _shares(view: PlanInstance, state: State, kind: str, initial: FloatArray) -> FloatArray:
    """Shares of the state; those that it does not have stay as they began."""
    shares = initial.copy()
    for w, work in enumerate(view.work.ids):
        for e, ecosystem in enumerate(view.ecosystems):
            shares[w, e] = min(1.0, state.get(f"{kind}[{work},{ecosystem}]", float(initial[w, e])))
    return shares


def started(setting: Setting, state: State) -> Setting:
    """Setting that begins with the deliveries and the money of a real state."""
    index = setting.layout
    begin = index.initial_state.copy()
    scale = state_scale(index)
    for position, name in enumerate(index.state_names):
        if name == "cash" or name.startswith("pipeline["):
            begin[position] = state.get(name, 0.0) / scale[position]
    extra = setting.problem.initial_state[begin.size :]
    return replace(
        setting,
        plain=replace(setting.plain, initial_state=begin),
        problem=replace(setting.problem, initial_state=np.concatenate([begin, extra])),
    )


def decisions_of(setting: Setting, values: FloatArray) -> Decisions:
    """Decisions of a first-quarter solution, by name."""
    columns, instance, scale = plan_columns(setting), setting.instance, setting.layout.unit_scale
    ids, work, ecosystems = instance.fleet.ids, instance.work.ids, instance.ecosystems

    def units(family: dict[int, int]) -> dict[str, float]:
        return {ids[k]: float(values[column] * scale[k]) for k, column in family.items()}

    return Decisions(
        order=units(columns.order),
        rent=units(columns.rent),
        resell=units(columns.resell),
        port={(work[w], ecosystems[e]): float(values[c]) for (w, e), c in columns.port.items()},
        run={(work[w], ids[k], m): float(values[c]) for (w, k, m), c in columns.run.items()},
        ported={(work[w], ecosystems[e]): float(values[c]) for (w, e), c in columns.ported.items()},
    )


def _joined(
    views: Sequence[PlanInstance], real: Sequence[int], rate: float, fleet: Mapping[str, float]
) -> PlanInstance:
    """One instance of all quarters: stage t has the first quarter of view t, in the state that came.

    What a view does not know cannot be had in its quarter; its other figures, which then do not matter, are
    those of the next view that knows it.
    """
    ids = tuple(dict.fromkeys(name for view in views for name in view.fleet.ids))
    ecosystems = tuple(dict.fromkeys(name for view in views for name in view.ecosystems))
    last = views[-1]
    parts = [_Slice(view, state, ids, ecosystems) for view, state in zip(views, real, strict=True)]
    for earlier, later in reversed(list(pairwise(parts))):
        earlier.fill_from(later)
    known = [next(v for v in views if name in v.fleet.ids) for name in ids]

    def by_stage(name: str) -> FloatArray:
        rows = np.stack([part.fleet[name] for part in parts])
        return np.broadcast_to(rows[:, None], (len(views), len(views), len(ids))).copy()

    places = [view.fleet.ids.index(name) for view, name in zip(known, ids, strict=True)]
    stages = len(views)
    ecosystem = [
        ecosystems.index(view.ecosystems[int(view.fleet.ecosystem[k])])
        for view, k in zip(known, places, strict=True)
    ]
    work_parts = {name: np.stack([part.work[name] for part in parts]) for name in ("demand", "unmet_cost")}
    last_part = parts[-1]
    return PlanInstance(
        ecosystems=ecosystems,
        quarters=tuple(view.quarters[0] for view in views),
        states=tuple(view.states[state] for view, state in zip(views, real, strict=True)),
        initial=0,
        transition=np.eye(stages),
        discount=(1.0 + rate) ** (-np.arange(stages) / 4.0),
        fleet=Fleet(
            ids=ids,
            ecosystem=np.array(ecosystem),
            domestic=np.array([bool(v.fleet.domestic[k]) for v, k in zip(known, places, strict=True)]),
            installed=np.array([fleet.get(name, 0.0) for name in ids]),
            lead_time_quarters=np.array(
                [int(v.fleet.lead_time_quarters[k]) for v, k in zip(known, places, strict=True)]
            ),
            uptime=np.array([float(v.fleet.uptime[k]) for v, k in zip(known, places, strict=True)]),
            power_kw=np.array([float(v.fleet.power_kw[k]) for v, k in zip(known, places, strict=True)]),
            available=by_stage("available"),
            rentable=by_stage("rentable"),
            price=by_stage("price"),
            resale_price=by_stage("resale_price"),
            rent_price=by_stage("rent_price"),
            energy_cost=np.stack([part.fleet["energy_cost"] for part in parts]),
            operation_cost=np.stack([part.fleet["operation_cost"] for part in parts]),
            survival=np.stack([part.fleet["survival"] for part in parts]),
            delivered=np.stack([part.fleet["delivered"] for part in parts]),
        ),
        work=Work(
            ids=last.work.ids,
            critical=last.work.critical,
            atomic=last.work.atomic,
            demand=np.broadcast_to(
                work_parts["demand"][:, None], (stages, stages, len(last.work.ids))
            ).copy(),
            unmet_cost=np.broadcast_to(
                work_parts["unmet_cost"][:, None], (stages, stages, len(last.work.ids))
            ).copy(),
            throughput=np.stack([part.throughput for part in parts]),
            ported=parts[0].pairs["ported"],
            seasoned=parts[0].pairs["seasoned"],
            effort_days=last_part.pairs["effort_days"],
            upkeep_days=last_part.pairs["upkeep_days"],
            learning=last_part.learning,
            effort_days_low=last_part.pairs["effort_days_low"],
            effort_days_high=last_part.pairs["effort_days_high"],
        ),
        limits=Limits(
            budget=np.array([view.limits.budget[0] for view in views]),
            carry_over=last.limits.carry_over,
            engineer_days=np.array([view.limits.engineer_days[0] for view in views]),
            engineer_cost=last.limits.engineer_cost,
            power_kw=np.array([view.limits.power_kw[0] for view in views]),
            racks=np.array([view.limits.racks[0] for view in views]),
            min_domestic_share=0.0,
        ),
        currency=last.currency,
        service_life_quarters=last.service_life_quarters,
    )


class _Slice:
    """First quarter of one view, spread over all accelerators and ecosystems; NaN where it knows nothing."""

    HAD = ("available", "rentable")

    def __init__(self, view: PlanInstance, now: int, ids: Sequence[str], ecosystems: Sequence[str]) -> None:
        fleet, work = view.fleet, view.work
        place = {name: k for k, name in enumerate(view.fleet.ids)}
        rows = {
            **{
                name: getattr(fleet, name)[0, now]
                for name in ("available", "rentable", "price", "resale_price", "rent_price")
            },
            "energy_cost": fleet.energy_cost[0],
            "operation_cost": fleet.operation_cost[0],
            "survival": fleet.survival[now],
            "delivered": fleet.delivered[now],
        }
        self.fleet = {
            name: np.array(
                [values[place[i]] if i in place else (0.0 if name in self.HAD else np.nan) for i in ids]
            )
            for name, values in rows.items()
        }
        self.known = np.array([i in place for i in ids])
        self.work = {"demand": work.demand[0, now], "unmet_cost": work.unmet_cost[0, now]}
        throughput = np.full((len(work.ids), len(ids), 2), np.nan)
        for i, name in enumerate(ids):
            if name in place:
                throughput[:, i] = work.throughput[0, :, place[name]]
        self.throughput = throughput
        where = {name: e for e, name in enumerate(view.ecosystems)}
        low, high = work.effort_range
        self.pairs = {}
        for name, values, missing in (
            ("ported", work.ported, 0.0),
            ("seasoned", work.seasoned, 0.0),
            ("effort_days", work.effort_days, np.nan),
            ("upkeep_days", work.upkeep_days, np.nan),
            ("effort_days_low", low, np.nan),
            ("effort_days_high", high, np.nan),
        ):
            self.pairs[name] = np.stack(
                [values[:, where[e]] if e in where else np.full(len(work.ids), missing) for e in ecosystems],
                axis=1,
            )
        self.learning = np.array([work.learning[where[e]] if e in where else 0.0 for e in ecosystems])

    def fill_from(self, later: _Slice) -> None:
        """Take over what is not known yet from the next quarter."""
        for name, values in self.fleet.items():
            self.fleet[name] = np.where(np.isnan(values), later.fleet[name], values)
        missing = ~self.known
        self.throughput[:, missing] = later.throughput[:, missing]
