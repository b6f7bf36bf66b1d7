r"""Against history: run the real regimes, fit on the years to one day, compare with what came after.

Parameters are inferred by approximate Bayesian computation with a Gaussian kernel: a draw of the prior is run
along the real regimes, and its distance to the counted figures is weighed by their stated errors. With such a
kernel the result is exact for a model whose figures carry that error (Wilkinson 2013). The posterior is
sampled by emcee's ensemble sampler.

Figures are read from the catalogue; which count, with what error, is in `FIGURES`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import emcee
import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.special import logit as log_odds

from junshi.catalogue.catalogue import Catalogue
from junshi.collective.build import Setup, build_setup, build_start, build_world
from junshi.collective.exploitability import look_ahead
from junshi.collective.run import EACH_ALONE, run_mean_field, run_with_costs, status_quo_belief
from junshi.collective.schema import CollectiveFile
from junshi.collective.world import Paths
from junshi.errors import InputError
from junshi.units import Quarter

FloatArray = NDArray[np.float64]

ROUNDS = 1
SIZE_BINS = 1
"""One class an archetype: sizes hardly move the market's totals, and the fit is three times as fast."""

QUARTERS_BEYOND = 4
CARDS = "accelerator cards shipped in China"
SHARE = "domestic share of cards shipped"
ALL, DOMESTIC = "all vendors", "all Chinese vendors"


@dataclass(frozen=True)
class Wanted:
    """A figure that the model is compared with.

    Attributes
    ----------
    period : year, half or quarter, as in the catalogue
    metric, segment : as in the catalogue
    error : standard deviation in log-odds of a share, in logs of a number; the counting error and what the
        model leaves out
    """

    period: str
    metric: str
    segment: str
    error: float


FIGURES = (
    Wanted("2023-H1", CARDS, ALL, 0.15),
    Wanted("2023", CARDS, ALL, 0.10),
    Wanted("2024", CARDS, ALL, 0.10),
    Wanted("2025", CARDS, ALL, 0.10),
    Wanted("2023-H1", SHARE, DOMESTIC, 0.20),
    Wanted("2023", SHARE, DOMESTIC, 0.20),
    Wanted("2024", SHARE, DOMESTIC, 0.15),
    Wanted("2025", SHARE, DOMESTIC, 0.15),
    Wanted("2026-Q1", "domestic share of China AI chip market", "Chinese vendors", 0.35),
)
"""Counts of cards by IDC; the last is another basis and of low confidence, so its error is wide."""


@dataclass(frozen=True)
class Figure:
    """A figure as counted, with the quarters that it covers."""

    wanted: Wanted
    quarters: tuple[str, ...]
    value: float
    confidence: str
    source: str

    @property
    def is_share(self) -> bool:
        """Share, or thousand cards."""
        return self.wanted.metric != CARDS

    @property
    def last(self) -> Quarter:
        """Last quarter covered."""
        return Quarter.parse(self.quarters[-1])

    def scaled(self, value: FloatArray | float) -> FloatArray:
        """Value on the scale of the error: log-odds of a share, logarithm of a number."""
        return np.asarray(log_odds(value) if self.is_share else np.log(value))

    def unscaled(self, value: FloatArray) -> FloatArray:
        """Back from the scale of the error."""
        return np.asarray(expit(value) if self.is_share else np.exp(value))


def counted_figures(catalogue: Catalogue) -> list[Figure]:
    """Figures of the catalogue that the model is compared with.

    Raises
    ------
    InputError : the catalogue lacks one of them
    """
    figures = []
    for wanted in FIGURES:
        row = next(
            (
                row
                for row in catalogue.market
                if (row.period, row.metric, row.vendor_or_segment)
                == (wanted.period, wanted.metric, wanted.segment)
            ),
            None,
        )
        if row is None:
            raise InputError("collective.no_figure", metric=wanted.metric, period=wanted.period)
        share = wanted.metric != CARDS
        figures.append(
            Figure(
                wanted,
                quarters_of(wanted.period),
                row.value / (100.0 if share else 1000.0),
                row.confidence.value,
                row.source,
            )
        )
    return figures


