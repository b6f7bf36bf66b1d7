"""A policy followed along any paths of Markov states, read in natural units."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from junshi.plan.decomposition.train import load_cuts
from junshi.plan.end_of_horizon import plain_costs
from junshi.plan.formulation.build import stage_problem
from junshi.plan.formulation.node import Node
from junshi.plan.formulation.variables import Columns
from junshi.plan.instance import PlanInstance
from junshi.plan.nodes.crew import Crew
from junshi.plan.planner import Setting
from junshi.plan.policy import Policy
from junshi.plan.readout.decisions import Reader
from junshi.plan.simulate import Simulation, simulate

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Followed:
    """What a policy does along paths.

    Attributes
    ----------
    setting : what was followed; money and units are those of its instance
    simulation : scaled decisions
    """

    setting: Setting
    simulation: Simulation

    @property
    def instance(self) -> PlanInstance:
        """Instance that was followed."""
        return self.setting.instance

    @property
    def states(self) -> IntArray:
        """Indices into the instance's states, shape [path, stage]."""
        states = self.simulation.states.copy()
        states[:, 0] = self.instance.initial
        return states

    @cached_property
    def reader(self) -> Reader:
        """Reads the columns of every node."""
        return Reader(self.instance, self.setting.layout, plan_columns(self.setting))

    @cached_property
    def cost(self) -> FloatArray:
        """Discounted cost in currency without any risk term, shape [path, stage]."""
        plain = self.setting.plain
        parts = [
            plain_costs(plain, t, self.simulation.states[:, t], self.simulation.columns[t])
            for t in range(plain.stages)
        ]
        return np.stack(parts, axis=1) * self.setting.layout.cost_scale

    @property
    def total(self) -> FloatArray:
        """Cost of each path, currency."""
        return np.asarray(self.cost.sum(axis=1))

    @cached_property
    def unmet(self) -> FloatArray:
        """Unmet share, shape [path, stage, workload]."""
        rows = [[self.reader.unmet(row) for row in columns] for columns in self.simulation.columns]
        return np.asarray(np.moveaxis(np.array(rows), 0, 1))

    @cached_property
    def loss(self) -> FloatArray:
        """Loss of wholly unmet work, currency, shape [path, stage, workload]: the weight of each workload."""
        work = self.instance.work
        return np.stack([work.unmet_cost[t, self.states[:, t]] for t in range(self.instance.stages)], axis=1)

    def served(self, *, critical: bool) -> FloatArray:
        """Share of critical or of all work served, weighed by its loss, shape [path, stage]."""
        weight = self.loss * self.instance.work.critical if critical else self.loss
        whole = weight.sum(axis=2)
        missed = (self.unmet * weight).sum(axis=2)
        return np.where(whole > 0, 1.0 - missed / np.where(whole > 0, whole, 1.0), 1.0)

    def units(self, family: str) -> FloatArray:
        """Units of `order`, `rent`, `resell` or `held`, shape [path, stage, accelerator]."""
        index = getattr(self.reader.columns, family)
        rows = [[self.reader.units(index, row) for row in columns] for columns in self.simulation.columns]
        return np.asarray(np.moveaxis(np.array(rows), 0, 1))


def plan_columns(setting: Setting) -> Columns:
    """Column index of every node of a setting."""
    return stage_problem(Node(setting.instance, setting.layout, 0, setting.instance.initial))[1]


class Follower:
    """A policy kept loaded; closes its worker processes at the end of a `with` block."""

    def __init__(self, setting: Setting, policy: Policy, workers: int = 1) -> None:
        """`policy` needs the state of the setting's problem; it may have been trained for another one."""
        self.setting, self.policy = setting, policy
        self.crew = Crew(setting.problem, workers)
        load_cuts(self.crew, policy)

    def follow(self, states: IntArray) -> Followed:
        """Follow paths of Markov states, shape [path, stage]; stage 0 has the state 0 only."""
        return Followed(self.setting, simulate(self.crew, self.policy, states))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.crew.close()


def follow(setting: Setting, policy: Policy, states: IntArray, workers: int = 1) -> Followed:
    """Follow once."""
    with Follower(setting, policy, workers) as follower:
        return follower.follow(states)


def as_path(states: list[int] | IntArray) -> IntArray:
    """One path from indices of an instance's states: stage 0 becomes its only state."""
    path = np.array(states, dtype=np.int64)[None, :].copy()
    path[0, 0] = 0
    return path
