"""Ports of the first quarter that its engineers could not finish at the high days."""

from __future__ import annotations

from dataclasses import dataclass

from junshi.plan.result import PlanResult, PortStep

ROUNDING = 1e-6
LEAST_DAYS = 0.5
"""Days missing below this are not worth a sentence."""


@dataclass(frozen=True)
class Overrun:
    """What the engineers of the first quarter lack if all its ports take their high days.

    Attributes
    ----------
    unfinished : the fewest ports that cannot be finished: upkeep is done first, then the shortest port
    days : engineer-days that are missing for all of them
    """

    unfinished: tuple[PortStep, ...]
    days: float


def port_overrun(result: PlanResult) -> Overrun | None:
    """Overrun of the first quarter; None where the ports fit, have no limit, or fit not even as planned."""
    engineers = next((limit for limit in result.limits if limit.name == "engineers"), None)
    if engineers is None or engineers.used > engineers.limit * (1 + ROUNDING) + ROUNDING:
        return None
    ports = result.now.ports
    needed = engineers.used - sum(step.engineer_days for step in ports)
    unfinished = []
    for step in sorted(ports, key=lambda one: one.days_high):
        needed += step.days_high
        if needed >= engineers.limit + LEAST_DAYS:
            unfinished.append(step)
    return Overrun(tuple(unfinished), needed - engineers.limit) if unfinished else None
