"""What measured ports say: author-weeks from the number of files touched, with the error of leaving one out.

log(author-weeks) = a + b · log(files) + c · [plug-in] + ε
log(priced days) = log(days) + bias + ε′        where the release before the port could be scanned

a, b, c are fitted by ridge regression towards `PRIOR`, since the cases are few; ε is normal, its spread the
root mean square of the errors when each case in turn is predicted from the others.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from junshi.porting.effort.shapes import Shape

DAYS_PER_AUTHOR_WEEK = 3.0
"""Engineer-days in an author-week: an author with a commit in a week worked one to five days; assumed."""

PRIOR = (-2.5, 1.0, 1.0)
PRIOR_SPREAD = (1.5, 0.4, 1.0)
"""Mean and spread of a, b, c before the cases; assumed: effort about in proportion to files touched."""

Z10 = 1.2815515655446004
"""Standard normal quantile of 0.9."""

SQUASH_SPREAD = 0.5
"""Spread, of the log, of what a squash merge hides; added for cases that are one commit; assumed."""

SQUASH_HIDDEN = 2.0
"""Author-weeks of a squash-merged port over those it shows; assumed, used only for the bias of prices."""

BIAS_PRIOR_SPREAD = 1.0
PRICED_SPREAD = 1.0
"""Spread of the log of the bias before the cases, and of priced over true days of one port; assumed."""


@dataclass(frozen=True)
class Case:
    """A measured port: files touched, lines changed, author-weeks, years from first to last commit.

    `priced_days` are those of a scan before it; `new_kernel_days`, on top, of kernels to be written anew.
    """

    id: str
    repository: str
    ecosystem: str
    shape: Shape
    files: int
    lines: int
    author_weeks: float
    years: float
    squashed: bool
    priced_days: float | None = None
    new_kernel_days: float = 0.0


@dataclass(frozen=True)
class Fit:
    """Coefficients a, b, c, shape (3,), their covariance (3, 3), and the spread of ε."""

    coefficients: NDArray[np.float64]
    covariance: NDArray[np.float64]
    spread: float

    def log_weeks(self, files: float, shape: Shape) -> tuple[float, float]:
        """Mean and spread of the log of author-weeks of a port that touches so many files."""
        row = _row(files, shape)
        variance = float(row @ self.covariance @ row) + self.spread**2
        return float(row @ self.coefficients), math.sqrt(variance)


@dataclass(frozen=True)
class LeftOut:
    """Prediction of a case from the others: author-weeks, 10 %, 50 % and 90 %."""

    case: Case
    p10: float
    p50: float
    p90: float

    @property
    def is_inside(self) -> bool:
        """Whether the measured value lies in the range."""
        return self.p10 <= self.case.author_weeks <= self.p90

    @property
    def log_error(self) -> float:
        """Log of predicted over measured."""
        return math.log(self.p50 / self.case.author_weeks)


@dataclass(frozen=True)
class Calibration:
    """The fit on all cases, and how each case is predicted when left out.

    `kernel_bias` is of ports whose kernels were to be written anew; it speaks for `kernel_ecosystems` only,
    where there are such ports.
    """

    fit: Fit
    bias: float
    bias_spread: float
    kernel_bias: float
    kernel_bias_spread: float
    kernel_ecosystems: frozenset[str]
    left_out: tuple[LeftOut, ...]

    @property
    def coverage(self) -> float:
        """Share of cases inside the 10–90 % range of the prediction from the others."""
        return sum(entry.is_inside for entry in self.left_out) / len(self.left_out)

    @property
    def error_factor(self) -> float:
        """Typical factor between predicted and measured: exp of the root mean square log error."""
        return math.exp(math.sqrt(float(np.mean([entry.log_error**2 for entry in self.left_out]))))


@cache
def cases() -> tuple[Case, ...]:
    """Measured ports that come with the package."""
    raw = tomllib.loads(
        resources.files("junshi.porting.effort").joinpath("history.toml").read_text(encoding="utf-8")
    )
    return tuple(
        Case(
            id=row["id"],
            repository=row["repository"],
            ecosystem=row["ecosystem"],
            shape=Shape(row["shape"]),
            files=row["files"],
            lines=row["lines"],
            author_weeks=float(row["author_weeks"]),
            years=float(row["years"]),
            squashed=row["squashed"],
            priced_days=row.get("priced_days"),
            new_kernel_days=row.get("new_kernel_days", 0.0),
        )
        for row in raw["case"]
    )


@cache
def calibrate(measured: tuple[Case, ...] | None = None) -> Calibration:
    """Fit on the measured ports; each is also predicted from the others.

    Parameters
    ----------
    measured : cases, those of the package when absent; at least three
    """
    known = cases() if measured is None else measured
    spread = _spread(known)
    left_out = [_left_out(case, [other for other in known if other is not case], spread) for case in known]
    return Calibration(
        fit_cases(known, spread),
        *price_bias(known),
        *price_bias(known, with_kernels=True),
        frozenset(case.ecosystem for case in known if case.new_kernel_days),
        tuple(left_out),
    )


def price_bias(known: Sequence[Case], *, with_kernels: bool = False) -> tuple[float, float]:
    """Mean and spread of the log of priced over true days, shrunk towards none.

    Parameters
    ----------
    known : cases; those without priced days say nothing
    with_kernels : of ports with kernels to be written anew, their days included; else of the other work
    """
    noise = PRICED_SPREAD**2 + SQUASH_SPREAD**2
    ratios = [
        math.log(
            (case.priced_days + (case.new_kernel_days if with_kernels else 0.0))
            / (DAYS_PER_AUTHOR_WEEK * case.author_weeks)
        )
        - (math.log(SQUASH_HIDDEN) if case.squashed else 0.0)
        for case in known
        if case.priced_days is not None and (case.new_kernel_days or not with_kernels)
    ]
    precision = 1.0 / BIAS_PRIOR_SPREAD**2 + len(ratios) / noise
    return sum(ratios) / noise / precision, math.sqrt(1.0 / precision)


def combined(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float]:
    """Mean and spread of a log from two estimates of it, by precision.

    Two estimates that disagree make nothing surer: the smaller spread is kept and a quarter of their
    distance is added to it in quadrature.
    """
    weight = second[1] ** 2 / (first[1] ** 2 + second[1] ** 2)
    mean = weight * first[0] + (1 - weight) * second[0]
    return mean, math.hypot(min(first[1], second[1]), (first[0] - second[0]) / 4)


def fit_cases(known: Sequence[Case], spread: float) -> Fit:
    """Ridge fit with a given spread of ε."""
    rows = np.array([_row(case.files, case.shape) for case in known])
    values = np.log([case.author_weeks for case in known])
    weights = np.array([1.0 / (spread**2 + (SQUASH_SPREAD**2 if case.squashed else 0.0)) for case in known])
    precision = np.diag(1.0 / np.square(PRIOR_SPREAD))
    covariance = np.linalg.inv(precision + rows.T @ (weights[:, None] * rows))
    mean = covariance @ (precision @ np.array(PRIOR) + rows.T @ (weights * values))
    return Fit(mean, covariance, spread)


def _spread(known: Sequence[Case]) -> float:
    """Root mean square error of cases predicted from the others, repeated until it agrees with itself."""
    spread = 1.0
    for _ in range(20):
        errors = [
            fit_cases([other for other in known if other is not case], spread).log_weeks(
                case.files, case.shape
            )[0]
            - math.log(case.author_weeks)
            for case in known
        ]
        spread = math.sqrt(float(np.mean(np.square(errors))))
    return spread


def _left_out(case: Case, others: Sequence[Case], spread: float) -> LeftOut:
    """Prediction of a case from the others: by its files touched and, where scanned, its priced days."""
    mean, width = fit_cases(others, spread).log_weeks(case.files, case.shape)
    if case.priced_days is not None:
        bias, bias_spread = price_bias(others, with_kernels=case.new_kernel_days > 0)
        priced = math.log((case.priced_days + case.new_kernel_days) / DAYS_PER_AUTHOR_WEEK) - bias
        mean, width = combined((priced, math.hypot(PRICED_SPREAD, bias_spread)), (mean, width))
    return LeftOut(case, math.exp(mean - Z10 * width), math.exp(mean), math.exp(mean + Z10 * width))


def _row(files: float, shape: Shape) -> NDArray[np.float64]:
    return np.array([1.0, math.log(max(files, 1.0)), 1.0 if shape is Shape.PLUGIN else 0.0])
