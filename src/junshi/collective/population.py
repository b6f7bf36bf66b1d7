"""The population: archetypes, heavy-tailed sizes in bins, and the organisations of an agent run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.collective.schema import ArchetypeRow, CollectiveFile

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LARGEST_QUANTILE = 0.9999
"""Sizes are cut at this quantile, so that one draw cannot be the whole market."""


@dataclass(frozen=True)
class Population:
    """Classes of organisations that choose alike: archetype × bin of size.

    Attributes
    ----------
    archetypes : names, in the order of the file
    archetype : index of each class's archetype, shape [class]
    count : share of organisations, sums to 1, shape [class]
    size : mean accelerators wanted of one organisation over the mean of all, shape [class]
    demand : share of accelerators wanted, sums to 1, shape [class]
    low, high : quantiles of the archetype's sizes that bound the bin, shape [class]
    tail : Pareto exponent of the archetype, shape [class]
    scale : size of the archetype's smallest organisation, shape [class]
    """

    archetypes: tuple[str, ...]
    archetype: IntArray
    count: FloatArray
    size: FloatArray
    demand: FloatArray
    low: FloatArray
    high: FloatArray
    tail: FloatArray
    scale: FloatArray

    @property
    def classes(self) -> int:
        """Number of classes."""
        return len(self.count)

    def by_archetype(self, values: FloatArray) -> FloatArray:
        """Sum over the classes of each archetype along the last axis."""
        member = np.eye(len(self.archetypes))[self.archetype]
        return np.asarray(values @ member)


def build_population(file: CollectiveFile) -> Population:
    """Classes of the file's archetypes; bins hold equal shares of the archetype's accelerators."""
    bins = file.choice.size_bins
    organisations = _normalised([row.organisations for row in file.archetype])
    spend = _normalised([row.spend for row in file.archetype])
    parts = [_bins(row, bins) for row in file.archetype]
    count = np.concatenate([share * part[1] for share, part in zip(organisations, parts, strict=True)])
    demand = np.concatenate([share * part[2] for share, part in zip(spend, parts, strict=True)])
    edges = np.concatenate([part[0] for part in parts])
    index = np.repeat(np.arange(len(parts)), bins)
    tails = np.array([row.tail for row in file.archetype])
    means = np.array([_mean_above_one(row.tail) for row in file.archetype])
    return Population(
        archetypes=tuple(row.id.value for row in file.archetype),
        archetype=index,
        count=count,
        size=demand / count,
        demand=demand,
        low=edges[:, 0],
        high=edges[:, 1],
        tail=tails[index],
        scale=(spend / organisations / means)[index],
    )


def _normalised(values: list[float]) -> FloatArray:
    array = np.array(values)
    return np.asarray(array / array.sum())


def pareto_quantile(quantile: FloatArray, tail: float | FloatArray) -> FloatArray:
    """Quantile of a Pareto law that starts at 1, cut at `LARGEST_QUANTILE`."""
    return np.asarray((1.0 - np.minimum(quantile, 1.0) * LARGEST_QUANTILE) ** (-1.0 / np.asarray(tail)))


def _partial_mean(quantile: FloatArray, tail: float) -> FloatArray:
    """Integral of the cut quantile function from 0 to `quantile`."""
    power = 1.0 - 1.0 / tail
    return np.asarray((1.0 - (1.0 - LARGEST_QUANTILE * quantile) ** power) / (power * LARGEST_QUANTILE))


def _mean_above_one(tail: float) -> float:
    """Mean of the cut Pareto law that starts at 1."""
    return float(_partial_mean(np.array(1.0), tail))


def _bins(row: ArchetypeRow, bins: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Quantile edges [bin, 2], share of organisations [bin] and of accelerators [bin]."""
    power = 1.0 - 1.0 / row.tail
    targets = np.arange(1, bins) / bins * _mean_above_one(row.tail)
    inner = (1.0 - (1.0 - targets * power * LARGEST_QUANTILE) ** (1.0 / power)) / LARGEST_QUANTILE
    edges = np.concatenate([[0.0], inner, [1.0]])
    accelerators = np.diff(_partial_mean(edges, row.tail)) / _mean_above_one(row.tail)
    return np.stack([edges[:-1], edges[1:]], axis=1), np.diff(edges), accelerators


@dataclass(frozen=True)
class Organisations:
    """Organisations of an agent run, those of one class side by side.

    Attributes
    ----------
    first : index of the first organisation of each class, and the total at the end, shape [class + 1]
    size : accelerators wanted as a share of all, sums to 1, shape [organisation]
    """

    first: IntArray
    size: NDArray[np.float32]

    @property
    def count(self) -> int:
        """Number of organisations."""
        return len(self.size)


def draw_organisations(population: Population, count: int) -> Organisations:
    """Organisations with sizes at evenly spaced quantiles of their bin, each class with at least one.

    Sizes are not random: two runs of the same count differ only in what organisations choose. Within a
    class they are scaled so that its share of accelerators is that of the population whatever `count` is.

    Raises
    ------
    ValueError : fewer organisations than classes
    """
    if count < population.classes:
        message = f"{count} organisations for {population.classes} classes"
        raise ValueError(message)
    numbers = _apportion(population.count, count)
    sizes = []
    for place, number in enumerate(numbers):
        within = (np.arange(number) + 0.5) / number
        quantile = population.low[place] + within * (population.high[place] - population.low[place])
        raw = pareto_quantile(quantile, population.tail[place])
        sizes.append(population.demand[place] * raw / raw.sum())
    first = np.concatenate([[0], np.cumsum(numbers)]).astype(np.int64)
    return Organisations(first, np.concatenate(sizes).astype(np.float32))


def _apportion(shares: FloatArray, count: int) -> IntArray:
    """Whole numbers that sum to `count`, at least one each, near the shares (largest remainders)."""
    numbers = np.maximum(np.floor(shares * count).astype(np.int64), 1)
    while numbers.sum() > count:
        numbers[np.argmax(numbers)] -= 1
    short = int(count - numbers.sum())
    order = np.argsort(-(shares * count - np.floor(shares * count)), kind="stable")
    for step in range(short):
        numbers[order[step % len(order)]] += 1
    return numbers