def quarters_of(period: str) -> tuple[str, ...]:
    """Quarters of a year, half or quarter.

    Examples
    --------
    >>> quarters_of("2023-H1")
    ('2023-Q1', '2023-Q2')
    """
    year, _, part = period.partition("-")
    if part.startswith("H"):
        first = 2 * int(part[1]) - 1
        return (f"{year}-Q{first}", f"{year}-Q{first + 1}")
    return (period,) if part else tuple(f"{year}-Q{number}" for number in range(1, 5))


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
    Parameter("cards", 200.0, 0.25, True, 50, 600, _put("demand", "cards"),
              "IDC 2023-H1: 500,000 cards in two quarters; 2022 before the boom about the same rate"),
    Parameter("growth_per_quarter", 0.18, 0.06, False, 0.0, 0.5, _put("demand", "growth_per_quarter"),
              "IDC 2023-H1 to 2024"),
    Parameter("slowing_per_year", 0.3, 0.12, False, 0.0, 0.8, _put("demand", "slowing_per_year"),
              "A boom slows; Bernstein's forecast of the market's growth"),
    Parameter("precision", 3.0, 0.35, True, 0.5, 12, _put("choice", "precision"),
              "Elasticities of substitution between capital goods of 1.5 to 6"),
    Parameter("cutoff_loss", 1.0, 0.4, True, 0.1, 5, _put("choice", "cutoff_loss"), "Order of magnitude"),
    Parameter("learning_rate", 0.14, 0.05, False, 0.0, 0.4, _put("experience", "learning_rate"),
              "Experience curves of technologies: mostly 5 to 30 % (Nagy et al. 2013)"),
    Parameter("domestic_gap", 1.0, 0.15, True, 0.5, 1.6, _scale_ecosystems("gap", 0.94),
              "Domestic stacks of 2022 at about half of their attainable efficiency"),
    Parameter("domestic_capacity", 1.0, 0.35, True, 0.3, 3, _scale_ecosystems("capacity", 1e6),
              "About 50,000 domestic cards in 2023-H1"),
    Parameter("domestic_growth", 1.0, 0.25, True, 0.2, 2.5, _scale_growth,
              "Doubling of domestic output a year, give or take"),
    Parameter("port_cost", 1.0, 0.4, True, 0.2, 4, _scale_ports, "Order of magnitude"),
    Parameter("cut_off_available", 0.45, 0.15, False, 0.05, 1.0, _put_regime("cut_off"),
              "Imports that no rule named: 1.9 million less 0.96 million H20 of 2.7 million cards in 2024 is "
              "34 %; in 2023 about 70 % (IDC, Epoch AI)"),
    Parameter("licensed_available", 0.55, 0.15, False, 0.05, 2.0, _put_regime("licensed"),
              "The same, and some deliveries with licence"),
)


@dataclass(frozen=True)
class HistoryModel:
    """What the past is run with; parameters change the file, all else stays."""

    setup: Setup
    catalogue: Catalogue
    figures: tuple[Figure, ...]

    def run(self, values: FloatArray) -> tuple[Setup, Paths]:
        """Past with these values of `PARAMETERS`, along the real regimes."""
        file = self.setup.file
        for parameter, value in zip(PARAMETERS, values, strict=True):
            file = parameter.put(file, float(value))
        return run_past(self.setup, file, self.catalogue)

    def predict(self, values: FloatArray) -> FloatArray:
        """Figures as the model gives them, in the order of `figures`."""
        setup, paths = self.run(values)
        return figures_of(setup, paths, self.figures)

    def log_posterior(self, values: FloatArray, used: NDArray[np.bool_]) -> float:
        """Prior times kernel of the distance to the figures used."""
        prior = sum(parameter.log_prior(float(value)) for parameter, value in zip(PARAMETERS, values, strict=True))
        if not np.isfinite(prior):
            return -np.inf
        predicted = self.predict(values)
        distance = 0.0
        for place, figure in enumerate(self.figures):
            if used[place]:
                off = figure.scaled(predicted[place]) - figure.scaled(figure.value)
                distance += float(off / figure.wanted.error) ** 2
        return float(prior - 0.5 * distance) if np.isfinite(distance) else -np.inf


def history_model(file: CollectiveFile, catalogue: Catalogue) -> HistoryModel:
    """Model of the past that ends a year after the last figure, so that look-ahead does not stop short."""
    figures = tuple(counted_figures(catalogue))
    last = max(figure.last for figure in figures)
    size = file.size.model_copy(update={"start": str(last + 1), "quarters": QUARTERS_BEYOND, "paths": 1})
    choice = file.choice.model_copy(update={"size_bins": SIZE_BINS})
    setup = build_setup(file.model_copy(update={"size": size, "choice": choice}), catalogue)
    return HistoryModel(setup, catalogue, figures)


def run_past(setup: Setup, file: CollectiveFile, catalogue: Catalogue) -> tuple[Setup, Paths]:
    """Past along the real regimes, beliefs and look-ahead that come true to first order."""
    file = file.model_copy(update={"size": setup.file.size})
    fresh = _rebuilt(setup, file, catalogue)
    last = int(setup.history[-1])
    states = np.concatenate([setup.history, np.full(setup.file.size.quarters, last)])[None, :]
    belief, ahead = status_quo_belief(fresh), EACH_ALONE
    for _ in range(ROUNDS):
        paths, costs = run_with_costs(fresh.world, fresh.start, states, belief, ahead)
        ahead, belief = look_ahead(fresh, paths, costs, states), paths.gained[0]
    return fresh, run_mean_field(fresh.world, fresh.start, states, belief, ahead)


def _rebuilt(setup: Setup, file: CollectiveFile, catalogue: Catalogue) -> Setup:
    """Setup with another file: same chain, same quarters, same population."""
    world = build_world(file, catalogue, setup.population, setup.chain, setup.quarters, setup.history)
    return replace(setup, file=file, world=world, start=build_start(file, setup.population))


