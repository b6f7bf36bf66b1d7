"""Porting effort of a workload from a scan of its code, where the scenario names code bases."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from junshi.catalogue.catalogue import Catalogue
from junshi.errors import InputError
from junshi.porting.effort.components import Component, together
from junshi.porting.effort.estimate import EffortEstimate, estimate
from junshi.porting.scan import scan
from junshi.porting.targets.target import ECOSYSTEMS, Target, chips_of
from junshi.scenario.schema import Scenario, Workload

Days = tuple[float, float, float, float]
"""Likely, low and high engineer-days once, and likely days a year of upkeep."""


def scanned_efforts(
    scenario: Scenario, catalogue: Catalogue, ecosystems: Sequence[str], base: Path
) -> dict[tuple[str, str], Days]:
    """Effort of each (workload, ecosystem) that the file leaves to the scan of the workload's code bases.

    A row in `porting` wins over the scan; ecosystems that run the whole workload need none; an ecosystem
    that the scan has no rules for stays without an effort. Nothing of the code is executed.

    Parameters
    ----------
    base : folder of the scenario file, which relative paths start from

    Raises
    ------
    InputError : the path cannot be read, or holds nothing that a scan reads: an effort of 0 would be invented
    """
    efforts: dict[tuple[str, str], Days] = {}
    for work in scenario.workload:
        wanted = _wanted(work, ecosystems)
        if not work.code or not wanted:
            continue
        targets = tuple(_target(scenario, catalogue, name) for name in wanted)
        for place, name in enumerate(wanted):
            efforts[work.id, name] = _days(
                [
                    Component(_scanned((base / code.codebase).resolve(), targets)[place], code.share)
                    for code in work.code
                ]
            )
    return efforts


def _days(components: Sequence[Component]) -> Days:
    """Days of all components of a workload together."""
    once, upkeep = together(components)
    return once.p50, once.p10, once.p90, upkeep.p50


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
    """The ecosystem with the first accelerator of the scenario that the support tables know.

    The catalogue's `xpu` is Kunlunxin's, while the rules' without a chip is Intel's: it always has a chip.
    """
    known = chips_of(ecosystem)
    chips = (name for name in scenario.accelerators if catalogue.accelerator(name).ecosystem == ecosystem)
    chip = next((name for name in chips if name in known), None)
    return Target(ecosystem, next(iter(known)) if chip is None and ecosystem == "xpu" else chip)


@cache
def _scanned(path: Path, targets: tuple[Target, ...]) -> tuple[EffortEstimate, ...]:
    """Efforts of one scan; several workloads may share a code base."""
    report = scan(path, targets)
    if not report.files:
        raise InputError("porting.nothing_read", file=str(path))
    return tuple(estimate(report, label) for label in report.labels)
