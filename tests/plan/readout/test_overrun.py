"""Ports that do not fit into the engineers of the first quarter at their high days."""

from __future__ import annotations

from dataclasses import replace

import pytest

from junshi.plan.readout.overrun import port_overrun
from junshi.plan.result import LimitUse, PlanResult, PortStep
from tests.show.results import result

LONG = PortStep("chat", "cann", 1.0, 30.0, 3.0, 20.0, 60.0)
SHORT = PortStep("train", "cann", 1.0, 5.0, 0.5, 5.0, 8.0)


def plan(*ports: PortStep, limit: float = 50.0, upkeep: float = 10.0) -> PlanResult:
    """Plan of these ports, with upkeep besides, under a limit of engineer-days."""
    used = upkeep + sum(step.engineer_days for step in ports)
    base = result()
    limits = (LimitUse("engineers", "days", limit, used, 0.0),)
    return replace(base, now=replace(base.now, ports=ports), limits=limits)


def test_longest_port_is_left_over() -> None:
    """10 of upkeep, 8 and 60 are 28 more than 50; the short port can be finished, the long one cannot."""
    found = port_overrun(plan(LONG, SHORT))
    assert found is not None
    assert found.unfinished == (LONG,)
    assert found.days == pytest.approx(28.0)


def test_every_port_that_cannot_be_finished_is_named() -> None:
    """With 45 days and 38 of them for upkeep nothing but a miracle finishes either port."""
    tight = plan(replace(LONG, engineer_days=2.0), SHORT, limit=45.0, upkeep=38.0)
    found = port_overrun(tight)
    assert found is not None
    assert found.unfinished == (SHORT, replace(LONG, engineer_days=2.0))
    assert found.days == pytest.approx(38 + 8 + 60 - 45)


def test_nothing_to_tell() -> None:
    """Ports that fit at their high days, no limit, no range, or a plan over its limit at the likely days."""
    assert port_overrun(plan(LONG, SHORT, limit=78.0)) is None
    assert port_overrun(replace(plan(LONG, SHORT), limits=())) is None
    assert port_overrun(plan(replace(LONG, days_high=30.0), limit=40.0)) is None
    assert port_overrun(plan(LONG, limit=39.0)) is None
