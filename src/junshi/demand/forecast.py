r"""Growth of a series of rates, with its interval, and a forecast per quarter.

Models of the log rate y at the middle of each period, time t in years:

- `flat`: no growth, :math:`y = \bar y`;
- `drift`: random walk with drift, the mean yearly change from first to last;
- `trend`: straight line by least squares, its error widened for correlated residuals.

`auto` takes the one whose forecasts of the next period, each made from the periods before, missed least.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

FEWEST_PERIODS = 6
FEWEST_YEARS = 1.0
INTERVAL = 0.8
_TRAINING = 4
_LOG_RATES = (-90.0, 90.0)


class Model(StrEnum):
    """How growth is estimated."""

    AUTO = "auto"
    FLAT = "flat"
    DRIFT = "drift"
    TREND = "trend"


@dataclass(frozen=True)
class Growth:
    """Fitted growth of log rates.

    Attributes
    ----------
    model : model used
    slope : log growth a year; slope_se : its standard error; freedom : degrees of freedom
    level_log : log rate by the model at the end of the log, `end_years`
    spread : standard deviation of a year's log change around the slope
    misses : mean absolute miss of the next period's log rate per model, where it could be tried
    """

    model: Model
    slope: float
    slope_se: float
    freedom: int
    level_log: float
    end_years: float
    spread: float
    misses: dict[Model, float]

    @property
    def per_year(self) -> float:
        """Growth a year, 0.5 = + 50 %."""
        return _growth(self.slope)

    def interval(self) -> tuple[float, float]:
        """80 % interval of the growth a year."""
        half = float(stdtrit(self.freedom, 0.5 + INTERVAL / 2)) * self.slope_se
        return _growth(self.slope - half), _growth(self.slope + half)

    @property
    def sd_per_year(self) -> float:
        """Standard deviation of a year's log growth: what is not known of the slope, and chance around it."""
        return float(np.hypot(self.slope_se, self.spread))

    def forecast(self, years: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        """Central rate and the ends of its 80 % interval, `years` after the end of the log."""
        centre = self.level_log + self.slope * years
        ahead = np.maximum(years, 0.0)
        sd = np.sqrt((self.slope_se * ahead) ** 2 + self.spread**2 * ahead)
        half = float(stdtrit(self.freedom, 0.5 + INTERVAL / 2)) * sd
        return tuple(np.exp(np.clip(log, *_LOG_RATES)) for log in (centre, centre - half, centre + half))


def _growth(slope: float) -> float:
    """Growth a year of a yearly log change, kept within what a file can hold: -99.99 % to 1e9 %."""
    return float(np.expm1(np.clip(slope, -9.0, 16.0)))


_Line = tuple[float, float, float, int, float]
"""Level at the last time, slope, its standard error, degrees of freedom, spread of a year."""


def fit_growth(
    years: NDArray[np.float64], per_s: NDArray[np.float64], end_years: float, model: Model = Model.AUTO
) -> Growth | None:
    """Growth of a series, or None when it is too short to tell or has no work in some period.

    Parameters
    ----------
    years : middle of each period, rising; per_s : mean rates; end_years : end of the log
    """
    if len(years) < FEWEST_PERIODS or years[-1] - years[0] < FEWEST_YEARS - _period(years):
        return None
    if np.any(per_s <= 0) or not np.all(np.isfinite(per_s)):
        return None
    logs = np.log(per_s)
    misses = {name: _backtest(fit, years, logs) for name, fit in _MODELS.items()}
    chosen = min(misses, key=misses.__getitem__) if model is Model.AUTO else model
    level, slope, slope_se, freedom, spread = _MODELS[chosen](years, logs)
    at_end = level + slope * (end_years - float(years[-1]))
    return Growth(chosen, slope, slope_se, freedom, at_end, end_years, spread, misses)


def _period(years: NDArray[np.float64]) -> float:
    """Usual distance of periods, years."""
    return float(np.median(np.diff(years)))


def _yearly_spread(years: NDArray[np.float64], logs: NDArray[np.float64], slope: float) -> float:
    """Spread of a year's change of a random walk with this slope."""
    steps = np.diff(years)
    surprise = (np.diff(logs) - slope * steps) / np.sqrt(steps)
    return float(np.sqrt(np.sum(surprise**2) / max(len(surprise) - 1, 1)))


def _flat(years: NDArray[np.float64], logs: NDArray[np.float64]) -> _Line:
    """No growth; the spread is that of the residuals."""
    return float(np.mean(logs)), 0.0, 0.0, max(len(years) - 1, 1), float(np.std(logs, ddof=1))


def _drift(years: NDArray[np.float64], logs: NDArray[np.float64]) -> _Line:
    """Random walk with drift."""
    span = float(years[-1] - years[0])
    slope = float(logs[-1] - logs[0]) / span
    spread = _yearly_spread(years, logs, slope)
    return float(logs[-1]), slope, spread / np.sqrt(span), max(len(years) - 2, 1), spread


def _trend(years: NDArray[np.float64], logs: NDArray[np.float64]) -> _Line:
    """Straight line; the error of the slope grows with the correlation of neighbouring residuals."""
    centred = years - years.mean()
    slope = float(centred @ (logs - logs.mean()) / (centred @ centred))
    residual = logs - logs.mean() - slope * centred
    freedom = max(len(years) - 2, 1)
    deviation = float(np.sqrt(residual @ residual / freedom))
    squares = float(residual @ residual)
    correlation = float(np.clip(residual[1:] @ residual[:-1] / squares, 0.0, 0.9)) if squares > 0 else 0.0
    inflate = np.sqrt((1 + correlation) / (1 - correlation))
    slope_se = float(inflate * deviation / np.sqrt(centred @ centred))
    level = float(logs.mean() + slope * centred[-1])
    return level, slope, slope_se, freedom, deviation


_Fit = Callable[[NDArray[np.float64], NDArray[np.float64]], _Line]
_MODELS: dict[Model, _Fit] = {Model.TREND: _trend, Model.DRIFT: _drift, Model.FLAT: _flat}


def _backtest(fit: _Fit, years: NDArray[np.float64], logs: NDArray[np.float64]) -> float:
    """Mean absolute miss of the next log rate, from all periods before it."""
    missed = []
    for place in range(_TRAINING, len(years)):
        level, slope, *_ = fit(years[:place], logs[:place])
        expected = level + slope * float(years[place] - years[place - 1])
        missed.append(abs(float(logs[place]) - expected))
    return float(np.mean(missed))
