"""The smallest valid scenario, for tests of what reads only a part of it."""

from __future__ import annotations

from typing import Any

from junshi.scenario.schema import Scenario

WORK: dict[str, Any] = {
    "id": "chat",
    "kind": "serve",
    "model": "qwen3-32b",
    "demand": 1000.0,
    "unmet_cost_per_1e9": 1.0,
    "runs_on": {"cuda": 1.0},
}


def small_scenario(
    *, quarters: int = 4, start: str = "2027-Q1", work: list[dict[str, Any]] | None = None, **sections: Any
) -> Scenario:
    """Scenario of one workload (or those given, each laid over `WORK`) and three accelerators."""
    table: dict[str, Any] = {
        "organisation": {"name": "Test", "archetype": "giant"},
        "horizon": {"start": start, "quarters": quarters},
        "budget": {"per_quarter": 1e9},
        "site": {"power_mw": 10.0, "energy_price_per_kwh": 0.6},
        "engineers": {"days_per_quarter": 1000.0, "cost_per_day": 3000.0},
        "accelerators": ["h20-96g", "h200-sxm", "ascend-910c"],
        "workload": [WORK | one for one in (work or [{}])],
    }
    return Scenario.model_validate(table | sections)
