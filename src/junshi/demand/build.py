"""Scenario to `DemandTable`: numbers, lists and demand files, the peak, and the levels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from junshi.catalogue.catalogue import Catalogue
from junshi.demand.document import find_series, read_document
from junshi.demand.levels import one_level, three_levels
from junshi.demand.schema import Series
from junshi.demand.table import DemandTable
from junshi.errors import InputError, InputErrors
from junshi.scenario.faults import shortened, written
from junshi.scenario.schema import DemandFile, Scenario, Workload
from junshi.terms import WORK_UNIT, WorkKind
from junshi.text import say
from junshi.units import QUARTERS_PER_YEAR, Quarter


def build_demand(scenario: Scenario, catalogue: Catalogue, base: Path) -> DemandTable:
    """Work per second that each workload wants in each quarter, and how it may differ.

    Parameters
    ----------
    scenario : its workloads and horizon
    catalogue : reference accelerators of research workloads are looked up in it
    base : folder of the scenario file; demand files lie in it or below

    Returns
    -------
    A number is the first quarter's and grows by `growth_per_year`, compounded; a list is taken as it is; a
    demand file gives its forecast for the calendar quarters of the plan, or, without a forecast, its latest
    rate, grown as a number. Everything is multiplied by `peak_to_mean`. Where a demand file knows the spread
    of growth or the peak, and the scenario does not say them, the file's are used.

    Raises
    ------
    InputErrors : a list of the wrong length, a negative or non-finite value, a demand file that is outside
        `base`, missing or not valid, an unknown series, a unit that is not the workload's, a forecast that
        does not cover the plan
    """
    stages = scenario.horizon.quarters
    faults: list[InputError] = []
    rates = np.zeros((len(scenario.workload), stages))
    spreads = []
    for row, work in enumerate(scenario.workload):
        try:
            wanted = _wanted(work, row, scenario, catalogue, base)
        except InputErrors as trouble:
            faults.extend(trouble.faults)
        except InputError as trouble:
            faults.append(trouble)
        else:
            rates[row] = wanted.rates
            spreads.append(wanted.growth_sd)
    if faults:
        raise InputErrors(faults)
    uncertain = scenario.supply.demand_levels > 1 and stages > 1 and max(spreads) > 0
    levels = three_levels(spreads, stages) if uncertain else one_level(len(spreads), stages)
    return DemandTable(
        workloads=tuple(work.id for work in scenario.workload),
        units_per_s=rates,
        level_factor=levels.factor,
        level_transition=levels.transition,
        level_names=levels.names,
        level_start=levels.start,
    )


@dataclass(frozen=True)
class _Wanted:
    """Rates of one workload, shape [stage], and the spread of its yearly log growth."""

    rates: NDArray[np.float64]
    growth_sd: float


def _wanted(work: Workload, row: int, scenario: Scenario, catalogue: Catalogue, base: Path) -> _Wanted:
    """Capacity demand of one workload."""
    place = written(("workload", row, "demand"))
    stages = scenario.horizon.quarters
    if isinstance(work.demand, DemandFile):
        return _from_file(work, work.demand, place, scenario, catalogue, base)
    if isinstance(work.demand, list):
        if len(work.demand) != stages:
            raise _bad(
                place, say("scenario.found_count", count=len(work.demand)), "one_per_quarter", quarters=stages
            )
        rates = np.asarray(work.demand, dtype=float)
    else:
        rates = float(work.demand) * _growth(work.growth_per_year, stages)
    if not np.all(np.isfinite(rates)) or np.any(rates < 0):
        raise _bad(place, shortened(work.demand), "finite_number")
    return _Wanted(rates * work.peak_to_mean, work.growth_sd_per_year)


def _growth(per_year: float, stages: int) -> NDArray[np.float64]:
    """Factor of each quarter, 1 in the first, compounded."""
    factor: NDArray[np.float64] = (1.0 + per_year) ** (np.arange(stages) / QUARTERS_PER_YEAR)
    return factor


def _from_file(
    work: Workload, link: DemandFile, place: str, scenario: Scenario, catalogue: Catalogue, base: Path
) -> _Wanted:
    """Capacity demand of one workload from a series of a demand file."""
    path = _inside(base, link.file, place)
    series = find_series(read_document(path), link.series, path, place)
    _check_unit(work, series, place, catalogue)
    if series.forecast:
        rates = _forecast(series, place, path, scenario)
    else:
        latest = series.mean_per_s if series.latest_per_s is None else series.latest_per_s
        rates = latest * _growth(work.growth_per_year, scenario.horizon.quarters)
    growth_sd, peak = work.growth_sd_per_year, work.peak_to_mean
    if "growth_sd_per_year" not in work.model_fields_set and series.growth_sd_per_year is not None:
        growth_sd = series.growth_sd_per_year
    if "peak_to_mean" not in work.model_fields_set and series.peak_to_mean is not None:
        peak = series.peak_to_mean
    return _Wanted(rates * link.scale * peak, growth_sd)


def _inside(base: Path, name: str, place: str) -> Path:
    """Path of a demand file, refused when it leads out of the scenario's folder."""
    root = base.resolve()
    try:
        path = (root / name).resolve()
    except (OSError, ValueError, RuntimeError) as trouble:
        raise _bad(place, shortened(name), "path", folder=root, area="demand") from trouble
    if not path.is_relative_to(root):
        raise _bad(place, shortened(name), "path", folder=root, area="demand")
    return path


def _check_unit(work: Workload, series: Series, place: str, catalogue: Catalogue) -> None:
    """Refuse a series that counts something else than the workload."""
    unit = WORK_UNIT[work.kind]
    if series.unit and series.unit != unit:
        raise _bad(place, f'"{series.unit}"', "unit", unit=unit, kind=work.kind, area="demand")
    known = {chip.id for chip in catalogue.accelerators}
    counted, reference = series.accelerator, work.reference_accelerator
    if work.kind is WorkKind.RESEARCH and counted in known and reference is not None and counted != reference:
        raise _bad(place, f'"{counted}"', "reference", reference=reference, area="demand")


def _forecast(series: Series, place: str, path: Path, scenario: Scenario) -> NDArray[np.float64]:
    """Forecast for the quarters of the plan; without a calendar its first is the plan's first."""
    start, stages = Quarter.parse(scenario.horizon.start), scenario.horizon.quarters
    first = start if series.forecast_start is None else Quarter.parse(series.forecast_start)
    offset = start - first
    if offset < 0 or offset + stages > len(series.forecast):
        raise InputError(
            "demand.not_covered",
            file=path,
            place=place,
            series=series.name,
            first=first,
            last=first + (len(series.forecast) - 1),
            wanted_first=start,
            wanted_last=start + (stages - 1),
        )
    return np.asarray(series.forecast[offset : offset + stages], dtype=float)


def _bad(place: str, found: str, expected: str, *, area: str = "scenario", **fields: Any) -> InputError:
    """Fault of the scenario file; `expected` is a key of an area of `text`."""
    return InputError(
        "errors.bad_value",
        file=say("demand.scenario_file"),
        place=place,
        found=found,
        expected=say(f"{area}.expected_{expected}", **fields),
    )
