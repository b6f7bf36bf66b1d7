"""The giant example: gap of the policy, whole ports included, against time; also with 20 quarters.

Seconds are wall time of the whole plan with two worker processes, report included; the gap is the upper
end of its 95 % interval against the proven lower bound.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.registry import Row, Subject
from junshi.catalogue.load import load_catalogue
from junshi.plan.planner import PlanSettings
from junshi.scenario.archetypes import template
from junshi.scenario.load import load_scenario
from junshi.scenario.schema import Scenario
from junshi.study import inputs_of, plan_study
from junshi.terms import Archetype


def giant(quarters: int) -> Scenario:
    """The giant's template with another horizon; lists by quarter keep their last value."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "giant.toml"
        path.write_text(template(Archetype.GIANT, "en"), encoding="utf-8")
        scenario = load_scenario(path, load_catalogue())

    def longer(value: float | list[float]) -> float | list[float]:
        if not isinstance(value, list):
            return value
        return [*value, *[value[-1]] * (quarters - len(value))][:quarters]

    return scenario.model_copy(
        update={
            "horizon": scenario.horizon.model_copy(update={"quarters": quarters}),
            "budget": scenario.budget.model_copy(update={"per_quarter": longer(scenario.budget.per_quarter)}),
            "site": scenario.site.model_copy(update={"power_mw": longer(scenario.site.power_mw)}),
        }
    )


def measure(quarters: int, limits: tuple[float, ...]) -> list[Row]:
    """One row a time limit."""
    inputs = inputs_of(giant(quarters), load_catalogue(), Path("giant.toml"), "benchmark")
    rows: list[Row] = []
    for seconds in limits:
        result = plan_study(inputs, PlanSettings(gap=0.0, seconds=seconds, workers=2)).result
        row: dict[str, object] = {
            "quarters": quarters,
            "states": len(inputs.instance.states),
            "limit s": seconds,
            "seconds": round(result.effort.seconds, 1),
            "iterations": result.effort.iterations,
            "lower bound": result.cost.lower_bound,
            "gap": f"{result.cost.gap:.2%}",
            "gap upper": f"{result.cost.gap_ci95[1]:.2%}",
        }
        rows.append(row)
        print("   ", row, flush=True)
    return rows


SUBJECT = Subject(
    "giant",
    "how close to the proven bound is the plan of the giant example after a minute, and after five?",
    {
        "minute": lambda: measure(12, (60.0,)),
        "five": lambda: measure(12, (300.0,)),
        "twenty quarters": lambda: measure(20, (300.0,)),
    },
)
