"""One path walked node by node with a policy's cuts: what a policy does when something unplanned happens.

Node models are kept warm for all paths; a shock replaces the problems of some stages, with the cuts
unchanged: the policy did not foresee the shock and goes on as it would from the stock that it then has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from junshi.insight.follow import plan_columns
from junshi.plan.end_of_horizon import with_end_of_horizon_risk
from junshi.plan.instance import PlanInstance
from junshi.plan.nodes.model import NodeModel, NodeSolution
from junshi.plan.planner import Setting
from junshi.plan.policy import Policy
from junshi.plan.readout.decisions import Reader
from junshi.plan.risk import MeanCVaR
from junshi.plan.stage_problem import MultistageProblem, StageProblem
from junshi.terms import RiskReading

FloatArray = NDArray[np.float64]

PlainNode = Callable[[int, int], StageProblem | None]
"""Plain stage problem of (stage, index of the state) under a shock; None = unchanged."""


@dataclass(frozen=True)
class Walk:
    """What happened along one path.

    Attributes
    ----------
    states : indices of the instance's states, one a stage
    answers : solution of each node
    cost : discounted cost of each stage, currency, without risk terms
    unmet : share, shape [stage, workload]
    loss : of wholly unmet work, currency, shape [stage, workload]
    critical : shape [workload]
    """

    states: tuple[int, ...]
    answers: tuple[NodeSolution, ...]
    cost: FloatArray
    unmet: FloatArray
    loss: FloatArray
    critical: NDArray[np.bool_]

    def served(self, *, critical: bool) -> FloatArray:
        """Share of critical or of all work served, weighed by its loss, shape [stage]."""
        weight = self.loss * self.critical if critical else self.loss
        whole = weight.sum(axis=1)
        missed = (self.unmet * weight).sum(axis=1)
        return np.where(whole > 0, 1.0 - missed / np.where(whole > 0, whole, 1.0), 1.0)

    @property
    def critical_loss(self) -> float:
        """Currency of critical work unserved, not discounted."""
        return float((self.unmet * self.loss * self.critical).sum())


class Walker:
    """Walks paths of one setting with one policy; nodes are made when first needed."""

    def __init__(self, setting: Setting, policy: Policy) -> None:
        self.setting, self.policy = setting, policy
        self._models: dict[tuple[int, int], NodeModel] = {}

    @cached_property
    def reader(self) -> Reader:
        """Reads the columns of every node."""
        return Reader(self.setting.instance, self.setting.layout, plan_columns(self.setting))

    @property
    def instance(self) -> PlanInstance:
        """Instance of the setting."""
        return self.setting.instance

    def position(self, stage: int, state: int) -> int:
        """Position of a state in its stage: the first stage has one state."""
        return 0 if stage == 0 else state

    def model(self, stage: int, state: int) -> NodeModel:
        """Warm model of a node with the policy's cuts."""
        key = (stage, self.position(stage, state))
        if key not in self._models:
            self._models[key] = self._loaded(self.setting.problem.nodes[stage][key[1]], *key)
        return self._models[key]

    def changed_model(self, problem: StageProblem, stage: int, state: int) -> NodeModel:
        """Model of a changed problem in the place of a node."""
        return self._loaded(problem, stage, self.position(stage, state))

    def _loaded(self, problem: StageProblem, stage: int, position: int) -> NodeModel:
        last = stage == self.setting.problem.stages - 1
        floor = None if last else float(self.setting.problem.floor[stage + 1])
        model = NodeModel(problem, floor, f"{stage}/{position}")
        if not last and self.policy.future[stage].count:
            family = self.policy.future[stage]
            kept = self.policy.dominating(stage, position)
            model.replace_cuts(family.alpha[kept, position], family.beta[kept, position])
        return model

    def walk(self, states: Sequence[int], shock: PlainNode | None = None) -> Walk:
        """Follow the policy along states (indices of the instance's states, one a stage)."""
        plain, models = self._nodes(states, shock)
        incoming = self.setting.problem.initial_state
        answers = []
        for model in models:
            answer = model.solve(incoming, integer=True)
            answers.append(answer)
            incoming = answer.outgoing
        return self.reading(states, answers, plain)

    def reading(
        self, states: Sequence[int], answers: Sequence[NodeSolution], plain: Sequence[StageProblem]
    ) -> Walk:
        """Answers of the first stages of a path in natural units."""
        scale, work = self.setting.layout.cost_scale, self.instance.work
        cost = [
            float(node.cost @ answer.columns[: node.cost.size]) + node.constant
            for node, answer in zip(plain, answers, strict=True)
        ]
        return Walk(
            states=tuple(states),
            answers=tuple(answers),
            cost=np.array(cost) * scale,
            unmet=np.array([self.reader.unmet(answer.columns) for answer in answers]),
            loss=np.array([work.unmet_cost[t, state] for t, state in enumerate(states)]),
            critical=work.critical,
        )

    def plain_node(self, stage: int, state: int) -> StageProblem:
        """Plain problem of a node."""
        return self.setting.plain.nodes[stage][self.position(stage, state)]

    def _nodes(
        self, states: Sequence[int], shock: PlainNode | None
    ) -> tuple[list[StageProblem], list[NodeModel]]:
        """Plain problems and models along a path."""
        plain = [self.plain_node(t, s) for t, s in enumerate(states)]
        if shock is None:
            return plain, [self.model(t, s) for t, s in enumerate(states)]
        changed = [shock(t, s) for t, s in enumerate(states)]
        plain = [old if new is None else new for old, new in zip(plain, changed, strict=True)]
        full = self._with_risk(plain)
        models = [
            self.model(t, s) if changed[t] is None else self.changed_model(full[t], t, s)
            for t, s in enumerate(states)
        ]
        return plain, models

    def _with_risk(self, plain: Sequence[StageProblem]) -> list[StageProblem]:
        """Problems of a path with the end-of-horizon risk of the setting built in."""
        setting = self.setting
        attitude = setting.attitude
        if attitude.weight == 0 or attitude.reading is RiskReading.NESTED:
            return list(plain)
        path = MultistageProblem(
            initial_state=setting.plain.initial_state,
            initial_odds=np.ones(1),
            transition=tuple(np.ones((1, 1)) for _ in plain[1:]),
            nodes=tuple((node,) for node in plain),
            floor=setting.plain.floor,
        )
        risk = MeanCVaR(attitude.weight, attitude.tail)
        first = setting.problem.nodes[0][0]
        quantile = setting.plain.nodes[0][0].cost.size + 1
        limits = (float(first.col_lower[quantile]), float(first.col_upper[quantile]))
        return [row[0] for row in with_end_of_horizon_risk(path, risk, limits).nodes]
