"""Where a stage problem stands: instance, stage, Markov state."""

from __future__ import annotations

from dataclasses import dataclass

from junshi.plan.formulation.layout import Layout
from junshi.plan.instance import PlanInstance


@dataclass(frozen=True)
class Node:
    """Where a stage problem stands."""

    instance: PlanInstance
    layout: Layout
    stage: int
    state: int

    @property
    def is_last(self) -> bool:
        """Whether the horizon ends with this stage."""
        return self.stage == self.instance.stages - 1


def units_needed(node: Node, workload: int, accelerator: int, mode: int) -> float:
    """Accelerators at work to run the whole workload in this mode."""
    work = node.instance.work
    demand = work.demand[node.stage, node.state, workload]
    return float(demand / work.throughput[node.stage, workload, accelerator, mode])
