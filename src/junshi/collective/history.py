r"""Against history: run the real regimes, fit on the years to one day, compare with what came after.

Parameters are inferred by approximate Bayesian computation with a Gaussian kernel: a draw of the prior is run
along the real regimes, and its distance to the counted figures is weighed by their stated errors. With such a
kernel the result is exact for a model whose figures carry that error (Wilkinson 2013). The posterior is
sampled by emcee's ensemble sampler.

Figures are read from the catalogue; which count, with what error, is in `FIGURES`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.special import logit as log_odds

from junshi.catalogue.catalogue import Catalogue
from junshi.collective.build import Setup, build_setup, build_start, build_world
from junshi.collective.exploitability import look_ahead
from junshi.collective.parameters import PARAMETERS, stored_draws, with_values
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
class HistoryModel:
    """What the past is run with; parameters change the file, all else stays."""

    setup: Setup
    catalogue: Catalogue
    figures: tuple[Figure, ...]

    def run(self, values: FloatArray) -> tuple[Setup, Paths]:
        """Past with these values of `PARAMETERS`, along the real regimes."""
        return run_past(self.setup, with_values(self.setup.file, values), self.catalogue)

    def predict(self, values: FloatArray) -> FloatArray:
        """Figures as the model gives them, in the order of `figures`."""
        setup, paths = self.run(values)
        return figures_of(setup, paths, self.figures)

    def log_posterior(self, values: FloatArray, used: NDArray[np.bool_]) -> float:
        """Prior times kernel of the distance to the figures used."""
        prior = sum(
            parameter.log_prior(float(value)) for parameter, value in zip(PARAMETERS, values, strict=True)
        )
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


def stored_fit(model: HistoryModel, until: int, draws: int = 60, seed: int = 0) -> HistoryFit:
    """Fit from the draws that come with the package: figures are predicted anew, nothing is sampled."""
    return judged(model, until, stored_draws(until)[:draws], float("nan"), float("nan"), seed)


def fit_history(
    model: HistoryModel, until: int, steps: int = 220, walkers: int = 32, seed: int = 0, kept: int = 400
) -> HistoryFit:
    """Posterior of the parameters from the figures of the years to `until`, and the forecast beyond.

    Parameters
    ----------
    steps : of the ensemble sampler, of which the first third is dropped
    walkers : at least twice the number of parameters
    kept : draws kept

    Raises
    ------
    InputError : emcee is not installed
    """
    try:
        import emcee
    except ImportError as absent:
        raise InputError("collective.needs_numba") from absent
    used = _used(model, until)
    rng = np.random.default_rng(seed)
    first = np.stack([parameter.draw(rng, walkers) for parameter in PARAMETERS], axis=1)
    first += (np.array([p.middle for p in PARAMETERS]) - first) * 0.5
    sampler = emcee.EnsembleSampler(
        walkers, len(PARAMETERS), model.log_posterior, args=(used,), moves=emcee.moves.DEMove()
    )
    sampler.random_state = np.random.RandomState(seed).get_state()
    sampler.run_mcmc(first, steps)
    chain = sampler.get_chain(discard=steps // 3, flat=True)
    picked = chain[rng.choice(len(chain), min(kept, len(chain)), replace=False)]
    effective = _effective(sampler.get_chain(discard=steps // 3))
    return judged(model, until, picked, float(np.mean(sampler.acceptance_fraction)), effective, seed)


def _effective(chain: FloatArray) -> float:
    """Effective number of draws of the worst parameter: spread of the walkers' means against all draws."""
    steps, walkers, _ = chain.shape
    between = chain.mean(axis=0).var(axis=0, ddof=1)
    total = chain.reshape(steps * walkers, -1).var(axis=0, ddof=1)
    return float(np.min(walkers * total / np.maximum(between, 1e-300))) if steps > 1 else float(walkers)


def _used(model: HistoryModel, until: int) -> NDArray[np.bool_]:
    """Figures of the years to `until`."""
    return np.array([figure.last.year <= until for figure in model.figures])


def judged(
    model: HistoryModel, until: int, draws: FloatArray, acceptance: float, effective: float, seed: int
) -> HistoryFit:
    """Every figure against the forecast of these draws."""
    used = _used(model, until)
    rng = np.random.default_rng(seed)
    predicted = np.array([model.predict(values) for values in draws])
    checks = tuple(
        _check(model, place, predicted[:, place], bool(used[place]), until, rng)
        for place in range(len(model.figures))
    )
    unseen = [check for check in checks if not check.is_fitted and check.figure.is_share]
    return HistoryFit(
        until=until,
        names=tuple(parameter.name for parameter in PARAMETERS),
        draws=draws,
        checks=checks,
        beats_trend=bool(unseen) and _off(unseen[0].middle, unseen[0]) < _off(unseen[0].trend, unseen[0]),
        acceptance=acceptance,
        effective=effective,
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
