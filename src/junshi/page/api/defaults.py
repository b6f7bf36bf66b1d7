"""Options of each kind of run with their defaults, those of its command."""

from __future__ import annotations

from typing import Any

from junshi.errors import InputError
from junshi.insight.backtest import FIRST, LAST
from junshi.insight.stress import LEAST_SERVED
from junshi.page.api.schema import RunOptions
from junshi.page.runs.record import Kind
from junshi.units import Quarter

_PLAN: dict[str, Any] = {"seconds": 60.0, "gap": 0.01, "seed": 0}
DEFAULTS: dict[Kind, dict[str, Any]] = {
    Kind.PLAN: _PLAN | {"seconds": 120.0},
    Kind.FRONTIER: _PLAN | {"points": 12, "paths": 200},
    Kind.CERTAINTY: _PLAN | {"paths": 100, "measures": True},
    Kind.STRESS: _PLAN | {"least": LEAST_SERVED},
    Kind.PLAYBOOK: _PLAN | {"paths": 200},
    Kind.ALTERNATIVES: _PLAN | {"tolerance": 0.02, "count": 5, "paths": 100},
    Kind.SENSITIVITY: _PLAN | {"method": "morris", "runs": 6, "paths": 12, "break_even": True},
    Kind.BACKTEST: {"last": LAST, "lookahead": 6, "iterations": 30, "seed": 0},
    Kind.SWITCH: _PLAN | {"ecosystem": None, "paths": 60},
    Kind.COLLECTIVE: {"organisations": None, "quarters": None, "paths": None, "seed": None, "starts": 4},
}


def options_of(kind: Kind, asked: RunOptions) -> dict[str, Any]:
    """Options of a kind: those asked for, else the defaults; what belongs to other kinds is left out.

    Raises
    ------
    InputError : a last quarter of a backtest that is not in its history
    """
    given = asked.model_dump(exclude_none=True)
    if kind is Kind.BACKTEST and asked.last is not None:
        _require_quarter(asked.last)
    return {name: given.get(name, default) for name, default in DEFAULTS[kind].items()}


def _require_quarter(text: str) -> None:
    """Refuse a quarter that is not in history after its first one."""
    first = Quarter.parse(FIRST)
    if not 0 < Quarter.parse(text) - first <= Quarter.parse(LAST) - first:
        raise InputError("insight.bad_quarter", found=text, first=FIRST, last=LAST)
