"""Two runs side by side: what went in differently, what is decided differently."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from junshi.page.described_schema import described_schema
from junshi.scenario.faults import written
from junshi.scenario.lines import Place
from junshi.show.numbers import percent, ranged, short
from junshi.show.sheet import Column, Sheet
from junshi.text import current_language, say

_NAMED_BY = ("id", "accelerator", "ecosystem", "codebase")
_COSTS = ("cost_mean", "cost_cvar", "lower_bound")
_TRADES = ("orders_now", "rents_now", "resales_now")
_Days = tuple[float, float, float]
_NO_DAYS: _Days = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Difference:
    """A value that differs; None = absent."""

    path: str
    name: str
    left: Any
    right: Any


def input_differences(left: dict[str, Any], right: dict[str, Any]) -> list[Difference]:
    """Values of two scenarios that differ, rows matched by what they are about, not by their order.

    Examples
    --------
    >>> one, two = {"risk": {"weight": 0.1}}, {"risk": {"weight": 0.5}}
    >>> [(one.path, one.left, one.right) for one in input_differences(one, two)]
    [('risk.weight', 0.1, 0.5)]
    """
    return [
        Difference(written(place), _title(place), before, after)
        for place, before, after in _differences((), _keyed(left), _keyed(right))
    ]


def _keyed(value: Any) -> Any:
    """Value with lists of rows as tables by the name of the row."""
    if isinstance(value, dict):
        return {key: _keyed(inner) for key, inner in value.items()}
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        rows: dict[str, Any] = {}
        for number, row in enumerate(value):
            name = next((str(row[key]) for key in _NAMED_BY if row.get(key)), str(number))
            rows[name if name not in rows else f"{name} ({number})"] = _keyed(row)
        return rows
    return value


def _differences(place: Place, left: Any, right: Any) -> Iterator[tuple[Place, Any, Any]]:
    """Places at which two values differ; a table against nothing is one difference."""
    if isinstance(left, dict) and isinstance(right, dict):
        for key in dict.fromkeys([*left, *right]):
            yield from _differences((*place, key), left.get(key), right.get(key))
    elif left != right and not (_is_nothing(left) and _is_nothing(right)):
        yield place, left, right


def _is_nothing(value: Any) -> bool:
    return value is None or value == {} or value == []


def _title(place: Place) -> str:
    """Name of a place in the words of the schema: the row it is about, and the title of the field."""
    schema = described_schema(current_language())
    node: dict[str, Any] = schema
    words: list[str] = []
    for key in place:
        inner = _resolved(node, schema)
        field = inner.get("properties", {}).get(key)
        if field is None:
            words.append(str(key))
            node = inner.get("additionalProperties") or inner.get("items") or {}
            node = node if isinstance(node, dict) else {}
        else:
            words.append(str(field.get("title", key)))
            node = _rows(_resolved(field, schema), schema)
    return " · ".join(words)


def _resolved(node: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Schema with its reference followed, and the first table or list of its ways to write it."""
    while "$ref" in node:
        node = root["$defs"][node["$ref"].rsplit("/", 1)[-1]]
    for way in node.get("anyOf", []):
        inner = _resolved(way, root)
        if "properties" in inner or "items" in inner:
            return inner
    return node


