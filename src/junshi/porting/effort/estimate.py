"""Engineer-days of a port: a sum of priced parts, drawn together with what measured ports say.

bottom-up   B = exp(−bias) · Σ parts, each lognormal with its low and high as 10 % and 90 %
top-down    H = exp(a + b·log files + c·plug-in + ε) · days per author-week
together    log T = w · log B + (1 − w) · log H,  w = variance of H over the sum of both variances
new kernels K = Σ parts of kernels that are written anew, no bias taken out, added to T; where a port of such
            kernels to the ecosystem was measured (ROCm), they are in B instead, with the bias of those ports

Elsewhere no measured port wrote its kernels in the history that was counted, and the number of files touched
says nothing of them: their days are the rules' own, assumed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from junshi.porting.effort.first_port import edit_probabilities
from junshi.porting.effort.history import DAYS_PER_AUTHOR_WEEK, Z10, Calibration, calibrate, combined
from junshi.porting.effort.parts import Part, parts_of
from junshi.porting.effort.pricing import Price
from junshi.porting.effort.shapes import UPKEEP_SHARE, Shape, choose_shape, is_written_anew, shaped
from junshi.porting.effort.touched import files_of_port, touched_files
from junshi.porting.finding import Family, Outcome
from junshi.porting.registry import load_registry
from junshi.porting.report import ScanReport
from junshi.porting.targets.target import Target

DRAWS = 4000
SEED = 20261124
BOTTOM_UP_SPREAD = 0.8
"""Spread of the log of the true over the priced days, common to all parts of a port; assumed: experts'
sums miss by a factor of two and more."""

COMMON_SHARE = 0.5
"""Share of the variance of a part that is common to all parts; assumed."""

SMALL_SHARE = 0.05
"""Parts of so little of the likely days together are drawn as one: there can be hundreds of them."""


@dataclass(frozen=True)
class Spread:
    """A distribution in three numbers: 10 %, 50 %, 90 %."""

    p10: float
    p50: float
    p90: float

    def to_dict(self) -> dict[str, float]:
        """Plain values, rounded to 0.01."""
        return {"p10": round(self.p10, 2), "p50": round(self.p50, 2), "p90": round(self.p90, 2)}


@dataclass(frozen=True)
class EffortEstimate:
    """What a port to one target costs.

    Attributes
    ----------
    target : short name
    shape : how the port is assumed to be made
    days : engineer-days, once
    keep_up_days_per_year : engineer-days a year to keep it up to date
    author_weeks : the same once-days as the measured ports count them: pairs of author and week, at least one
    bottom_up, top_down : engineer-days by each of the two ways alone, the bias of the prices taken out; the
        second without kernels that are written anew
    by_family, by_file : likely days of the findings per family and per file
    parts : all parts, largest first, scaled so that their likely days sum to those of the port
    files_to_edit : files that the port is expected to edit; beside a parallel back end not the kernels'
    files_to_replace : kernels' sources that a parallel back end leaves alone and writes anew beside
    first_port : file with a finding → probability that a first port edits it
    blocked : rules for which there is no replacement known; their days are those of doing without
    assumed_share : share of the likely days that rests on estimates
    """

    target: str
    shape: Shape
    days: Spread
    keep_up_days_per_year: Spread
    author_weeks: Spread
    bottom_up: Spread
    top_down: Spread
    by_family: Mapping[Family, float]
    by_file: Mapping[str, float]
    parts: tuple[Part, ...]
    files_to_edit: tuple[str, ...]
    files_to_replace: tuple[str, ...]
    first_port: Mapping[str, float]
    blocked: tuple[str, ...]
    assumed_share: float


def estimate(report: ScanReport, label: str, shape: Shape | None = None) -> EffortEstimate:
    """Effort of a port of the scanned code to one of the report's targets.

    Parameters
    ----------
    report : of a scan
    label : short name of the target
    shape : how the port is made; chosen from the findings when absent

    Returns
    -------
    zero when there is no finding; drawn with a fixed seed, so equal for equal reports
    """
    target = report.target(label)
    findings = report.of(label)
    priced = parts_of(findings, load_registry(), target)
    chosen = shape or choose_shape(priced, report.lines)
    work = shaped(priced, chosen).parts
    if not work:
        nothing = Spread(0.0, 0.0, 0.0)
        return EffortEstimate(
            target=label,
            shape=chosen,
            days=nothing,
            keep_up_days_per_year=nothing,
            author_weeks=nothing,
            bottom_up=nothing,
            top_down=nothing,
            by_family={},
            by_file={},
            parts=(),
            files_to_edit=(),
            files_to_replace=(),
            first_port={},
            blocked=(),
            assumed_share=0.0,
        )
    random = np.random.default_rng(SEED)
    calibration = calibrate()
    anew = tuple(part for part in work if is_written_anew(part))
    other = tuple(part for part in work if not is_written_anew(part))
    if anew and target.ecosystem in calibration.kernel_ecosystems:
        bias, anew, other = (calibration.kernel_bias, calibration.kernel_bias_spread), (), work
    else:
        bias = (calibration.bias, calibration.bias_spread)
    bottom = _sum_of_parts(other, bias, random)
    edited, replaced = files_of_port(report, label, chosen)
    chances = edit_probabilities(report, label)
    files = touched_files(report, label, chances, len(replaced))
    top = _from_history(files, chosen, calibration, random)
    together = _combine(bottom, top)
    shown = _in_proportion(other, together)
    if anew:
        kernels = _sum_of_new_kernels(anew, random)
        shown += _in_proportion(anew, kernels)
        together, bottom = together + kernels, bottom + kernels
    shown = _in_proportion(shown, together)
    upkeep = together * _draw([UPKEEP_SHARE[chosen]], random)[0]
    likely = sum(part.days.likely for part in shown)
    return EffortEstimate(
        target=label,
        shape=chosen,
        days=_spread(together),
        keep_up_days_per_year=_spread(upkeep),
        author_weeks=_spread(np.maximum(together / DAYS_PER_AUTHOR_WEEK, 1.0)),
        bottom_up=_spread(bottom),
        top_down=_spread(top),
        by_family=_by_family(shown),
        by_file=_by_file(shown),
        parts=tuple(sorted(shown, key=lambda part: (-part.days.likely, part.name))),
        files_to_edit=edited,
        files_to_replace=replaced,
        first_port=chances,
        blocked=tuple(sorted({f.hit.rule for f in findings if f.outcome is Outcome.BLOCKED})),
        assumed_share=sum(part.days.likely for part in shown if part.assumed) / likely if likely else 0.0,
    )


def effort_days(report: ScanReport, target: Target | str) -> tuple[float, float, float, float]:
    """Engineer-days of a port as an `EffortTable` takes them.

    Parameters
    ----------
    report : of a scan
    target : one of its targets, or the short name of one

    Returns
    -------
    low, likely, high (10, 50, 90 %) once, and likely days a year of keeping up
    """
    label = target if isinstance(target, str) else report.labels[report.targets.index(target)]
    found = estimate(report, label)
    return found.days.p10, found.days.p50, found.days.p90, found.keep_up_days_per_year.p50


def _in_proportion(parts: tuple[Part, ...], days: NDArray[np.float64]) -> tuple[Part, ...]:
    """Parts scaled so that their likely days sum to the median of the days of all of them together."""
    total = sum(part.days.likely for part in parts)
    if total <= 0:
        return parts
    factor = float(np.median(days)) / total
    return tuple(replace(part, days=part.days.scaled(factor)) for part in parts)


def _sum_of_parts(
    parts: tuple[Part, ...], bias: tuple[float, float], random: np.random.Generator
) -> NDArray[np.float64]:
    """Draws of the sum of the parts, without the bias of the prices and its spread, shape (DRAWS,)."""
    own = _drawn_sum(parts, random)
    spread = math.hypot(BOTTOM_UP_SPREAD, bias[1])
    return own * np.exp(spread * random.standard_normal(DRAWS) - bias[0])


def _sum_of_new_kernels(parts: tuple[Part, ...], random: np.random.Generator) -> NDArray[np.float64]:
    """Draws of the days of kernels that are written anew, shape (DRAWS,)."""
    own = _drawn_sum(parts, random)
    return own * np.exp(BOTTOM_UP_SPREAD * random.standard_normal(DRAWS))


def _drawn_sum(parts: tuple[Part, ...], random: np.random.Generator) -> NDArray[np.float64]:
    """Draws of the sum of some parts, shape (DRAWS,); the small ones are drawn as one, low with low."""
    prices = sorted((part.days for part in parts), key=lambda price: -price.likely)
    left = SMALL_SHARE * sum(price.likely for price in prices)
    small = Price(0.0, 0.0, 0.0)
    while len(prices) > 1 and small.likely + prices[-1].likely <= left:
        small = small.plus(prices.pop())
    drawn: NDArray[np.float64] = _draw([*prices, small], random).sum(axis=0, dtype=np.float64)
    return drawn


def _draw(prices: list[Price], random: np.random.Generator) -> NDArray[np.float32]:
    """Lognormal draws, shape (len(prices), DRAWS), with 10 % at low and 90 % at high; partly common.

    Single precision and in place: drawing takes as long as matching on a small tree.
    """
    high = np.array([max(price.high, 1e-6) for price in prices])
    low = np.array([max(price.low, price.high / 50.0, 1e-7) for price in prices])
    mean = np.array([math.log(max(price.likely, price.high / 50.0, 1e-7)) for price in prices])
    spread = (np.log(high) - np.log(low)) / (2 * Z10)
    common = math.sqrt(COMMON_SHARE) * random.standard_normal(DRAWS, dtype=np.float32)
    draws = random.standard_normal((len(prices), DRAWS), dtype=np.float32)
    draws *= math.sqrt(1 - COMMON_SHARE)
    draws += common
    draws *= spread.astype(np.float32)[:, None]
    draws += mean.astype(np.float32)[:, None]
    np.exp(draws, out=draws)
    draws[[price.high <= 0 for price in prices]] = 0.0
    return draws


def _from_history(
    files: float, shape: Shape, calibration: Calibration, random: np.random.Generator
) -> NDArray[np.float64]:
    """Draws of engineer-days from the measured ports, shape (DRAWS,)."""
    mean, spread = calibration.fit.log_weeks(files, shape)
    return DAYS_PER_AUTHOR_WEEK * np.exp(mean + spread * random.standard_normal(DRAWS))


def _combine(bottom: NDArray[np.float64], top: NDArray[np.float64]) -> NDArray[np.float64]:
    """Draws of both ways together: their shape from both, their centre and spread from `combined`."""
    log_bottom, log_top = np.log(np.maximum(bottom, 1e-6)), np.log(top)
    centre, wanted = combined(
        (_median(log_bottom), float(np.std(log_bottom))),
        (_median(log_top), float(np.std(log_top))),
    )
    weight = float(np.var(log_top) / (np.var(log_top) + np.var(log_bottom)))
    mixed = weight * log_bottom + (1 - weight) * log_top
    mixed = (mixed - _median(mixed)) / max(float(np.std(mixed)), 1e-9)
    drawn: NDArray[np.float64] = np.exp(centre + wanted * mixed)
    return drawn


def _spread(draws: NDArray[np.float64]) -> Spread:
    low, middle, high = _quantiles(draws, 0.1, 0.5, 0.9)
    return Spread(low, middle, high)


def _median(draws: NDArray[np.float64]) -> float:
    return _quantiles(draws, 0.5)[0]


def _quantiles(draws: NDArray[np.float64], *shares: float) -> list[float]:
    """Quantiles by linear interpolation; those of numpy load masked arrays first, which takes longer."""
    ordered = np.sort(draws)
    places = np.array(shares) * (len(draws) - 1)
    below = places.astype(np.intp)
    above = np.minimum(below + 1, len(draws) - 1)
    found: list[float] = (ordered[below] + (places - below) * (ordered[above] - ordered[below])).tolist()
    return found


def _by_family(parts: tuple[Part, ...]) -> dict[Family, float]:
    days: dict[Family, float] = {}
    for part in parts:
        if part.family is not None:
            days[part.family] = days.get(part.family, 0.0) + part.days.likely
    return dict(sorted(days.items(), key=lambda item: (-item[1], item[0].value)))


def _by_file(parts: tuple[Part, ...]) -> dict[str, float]:
    """Likely days of each file: those of its parts, shared out by places."""
    days: dict[str, float] = {}
    for part in parts:
        for file, places in part.files:
            days[file] = days.get(file, 0.0) + part.days.likely * places / part.places
    return dict(sorted(days.items()))
