"""Uncertain parameters of the collective: priors, where they go in the file, and stored posterior draws."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from junshi.collective.schema import CollectiveFile

FloatArray = NDArray[np.float64]

FITTED_YEARS = (2024, 2026)
"""Last years of the figures behind the stored draws: the test of the forecast, and all that is known."""


@dataclass(frozen=True)
class Parameter:
    """One uncertain parameter: its prior (normal on its scale), and where it goes in the file.

    Attributes
    ----------
    is_log : the prior is on the logarithm, and the median is `middle`
    low, high : bounds
    reason : why this prior, from what was known by the end of 2024
    """

    name: str
    middle: float
    spread: float
    is_log: bool
    low: float
    high: float
    put: Callable[[CollectiveFile, float], CollectiveFile]
    reason: str

    def log_prior(self, value: float) -> float:
        """Logarithm of the prior, up to a constant; minus infinity outside the bounds."""
        if not self.low <= value <= self.high:
            return -np.inf
        moved = np.log(value / self.middle) if self.is_log else value - self.middle
        return float(-0.5 * (moved / self.spread) ** 2) - (np.log(value) if self.is_log else 0.0)

    def draw(self, rng: np.random.Generator, count: int) -> FloatArray:
        """Draws of the prior, cut at the bounds."""
        raw = rng.standard_normal(count) * self.spread
        values = self.middle * np.exp(raw) if self.is_log else self.middle + raw
        return np.asarray(np.clip(values, self.low, self.high))


def _put(table: str, key: str) -> Callable[[CollectiveFile, float], CollectiveFile]:
    def put(file: CollectiveFile, value: float) -> CollectiveFile:
        section = getattr(file, table)
        return file.model_copy(update={table: section.model_copy(update={key: value})})

    return put


def _put_regime(name: str) -> Callable[[CollectiveFile, float], CollectiveFile]:
    def put(file: CollectiveFile, value: float) -> CollectiveFile:
        rows = {
            regime: row.model_copy(update={"available": value}) if regime.value == name else row
            for regime, row in file.imports.items()
        }
        return file.model_copy(update={"imports": rows})

    return put


def _scale_ecosystems(key: str, most: float) -> Callable[[CollectiveFile, float], CollectiveFile]:
    def put(file: CollectiveFile, value: float) -> CollectiveFile:
        rows = [
            row.model_copy(update={key: min(getattr(row, key) * value, most)}) if row.domestic else row
            for row in file.ecosystem
        ]
        return file.model_copy(update={"ecosystem": rows})

    return put


def _scale_ports(file: CollectiveFile, value: float) -> CollectiveFile:
    rows = [row.model_copy(update={"port_cost": row.port_cost * value}) for row in file.archetype]
    return file.model_copy(update={"archetype": rows})


def _scale_growth(file: CollectiveFile, value: float) -> CollectiveFile:
    growth = {ramp: rate * value for ramp, rate in file.domestic.growth.items()}
    return file.model_copy(update={"domestic": file.domestic.model_copy(update={"growth": growth})})


PARAMETERS = (
    Parameter(
        "cards",
        200.0,
        0.25,
        True,
        50,
        600,
        _put("demand", "cards"),
        "IDC 2023-H1: 500,000 cards in two quarters; 2022 before the boom about the same rate",
    ),
    Parameter(
        "growth_per_quarter",
        0.18,
        0.06,
        False,
        0.0,
        0.5,
        _put("demand", "growth_per_quarter"),
        "IDC 2023-H1 to 2024",
    ),
    Parameter(
        "slowing_per_year",
        0.3,
        0.12,
        False,
        0.0,
        0.8,
        _put("demand", "slowing_per_year"),
        "A boom slows; Bernstein's forecast of the market's growth",
    ),
    Parameter(
        "precision",
        3.0,
        0.35,
        True,
        0.5,
        12,
        _put("choice", "precision"),
        "Elasticities of substitution between capital goods of 1.5 to 6",
    ),
    Parameter("cutoff_loss", 1.0, 0.4, True, 0.1, 5, _put("choice", "cutoff_loss"), "Order of magnitude"),
    Parameter(
        "learning_rate",
        0.14,
        0.05,
        False,
        0.0,
        0.4,
        _put("experience", "learning_rate"),
        "Experience curves of technologies: mostly 5 to 30 % (Nagy et al. 2013)",
    ),
    Parameter(
        "domestic_gap",
        1.0,
        0.15,
        True,
        0.5,
        1.6,
        _scale_ecosystems("gap", 0.94),
        "Domestic stacks of 2022 at about half of their attainable efficiency",
    ),
    Parameter(
        "domestic_capacity",
        1.0,
        0.35,
        True,
        0.3,
        3,
        _scale_ecosystems("capacity", 1e6),
        "About 50,000 domestic cards in 2023-H1",
    ),
    Parameter(
        "domestic_growth",
        1.0,
        0.25,
        True,
        0.2,
        2.5,
        _scale_growth,
        "Doubling of domestic output a year, give or take",
    ),
    Parameter("port_cost", 1.0, 0.4, True, 0.2, 4, _scale_ports, "Order of magnitude"),
    Parameter(
        "cut_off_available",
        0.45,
        0.15,
        False,
        0.05,
        1.0,
        _put_regime("cut_off"),
        "Imports that no rule named: 1.9 million less 0.96 million H20 of 2.7 million cards in 2024 is "
        "34 %; in 2023 about 70 % (IDC, Epoch AI)",
    ),
    Parameter(
        "licensed_available",
        0.55,
        0.15,
        False,
        0.05,
        2.0,
        _put_regime("licensed"),
        "The same, and some deliveries with licence",
    ),
)


def with_values(file: CollectiveFile, values: FloatArray) -> CollectiveFile:
    """File with values of `PARAMETERS` put in; scales multiply what the file says."""
    for parameter, value in zip(PARAMETERS, values, strict=True):
        file = parameter.put(file, float(value))
    return file


def stored_draws(until: int) -> FloatArray:
    """Draws of the posterior that come with the package, [draw, parameter].

    Made by `fit_history` from the priors above and the figures of the years to `until`.
    """
    name = f"posterior_{until}.csv"
    text = resources.files("junshi.collective").joinpath("data", name).read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return np.array([[float(row[parameter.name]) for parameter in PARAMETERS] for row in rows])