def figures_of(setup: Setup, paths: Paths, figures: tuple[Figure, ...]) -> FloatArray:
    """Model's value of each figure: domestic share or thousand cards delivered in its quarters."""
    values = []
    for figure in figures:
        places = [setup.quarters.index(name) for name in figure.quarters]
        served = paths.served[0, places].sum(axis=0)
        total = served.sum()
        values.append(served[setup.domestic].sum() / total if figure.is_share else total)
    return np.array(values)


@dataclass(frozen=True)
class Check:
    """One figure against the model.

    Attributes
    ----------
    is_fitted : the fit has seen it
    low, middle, high : 10, 50 and 90 % of the posterior forecast, error of the figure included
    trend : what a logistic trend through the fitted shares says; NaN for a number of cards
    """

    figure: Figure
    is_fitted: bool
    low: float
    middle: float
    high: float
    trend: float

    @property
    def is_inside(self) -> bool:
        """Whether the figure lies within the 80 % band."""
        return self.low <= self.figure.value <= self.high


@dataclass(frozen=True)
class HistoryFit:
    """Posterior given the figures until a year, and all figures against it.

    Attributes
    ----------
    until : last year whose figures the fit has seen
    draws : posterior draws, shape [draw, parameter], in the order of `names`
    checks : every figure
    beats_trend : whether the point forecast of the first unseen share is nearer than the logistic trend's
    acceptance : of the sampler; `effective` : effective number of draws of the worst parameter
    """

    until: int
    names: tuple[str, ...]
    draws: FloatArray
    checks: tuple[Check, ...]
    beats_trend: bool
    acceptance: float
    effective: float


def fit_history(
    model: HistoryModel, until: int, steps: int = 300, walkers: int = 32, seed: int = 0
) -> HistoryFit:
    """Posterior of the parameters from the figures of the years to `until`, and the forecast beyond.

    Parameters
    ----------
    steps : of the ensemble sampler, of which the first third is dropped
    walkers : at least twice the number of parameters
    """
    used = np.array([figure.last.year <= until for figure in model.figures])
    rng = np.random.default_rng(seed)
    first = np.stack([parameter.draw(rng, walkers) for parameter in PARAMETERS], axis=1)
    first += (np.array([p.middle for p in PARAMETERS]) - first) * 0.5
    sampler = emcee.EnsembleSampler(
        walkers, len(PARAMETERS), model.log_posterior, args=(used,), moves=emcee.moves.DEMove()
    )
    sampler.random_state = np.random.RandomState(seed).get_state()  # noqa: NPY002 - emcee wants this kind
    sampler.run_mcmc(first, steps)
    chain = sampler.get_chain(discard=steps // 3, flat=True)
    picked = chain[rng.choice(len(chain), min(400, len(chain)), replace=False)]
    predicted = np.array([model.predict(values) for values in picked])
    checks = tuple(
        _check(model, place, predicted[:, place], bool(used[place]), until, rng)
        for place in range(len(model.figures))
    )
    unseen = [check for check in checks if not check.is_fitted and check.figure.is_share]
    times = sampler.get_autocorr_time(quiet=True, tol=0)
    return HistoryFit(
        until=until,
        names=tuple(parameter.name for parameter in PARAMETERS),
        draws=picked,
        checks=checks,
        beats_trend=bool(unseen) and _off(unseen[0].middle, unseen[0]) < _off(unseen[0].trend, unseen[0]),
        acceptance=float(np.mean(sampler.acceptance_fraction)),
        effective=float(walkers * (steps - steps // 3) / np.nanmax(times)),
    )


def _off(value: float, check: Check) -> float:
    return abs(value - check.figure.value)


def _check(
    model: HistoryModel,
    place: int,
    predicted: FloatArray,
    is_fitted: bool,
    until: int,
    rng: np.random.Generator,
) -> Check:
    figure = model.figures[place]
    noise = figure.wanted.error * rng.standard_normal(len(predicted))
    low, middle, high = figure.unscaled(np.quantile(figure.scaled(predicted) + noise, (0.1, 0.5, 0.9)))
    trend = logistic_trend(model.figures, until, figure) if figure.is_share else float("nan")
    return Check(figure, is_fitted, float(low), float(middle), float(high), trend)


def logistic_trend(figures: tuple[Figure, ...], until: int, asked: Figure) -> float:
    """Share that a straight line through the log-odds of the shares to `until` gives for a period."""
    seen = [figure for figure in figures if figure.is_share and figure.last.year <= until]
    times = np.array([middle_of(figure) for figure in seen])
    values = np.array([float(figure.scaled(figure.value)) for figure in seen])
    weights = np.array([1.0 / figure.wanted.error for figure in seen])
    slope, level = np.polyfit(times, values, 1, w=weights)
    return float(expit(level + slope * middle_of(asked)))


def middle_of(figure: Figure) -> float:
    """Middle of the period of a figure, in years."""
    first, last = Quarter.parse(figure.quarters[0]), figure.last
    return (first.index + last.index + 1) / 8.0
