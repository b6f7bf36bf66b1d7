"""Demand rows."""

from __future__ import annotations

from tests.plan.formulation.reading import Row, read
from tests.plan.instances import tiny


def test_each_workload_runs_or_is_unmet() -> None:
    """The shares of `chat` on each accelerator and mode, and what is unmet, add up to one."""
    stage = read(tiny())
    assert stage.family("demand") == ["demand[chat]", "demand[train]"]
    runs = ["run[chat,h,seasoned]", "run[chat,a,fresh]", "run[chat,a,seasoned]", "unmet[chat]"]
    assert stage.rows["demand[chat]"] == Row(dict.fromkeys(runs, 1.0), 1.0, 1.0, {})