def _rows(node: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """List of tables as a table of tables, as `_keyed` makes it."""
    items = node.get("items")
    if isinstance(items, dict) and "properties" in _resolved(items, root):
        return {"additionalProperties": items}
    return node


@dataclass(frozen=True)
class PlanSide:
    """One plan: its name, and its object as of `junshi plan --json`."""

    name: str
    plan: dict[str, Any]


def told_apart(left: str, right: str) -> tuple[str, str]:
    """Names of two runs, numbered where they are the same.

    Examples
    --------
    >>> told_apart("a", "b"), told_apart("a", "a")
    (('a', 'b'), ('a (1)', 'a (2)'))
    """
    return (left, right) if left != right else (f"{left} (1)", f"{right} (2)")


def decision_sheets(left: PlanSide, right: PlanSide) -> list[Sheet]:
    """Tables of what two plans cost and decide now, the difference in the last column."""
    return [_cost_sheet(left, right), _trade_sheet(left, right), _port_sheet(left, right)]


def decision_lines(left: PlanSide, right: PlanSide) -> list[str]:
    """Say in a sentence which plan costs how much less."""
    if left.plan["currency"] != right.plan["currency"]:
        return [say("page_api.compare_currencies", left=left.plan["currency"], right=right.plan["currency"])]
    one, other = float(left.plan["cost_mean"]), float(right.plan["cost_mean"])
    if one <= 0 or not math.isfinite(one + other):
        return []
    key = (
        "compare_same"
        if abs(other / one - 1) < 0.005
        else "compare_dearer"
        if other > one
        else "compare_cheaper"
    )
    return [say(f"page_api.{key}", left=left.name, right=right.name, share=percent(abs(other / one - 1)))]


def _columns(first: str, left: PlanSide, right: PlanSide) -> tuple[Column, ...]:
    names = left.name, right.name, say("page_api.difference")
    numbers = (Column(name, is_number=True) for name in names)
    return (Column(first), *numbers)


def _cost_sheet(left: PlanSide, right: PlanSide) -> Sheet:
    rows = [
        (say(f"page_api.{name}"), *_amounts(float(left.plan[name]), float(right.plan[name])))
        for name in _COSTS
    ]
    parts = dict.fromkeys([*left.plan["cost_parts"], *right.plan["cost_parts"]])
    rows += [
        (
            say(f"show.part_{name}"),
            *_amounts(
                float(left.plan["cost_parts"].get(name, 0.0)), float(right.plan["cost_parts"].get(name, 0.0))
            ),
        )
        for name in parts
    ]
    gaps = (_share(left.plan["gap"]), _share(right.plan["gap"]), "")
    rows.append((say("page_api.gap"), *gaps))
    columns = _columns(say("page_api.cost_in", currency=left.plan["currency"]), left, right)
    return Sheet(say("page_api.compare_cost"), columns, tuple(rows))


def _trade_sheet(left: PlanSide, right: PlanSide) -> Sheet:
    rows: list[tuple[str, ...]] = []
    for action in _TRADES:
        one, other = _units(left.plan[action]), _units(right.plan[action])
        rows += [
            (
                say(f"page_api.{action}", accelerator=name),
                *_amounts(one.get(name, 0.0), other.get(name, 0.0)),
            )
            for name in dict.fromkeys([*one, *other])
        ]
    columns = _columns(say("page_api.decision"), left, right)
    return Sheet(say("page_api.compare_trades"), columns, tuple(rows))


def _port_sheet(left: PlanSide, right: PlanSide) -> Sheet:
    one, other = _ports(left.plan["ports_now"]), _ports(right.plan["ports_now"])
    rows = tuple(
        (
            say("page_api.port_now", workload=workload, ecosystem=ecosystem),
            *_days(one.get((workload, ecosystem), _NO_DAYS), other.get((workload, ecosystem), _NO_DAYS)),
        )
        for workload, ecosystem in dict.fromkeys([*one, *other])
    )
    return Sheet(say("page_api.compare_ports"), _columns(say("page_api.decision"), left, right), rows)


def _units(trades: list[dict[str, Any]]) -> dict[str, float]:
    units: dict[str, float] = {}
    for trade in trades:
        units[trade["accelerator"]] = units.get(trade["accelerator"], 0.0) + float(trade["units"])
    return units


def _ports(steps: list[dict[str, Any]]) -> dict[tuple[str, str], _Days]:
    """Likely, low and high engineer-days by workload and ecosystem; runs of older versions give no range."""
    return {
        (step["workload"], step["ecosystem"]): (
            float(likely := step["engineer_days"]),
            float(step.get("days_low", likely)),
            float(step.get("days_high", likely)),
        )
        for step in steps
    }


def _days(left: _Days, right: _Days) -> tuple[str, str, str]:
    """Days of both with their ranges, and the difference of the likely ones."""
    *_, difference = _amounts(left[0], right[0])
    return ranged(*left, short), ranged(*right, short), difference


def _amounts(left: float, right: float) -> tuple[str, str, str]:
    """Both values and the second less the first, as people read them."""
    difference = right - left
    sign = "+" if difference > 0 else ""
    return short(left), short(right), f"{sign}{short(difference)}" if difference else "–"


def _share(value: float | None) -> str:
    return "–" if value is None else percent(value)
