"""Porting effort of a workload from a scan of its code, where the scenario names a code base."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from junshi.catalogue.catalogue import Catalogue
from junshi.porting.effort.estimate import effort_days
from junshi.porting.scan import scan
from junshi.porting.targets.target import ECOSYSTEMS, Target, chips_of
from junshi.scenario.schema import Scenario, Workload

Days = tuple[float, float, float, float]
"""Likely, low and high engineer-days once, and likely days a year of upkeep."""


def scanned_efforts(
    scenario: Scenario, catalogue: Catalogue, ecosystems: Sequence[str], base: Path
) -> dict[tuple[str, str], Days]:
    """Effort of each (workload, ecosystem) that the file leaves to the scan of the workload's code base.

    A row in `porting` wins over the scan; ecosystems that run the whole workload need none; an ecosystem
    that the scan has no rules for stays without an effort. Nothing of the code is executed.

    Parameters
    ----------
    base : folder of the scenario file, which relative paths start from

    Raises
    ------
    InputError : the path cannot be read
    """
    efforts: dict[tuple[str, str], Days] = {}
    for work in scenario.workload:
        wanted = _wanted(work, ecosystems)
        if work.codebase is None or not wanted:
            continue
        targets = tuple(_target(scenario, catalogue, name) for name in wanted)
        for name, days in zip(wanted, _scanned((base / work.codebase).resolve(), targets), strict=True):
            efforts[work.id, name] = days
    return efforts


def _wanted(work: Workload, ecosystems: Sequence[str]) -> list[str]:
    """Ecosystems whose effort only the scan can tell."""
    stated = {port.ecosystem for port in work.porting}
    return [
        name
        for name in ecosystems
        if name in ECOSYSTEMS
        and name not in stated
        and work.runs_on.get(name, 0.0) < 1.0
        and (work.allowed is None or name in work.allowed)
    ]


def _target(scenario: Scenario, catalogue: Catalogue, ecosystem: str) -> Target:
    """The ecosystem with the first accelerator of the scenario that the support tables know."""
    known = chips_of(ecosystem)
    chips = (name for name in scenario.accelerators if catalogue.accelerator(name).ecosystem == ecosystem)
    return Target(ecosystem, next((name for name in chips if name in known), None))


@cache
def _scanned(path: Path, targets: tuple[Target, ...]) -> tuple[Days, ...]:
    """Efforts of one scan; several workloads may share a code base."""
    report = scan(path, targets)
    found = []
    for target in targets:
        low, likely, high, upkeep = effort_days(report, target)
        found.append((likely, low, high, upkeep))
    return tuple(found)
