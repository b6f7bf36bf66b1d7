"""The frontier of twelve weights against one plan: what warm starts between weights save."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.registry import Row, Subject
from junshi.insight.frontier import Frontier, FrontierSettings, solve_frontier
from junshi.insight.solve import solve
from junshi.plan.instance import PlanInstance
from junshi.plan.planner import PlanSettings, RiskAttitude, prepare
from junshi.scenario.archetypes import template
from junshi.study import attitude_of, read_inputs
from junshi.terms import Archetype

POINTS = 12


def measure(archetype: Archetype, seconds: float) -> list[Row]:
    """Seconds of one plan at the scenario's own weight, of the frontier, and their ratio; gaps beside it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scenario.toml"
        file.write_text(template(archetype, "en"), encoding="utf-8")
        inputs = read_inputs(file)
    instance, attitude = inputs.instance, attitude_of(inputs.scenario)
    plan = PlanSettings(seconds=seconds)
    started = time.monotonic()
    one = solve(prepare(instance, attitude), plan)
    single = time.monotonic() - started
    found = _frontier(instance, attitude, plan)
    return [
        {"what": "one plan", "seconds": single, "ratio": 1.0, "widest gap": one.result.cost.gap},
        {
            "what": f"frontier of {POINTS}",
            "seconds": found.seconds,
            "ratio": found.seconds / single,
            "widest gap": max(point.gap for point in found.points),
        },
    ]


def _frontier(instance: PlanInstance, attitude: RiskAttitude, plan: PlanSettings) -> Frontier:
    """Frontier without pure strategies."""
    return solve_frontier(instance, replace(attitude, weight=0.0), FrontierSettings(POINTS, plan, paths=100))


SUBJECT = Subject(
    name="insight-frontier",
    question="How much longer than one plan does a frontier of twelve risk weights take?",
    sizes={
        "vanguard": lambda: measure(Archetype.VANGUARD, 30.0),
        "giant": lambda: measure(Archetype.GIANT, 60.0),
    },
)
