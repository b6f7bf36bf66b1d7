"""A plan as named tables for machines: long form, one fact a row, terms in English, numbers not rounded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from junshi.plan.instance import PlanInstance
from junshi.plan.result import Actions, Course, PlanResult

Row = dict[str, object]

_TEXT, _NUMBER, _WHOLE = pl.String(), pl.Float64(), pl.Int64()
_STATE = {"state": _TEXT, "regime": _TEXT, "ramp": _TEXT, "demand_level": _TEXT}
_ACTION = {"action": _TEXT, "accelerator": _TEXT, "workload": _TEXT, "ecosystem": _TEXT}
_AMOUNT = {
    "units": _NUMBER,
    "share": _NUMBER,
    "engineer_days": _NUMBER,
    "days_low": _NUMBER,
    "days_high": _NUMBER,
    "cost": _NUMBER,
}
SCHEMAS: dict[str, dict[str, pl.DataType]] = {
    "actions_now": {"quarter": _TEXT, **_ACTION, **_AMOUNT},
    "playbook": {"quarter": _TEXT, **_STATE, "odds": _NUMBER, **_ACTION, **_AMOUNT},
    "actions": {**_STATE, "stage": _WHOLE, "quarter": _TEXT, **_ACTION, **_AMOUNT},
    "fleet": {
        **_STATE,
        "stage": _WHOLE,
        "quarter": _TEXT,
        "accelerator": _TEXT,
        "ecosystem": _TEXT,
        "owned": _NUMBER,
        "rented": _NUMBER,
        "ordered": _NUMBER,
    },
    "placement": {
        **_STATE,
        "stage": _WHOLE,
        "quarter": _TEXT,
        "workload": _TEXT,
        "accelerator": _TEXT,
        "mode": _TEXT,
        "share": _NUMBER,
    },
    "unmet": {**_STATE, "stage": _WHOLE, "quarter": _TEXT, "workload": _TEXT, "share": _NUMBER},
    "unmet_mean": {
        "stage": _WHOLE,
        "quarter": _TEXT,
        "workload": _TEXT,
        "critical": pl.Boolean(),
        "share": _NUMBER,
    },
    "survivability": {"quarter": _TEXT, "critical": _NUMBER, "all_work": _NUMBER},
    "cost_parts": {"part": _TEXT, "cost": _NUMBER},
    "limits": {"name": _TEXT, "unit": _TEXT, "limit": _NUMBER, "used": _NUMBER, "shadow_price": _NUMBER},
    "bounds": {"iteration": _WHOLE, "lower_bound": _NUMBER},
}


def plan_tables(result: PlanResult) -> dict[str, pl.DataFrame]:
    """All tables of a plan, by the name of their file; money in the currency of the plan."""
    return {name: pl.DataFrame(list(_ROWS[name](result)), schema=schema) for name, schema in SCHEMAS.items()}


def _state(course: Course) -> Row:
    """Cells that name a Markov state."""
    state = course.state
    return {
        "state": state.label,
        "regime": state.regime.value,
        "ramp": state.ramp.value,
        "demand_level": state.level or None,
    }


def _when(instance: PlanInstance, stage: int) -> Row:
    """Cells that name a quarter."""
    return {"stage": stage, "quarter": instance.quarters[stage]}


def _action_rows(actions: Actions) -> Iterator[Row]:
    """One row for each trade and port."""
    for action, trades in (("order", actions.orders), ("rent", actions.rents), ("resell", actions.resales)):
        for trade in trades:
            yield {
                "action": action,
                "accelerator": trade.accelerator,
                "units": trade.units,
                "cost": trade.cost,
            }
    for step in actions.ports:
        yield {
            "action": "port",
            "workload": step.workload,
            "ecosystem": step.ecosystem,
            "share": step.share,
            "engineer_days": step.engineer_days,
            "days_low": step.days_low,
            "days_high": step.days_high,
            "cost": step.cost,
        }


def _now(result: PlanResult) -> Iterator[Row]:
    quarter = result.instance.quarters[0]
    for row in _action_rows(result.now):
        yield {"quarter": quarter, **row}


def _playbook(result: PlanResult) -> Iterator[Row]:
    for entry in result.playbook:
        state: Row = {
            "quarter": result.instance.quarters[1],
            "state": entry.state.label,
            "regime": entry.state.regime.value,
            "ramp": entry.state.ramp.value,
            "demand_level": entry.state.level or None,
            "odds": entry.odds,
        }
        rows: Sequence[Row] = list(_action_rows(entry.actions)) or [{"action": "none"}]
        for row in rows:
            yield {**state, **row}


def _actions(result: PlanResult) -> Iterator[Row]:
    for course in result.courses:
        for stage, actions in enumerate(course.actions):
            for row in _action_rows(actions):
                yield {**_state(course), **_when(result.instance, stage), **row}


def _fleet(result: PlanResult) -> Iterator[Row]:
    instance = result.instance
    for course in result.courses:
        for stage in range(instance.stages):
            for place, name in enumerate(instance.fleet.ids):
                yield {
                    **_state(course),
                    **_when(instance, stage),
                    "accelerator": name,
                    "ecosystem": instance.ecosystems[int(instance.fleet.ecosystem[place])],
                    "owned": float(course.owned[stage, place]),
                    "rented": float(course.rented[stage, place]),
                    "ordered": float(course.ordered[stage, place]),
                }


def _placement(result: PlanResult) -> Iterator[Row]:
    for course in result.courses:
        for stage, rows in enumerate(course.placement):
            for placed in rows:
                yield {
                    **_state(course),
                    **_when(result.instance, stage),
                    "workload": placed.workload,
                    "accelerator": placed.accelerator,
                    "mode": placed.mode.value,
                    "share": placed.share,
                }


def _unmet(result: PlanResult) -> Iterator[Row]:
    instance = result.instance
    for course in result.courses:
        for stage in range(instance.stages):
            for place, workload in enumerate(instance.work.ids):
                share = float(course.unmet[stage, place])
                yield {**_state(course), **_when(instance, stage), "workload": workload, "share": share}


def _unmet_mean(result: PlanResult) -> Iterator[Row]:
    instance = result.instance
    for stage in range(instance.stages):
        for place, workload in enumerate(instance.work.ids):
            yield {
                **_when(instance, stage),
                "workload": workload,
                "critical": bool(instance.work.critical[place]),
                "share": float(result.unmet[stage, place]),
            }


def _survivability(result: PlanResult) -> Iterator[Row]:
    for served in result.survivability:
        yield {"quarter": served.quarter, "critical": served.critical, "all_work": served.all_work}


def _cost_parts(result: PlanResult) -> Iterator[Row]:
    for part, cost in result.cost.parts.items():
        yield {"part": part, "cost": cost}


def _limits(result: PlanResult) -> Iterator[Row]:
    for limit in result.limits:
        yield {
            "name": limit.name,
            "unit": limit.unit,
            "limit": limit.limit,
            "used": limit.used,
            "shadow_price": limit.shadow_price,
        }


def _bounds(result: PlanResult) -> Iterator[Row]:
    for iteration, bound in enumerate(result.effort.bounds, start=1):
        yield {"iteration": iteration, "lower_bound": bound}


_ROWS = {
    "actions_now": _now,
    "playbook": _playbook,
    "actions": _actions,
    "fleet": _fleet,
    "placement": _placement,
    "unmet": _unmet,
    "unmet_mean": _unmet_mean,
    "survivability": _survivability,
    "cost_parts": _cost_parts,
    "limits": _limits,
    "bounds": _bounds,
}
