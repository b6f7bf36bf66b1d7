"""A plan as one JSON object, stable and documented in docs/json.md: terms in English, numbers not rounded."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from junshi import __version__
from junshi.plan.result import Actions, Course, PlanResult, PortStep, Trade

EXTENSIVE = "extensive"


def plan_object(result: PlanResult, usd_cny: float) -> dict[str, Any]:
    """Object of a plan; amounts are in `currency`, those whose key ends in `_cny` in CNY.

    Parameters
    ----------
    usd_cny : CNY for one USD, for plans in USD
    """
    cost, effort, instance = result.cost, result.effort, result.instance
    rate = usd_cny if instance.currency == "USD" else 1.0
    found: dict[str, Any] = {
        "version": __version__,
        "currency": instance.currency,
        "quarters": list(instance.quarters),
        "stages": instance.stages,
        "states": len(instance.states),
        "lower_bound": cost.lower_bound,
        "cost_mean": cost.cost_mean,
        "cost_mean_ci95": list(cost.cost_mean_ci95),
        "cost_standard_error": cost.cost_standard_error,
        "cost_cvar": cost.cost_cvar,
        "tail": cost.tail,
        "risk_weight": cost.risk_weight,
        "risk_reading": cost.reading.value,
        "gap": cost.gap,
        "gap_ci95": list(cost.gap_ci95),
        "cost_parts": dict(cost.parts),
        "seconds": effort.seconds,
        "iterations": effort.iterations,
        "paths": effort.paths,
        "method": effort.method,
        "stop_reason": effort.stop_reason,
        "seed": effort.seed,
        **_actions(result.now, rate, "_now"),
        "playbook": [
            {
                "regime": row.state.regime.value,
                "ramp": row.state.ramp.value,
                "demand_level": row.state.level or None,
                "odds": row.odds,
                **_actions(row.actions, rate),
            }
            for row in result.playbook
        ],
        "placement": [row for course in result.courses for row in _placement(course)],
        "unmet": [
            {"stage": stage, "quarter": instance.quarters[stage], "workload": workload, "share": float(share)}
            for stage, shares in enumerate(result.unmet)
            for workload, share in zip(instance.work.ids, shares, strict=True)
        ],
        "survivability": [
            {"quarter": served.quarter, "share": served.critical, "share_of_all_work": served.all_work}
            for served in result.survivability
        ],
        "limits": [
            {
                "name": limit.name,
                "unit": limit.unit,
                "limit": limit.limit,
                "used": limit.used,
                "shadow_price": limit.shadow_price,
            }
            for limit in result.limits
        ],
    }
    if effort.method == EXTENSIVE:
        found["objective"] = cost.objective
    else:
        found["objective_estimate"] = cost.objective
        found["objective_ci95"] = list(cost.objective_ci95)
    return found


def plan_text(found: dict[str, Any]) -> str:
    """JSON of the object on one line; what is not a finite number becomes null."""
    return json.dumps(_finite(found), ensure_ascii=False, allow_nan=False)


def _finite(value: Any) -> Any:
    """Value with NaN and infinities replaced by None, since JSON has no such numbers."""
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _actions(actions: Actions, rate: float, ending: str = "") -> dict[str, Any]:
    """Decisions of one quarter; the keys take an ending such as `_now`."""
    return {
        f"orders{ending}": _trades(actions.orders, rate),
        f"rents{ending}": _trades(actions.rents, rate),
        f"resales{ending}": _trades(actions.resales, rate),
        f"ports{ending}": _ports(actions.ports, rate),
    }


def _trades(trades: Sequence[Trade], rate: float) -> list[dict[str, Any]]:
    """Trades; the money of a resale is negative."""
    return [
        {"accelerator": trade.accelerator, "units": trade.units, "cost_cny": trade.cost * rate}
        for trade in trades
    ]


def _ports(ports: Sequence[PortStep], rate: float) -> list[dict[str, Any]]:
    """Ports, step by step."""
    return [
        {
            "workload": step.workload,
            "ecosystem": step.ecosystem,
            "share": step.share,
            "engineer_days": step.engineer_days,
            "days_low": step.days_low,
            "days_high": step.days_high,
            "cost_cny": step.cost * rate,
        }
        for step in ports
    ]


def _placement(course: Course) -> list[dict[str, Any]]:
    """Where each workload runs in each stage of a course."""
    return [
        {
            "stage": stage,
            "state": course.state.label,
            "workload": placed.workload,
            "accelerator": placed.accelerator,
            "mode": placed.mode.value,
            "share": placed.share,
        }
        for stage, rows in enumerate(course.placement)
        for placed in rows
    ]
