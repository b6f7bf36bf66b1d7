"""Porting effort as the scenario file states it, to `EffortTable`."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from junshi.catalogue.catalogue import Catalogue
from junshi.porting.from_codebase import scanned_efforts
from junshi.porting.table import EffortTable
from junshi.scenario.faults import written
from junshi.scenario.lines import Place
from junshi.scenario.schema import PortingEffort, Scenario, Workload
from junshi.text import say

UPKEEP_SHARE_PER_YEAR = 0.5
"""Yearly upkeep over the days of the port where the file gives none; assumed, as the schema says."""

_Days = tuple[float, float, float, float]
_IMPOSSIBLE: _Days = (math.nan, math.nan, math.nan, math.nan)


def build_effort(scenario: Scenario, catalogue: Catalogue, base: Path | None = None) -> EffortTable:
    """Engineer-days of each workload on each ecosystem of the scenario's accelerators.

    Parameters
    ----------
    scenario : its workloads, and which ecosystems the organisation forbids itself
    catalogue : ecosystem of each accelerator
    base : folder of the scenario file, for code bases that it names; None = they are not scanned

    Returns
    -------
    0 where a workload runs whole today; the days of its row in `porting`; those of the scan of its code
    bases; NaN where it has neither, the ecosystem is not `allowed`, or is forbidden. A row for an
    ecosystem that no accelerator belongs to is not used (see `unused_efforts`). Upkeep not given is
    half of the days a year, assumed.

    Raises
    ------
    InputError : an unknown accelerator or ecosystem; names the nearest
    """
    ecosystems = _ecosystems(scenario, catalogue)
    scanned = {} if base is None else scanned_efforts(scenario, catalogue, ecosystems, base)
    table = np.full((4, len(scenario.workload), len(ecosystems)), math.nan)
    for row, work in enumerate(scenario.workload):
        _check_names(work, row, catalogue)
        for column, ecosystem in enumerate(ecosystems):
            if ecosystem not in scenario.strategy.forbidden_ecosystems:
                table[:, row, column] = scanned.get((work.id, ecosystem), _days(work, ecosystem))
    days, low, high, upkeep = table
    return EffortTable(
        workloads=tuple(work.id for work in scenario.workload),
        ecosystems=ecosystems,
        days=days,
        days_low=low,
        days_high=high,
        upkeep_days_per_year=upkeep,
    )


def unused_efforts(scenario: Scenario, catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """Pairs (workload, ecosystem) of effort rows that no accelerator of the scenario can use."""
    ecosystems = _ecosystems(scenario, catalogue)
    return tuple(
        (work.id, port.ecosystem)
        for work in scenario.workload
        for port in work.porting
        if port.ecosystem not in ecosystems
    )


def _ecosystems(scenario: Scenario, catalogue: Catalogue) -> tuple[str, ...]:
    """Ecosystems of the accelerators, each once, in the order of the accelerators."""
    return tuple(
        dict.fromkeys(
            catalogue.accelerator(
                name, file=say("effort.scenario_file"), place=written(("accelerators", place))
            ).ecosystem
            for place, name in enumerate(scenario.accelerators)
        )
    )


def _check_names(work: Workload, row: int, catalogue: Catalogue) -> None:
    """Every ecosystem that a workload names is known."""
    places: list[tuple[Place, str]] = [(("workload", row, "runs_on", name), name) for name in work.runs_on]
    places += [(("workload", row, "allowed", i), name) for i, name in enumerate(work.allowed or [])]
    places += [(("workload", row, "porting", i), port.ecosystem) for i, port in enumerate(work.porting)]
    for place, name in places:
        catalogue.ecosystem(name, file=say("effort.scenario_file"), place=written(place))


def _days(work: Workload, ecosystem: str) -> _Days:
    """Days, low, high and yearly upkeep of one workload on one ecosystem."""
    if work.allowed is not None and ecosystem not in work.allowed:
        return _IMPOSSIBLE
    port = next((row for row in work.porting if row.ecosystem == ecosystem), None)
    if work.runs_on.get(ecosystem, 0.0) >= 1.0:
        return 0.0, 0.0, 0.0, 0.0
    return _IMPOSSIBLE if port is None else _from_row(port)


def _from_row(port: PortingEffort) -> _Days:
    """Row of the file; a range or upkeep that it does not give follows from its days."""
    low = port.days if port.days_low is None else port.days_low
    high = port.days if port.days_high is None else port.days_high
    upkeep = (
        port.days * UPKEEP_SHARE_PER_YEAR if port.upkeep_days_per_year is None else port.upkeep_days_per_year
    )
    return port.days, low, high, upkeep
