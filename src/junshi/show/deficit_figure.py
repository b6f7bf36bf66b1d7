"""Pictures of the deficit curve: what being x behind does to training cost, latency and cost of latency."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from junshi.show.figure import Lines, Panel, Series
from junshi.show.numbers import percent
from junshi.show.palette import FAMILIES
from junshi.text import say
from junshi.throughput.deficit import Deficit

HIGHEST = 5.0
"""Factor at which a line leaves the picture: the queue is close to never emptying."""


def deficit_figures(curves: Sequence[tuple[str, Deficit]]) -> tuple[Lines, ...]:
    """Three pictures: cost by what is behind (one panel a workload), latency, cost of kept latency.

    `curves` : name of the workload and its curves; the queues are those of the first
    """
    first = curves[0][1]
    labels = tuple(percent(float(share)) for share in first.shares)
    panels = tuple(
        Panel(
            name, tuple(_dearer(place, what, ratio) for place, (what, ratio) in enumerate(one.slower.items()))
        )
        for name, one in curves
    )
    factor = say("deficit.factor")
    return (
        Lines("deficit_training", say("deficit.cost_title"), factor, labels, panels),
        _queue("deficit_latency", "deficit.latency_title", first, first.latency, labels),
        _queue("deficit_kept_latency", "deficit.kept_title", first, first.cost, labels),
    )


def _dearer(place: int, what: str, ratio: NDArray[np.float64]) -> Series:
    """Cost of a unit of work over that without deficit."""
    return Series(say(f"deficit.{what}"), tuple(float(value) for value in 1 / ratio), FAMILIES[place])


def _queue(
    name: str, title: str, deficit: Deficit, values: NDArray[np.float64], labels: tuple[str, ...]
) -> Lines:
    """One line a load, cut where it leaves the picture."""
    series = tuple(
        Series(say("deficit.load", load=percent(float(load))), tuple(_shown(v) for v in row), FAMILIES[place])
        for place, (load, row) in enumerate(zip(deficit.loads, values, strict=True))
    )
    return Lines(name, say(title), say("deficit.factor"), labels, (Panel("", series),))


def _shown(value: float) -> float:
    """Factor inside the picture; NaN, which is not drawn, beyond."""
    return float(value) if math.isfinite(value) and value <= HIGHEST else math.nan
