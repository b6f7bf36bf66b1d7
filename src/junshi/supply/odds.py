"""The user's edits of the odds: rows of the scenario file replace rows of the estimate."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from junshi.errors import InputError, InputErrors
from junshi.text import say

TOLERANCE = 1e-6

Name = TypeVar("Name", bound=StrEnum)


def edit_odds(
    estimate: NDArray[np.float64],
    names: Sequence[Name],
    rows: Mapping[Name, Mapping[Name, float]] | None,
    place: str,
    file: Path | None = None,
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Estimate with the user's rows in place of its own.

    Parameters
    ----------
    estimate : odds `[from, to]` in the order of `names`
    rows : from → to → odds; a target that is not named has odds 0; a row that is absent stays as estimated
    place : table in the scenario file, for the fault sentences
    file : the scenario file

    Returns
    -------
    Odds, rows summing to 1; and the place of each row that was replaced.

    Raises
    ------
    InputErrors : each row whose odds are negative or do not sum to 1 within 1e-6, with the sum found
    """
    edited = estimate.copy()
    places: list[str] = []
    faults: list[InputError] = []
    for name, row in (rows or {}).items():
        where = f"{place}.{name}"
        values = np.array([row.get(target, 0.0) for target in names], dtype=float)
        total = math.fsum(values) if np.all(np.isfinite(values)) else math.nan
        if np.any(values < 0) or not abs(total - 1) <= TOLERANCE:
            shown = ", ".join(f"{target} {value:g}" for target, value in row.items())
            faults.append(
                InputError(
                    "supply.bad_odds",
                    file=file or say("supply.scenario_file"),
                    place=where,
                    total=f"{total:.6g}",
                    row=shown,
                )
            )
            continue
        edited[names.index(name)] = values / total
        places.append(where)
    if faults:
        raise faults[0] if len(faults) == 1 else InputErrors(faults)
    return edited, tuple(places)
