"""Sweeps: many runs over levers × starting beliefs × seeds, on this machine or on a Ray cluster.

A run depends on its point alone, never on the order or the place: every backend gives the same table.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from junshi.catalogue.catalogue import Catalogue
from junshi.collective.build import Setup, build_setup
from junshi.collective.equilibrium import collective_map, settle
from junshi.collective.run import domestic_share, run_mean_field, status_quo_belief, survivability
from junshi.collective.schema import CollectiveFile, LeverRow
from junshi.errors import InputError, nearest

FloatArray = NDArray[np.float64]
Point = TypeVar("Point")
Row = TypeVar("Row")

STEPS = 12


class Backend(StrEnum):
    """Where a sweep runs."""

    SERIAL = "serial"
    LOCAL = "local"
    RAY = "ray"


@dataclass(frozen=True)
class SweepPoint:
    """One run: lever values from the start on, the belief that it begins with, and the seed of its paths."""

    levers: tuple[tuple[str, float], ...]
    belief: str
    seed: int


@dataclass(frozen=True)
class SweepRun:
    """What one run gives at the end of the quarters shown, mean over paths."""

    point: SweepPoint
    domestic: float
    domestic_low: float
    domestic_high: float
    survivable: float
    residual: float


def sweep_points(file: CollectiveFile) -> list[SweepPoint]:
    """Grid of the file's `sweep` table, the last lever moving fastest.

    Raises
    ------
    InputError : the file has no such table, or it names a lever that there is not
    """
    if file.sweep is None:
        raise InputError("collective.no_sweep")
    known = sorted(set(LeverRow.model_fields) - {"mandate_by"})
    for name in file.sweep.levers:
        if name not in known:
            raise InputError("collective.unknown_lever", name=name, near=nearest(name, known))
    names = list(file.sweep.levers)
    mixes = itertools.product(*(file.sweep.levers[name] for name in names))
    return [
        SweepPoint(tuple(zip(names, mix, strict=True)), belief, file.size.seed + number)
        for mix in mixes
        for belief in file.sweep.beliefs
        for number in range(file.sweep.seeds)
    ]


def run_sweep(
    file: CollectiveFile,
    catalogue: Catalogue,
    backend: Backend = Backend.LOCAL,
    workers: int = -1,
) -> list[SweepRun]:
    """All runs of the file's grid, in its order.

    Parameters
    ----------
    backend : serial, local processes, or the Ray cluster that this machine belongs to (or a new local one)
    workers : processes; -1 = all cores
    """
    task = _Task(file, catalogue)
    return map_points(task, sweep_points(file), backend, workers)


def map_points(
    task: Callable[[Point], Row], points: Sequence[Point], backend: Backend, workers: int = -1
) -> list[Row]:
    """Results of a task at all points, in their order.

    Raises
    ------
    InputError : joblib or Ray is asked for and is not installed
    """
    if backend is Backend.SERIAL:
        return [task(point) for point in points]
    try:
        import joblib
    except ImportError as absent:
        raise InputError("collective.needs_numba") from absent
    if backend is Backend.RAY:
        _join_ray()
    name = "loky" if backend is Backend.LOCAL else "ray"
    with joblib.parallel_config(backend=name, n_jobs=workers):
        return list(joblib.Parallel()(joblib.delayed(task)(point) for point in points))


def _join_ray() -> None:
    """Make Ray a backend of joblib."""
    try:
        from ray.util.joblib import register_ray
    except ImportError as absent:
        raise InputError("collective.needs_ray") from absent
    register_ray()


@dataclass(frozen=True)
class _Task:
    """One run of the grid; a class and not a closure, so that it can travel to another machine."""

    file: CollectiveFile
    catalogue: Catalogue

    def __call__(self, point: SweepPoint) -> SweepRun:
        start = self.file.size.start
        levers = LeverRow.model_validate({name: {start: value} for name, value in point.levers})
        setup = build_setup(self.file.model_copy(update={"lever": levers}), self.catalogue)
        states = setup.sample(self.file.size.paths, point.seed)
        belief_map = collective_map(setup, states, looking_ahead=False)
        belief, residual, _ = settle(belief_map, starting_belief(setup, point.belief), 1e-4, STEPS)
        paths = run_mean_field(setup.world, setup.start, states, belief)
        domestic = domestic_share(setup, paths)[:, -1]
        return SweepRun(
            point=point,
            domestic=float(domestic.mean()),
            domestic_low=float(np.quantile(domestic, 0.1)),
            domestic_high=float(np.quantile(domestic, 0.9)),
            survivable=float(survivability(setup, paths)[:, -1].mean()),
            residual=residual,
        )


def starting_belief(setup: Setup, name: str) -> FloatArray:
    """Belief to begin with: use as it is, or all cards wanted on one side."""
    if name == "status_quo":
        return status_quo_belief(setup)
    side = setup.domestic if name == "domestic" else ~setup.domestic
    return np.outer(np.cumsum(setup.world.wanted) / 8.0, side / side.sum()) + 1.0
