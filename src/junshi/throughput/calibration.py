"""Fit of the efficiencies on measurements: maximum a posteriori by Gauss-Newton, with its Gaussian posterior.

For measurement i of source g(i) and group k(i), with x the effects and f the model,

    log y_i = log f_i(x) + s_{g(i),k(i)} + e_i
    x ~ N(prior),   s ~ N(0, source_k^2),   e ~ Student t_4 * row_k

Source effects keep a source with many rows from counting as many witnesses. They are integrated out with x
in one
linear system; Student's t as iterated weights (Lange, Little, Taylor 1989, doi:10.2307/2290063); the
deviations
source_k and row_k by moments (empirical Bayes). `scatter`, how far one new measurement lies from the model,
is set
by leaving out whole sources until 80 % of their rows lie inside the 80 % interval.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from junshi.throughput.answers import solve
from junshi.throughput.efficiency import (
    DEFAULT_SCATTER,
    SHARED,
    SITE_SPREAD,
    Posterior,
    effects,
    prior,
    source_effect,
)
from junshi.throughput.estimate import QUANTILE_80, log_slopes
from junshi.throughput.measurements import Question
from junshi.throughput.wording import publisher

Array = NDArray[np.float64]

GROUPS = ("train", "prefill", "decode", "serve", "sample")
ROUNDS = 15
NEAR_ROUNDS = 6
DEGREES_OF_FREEDOM = 4.0
ROW_LIMIT = 0.2
"""Most that the deviation within sources may grow to; outliers are left to the tails of Student's t."""

LOW_CONFIDENCE = 3.0
"""Deviation of a row marked low, over that of others."""

_FIRST_ROW = 0.15
_FIRST_SOURCE = 0.05
SOURCE_LIMIT = 0.12
"""Most that the deviation between sources may grow to; beyond, sources would teach the model nothing."""

_RIDGE = (-0.9, 0.0)
"""Range of the ridge effect: outside it, a faster chip could be predicted slower."""


@dataclass(frozen=True)
class Answers:
    """Predictions of questions: log of the value and its slopes; arrays in the order of the questions."""

    log_value: Array
    slopes: dict[str, Array]


def answer(questions: Sequence[Question], posterior: Posterior) -> Answers:
    """Predicted values in each row's metric, with d log value / d log coefficient."""
    log_value = np.zeros(len(questions))
    slopes: dict[str, Array] = {}
    for solved in solve(questions, posterior):
        logs = posterior.logs([questions[i].traits for i in solved.index])
        value, part = log_slopes(solved.values, logs)
        log_value[solved.index] = np.log(value)
        for head, slope in part.items():
            slopes.setdefault(head, np.zeros(len(questions)))[solved.index] = slope
    return Answers(log_value + posterior.offsets(source_names(questions)), slopes)


def source_names(questions: Sequence[Question]) -> list[str]:
    """Names of the source effects of questions."""
    return [source_effect(publisher(question.row.source), question.group) for question in questions]


def design(questions: Sequence[Question], answers: Answers, names: Sequence[str]) -> Array:
    """D log value / d effect, shape `[question, effect]`."""
    index = {name: column for column, name in enumerate(names)}
    matrix = np.zeros((len(questions), len(names)))
    for row, question in enumerate(questions):
        for head, weights in effects(question.traits).items():
            slope = answers.slopes[head][row]
            for name, weight in weights.items():
                if name in index:
                    matrix[row, index[name]] += slope * weight
    return matrix


def effect_names(questions: Sequence[Question], own: bool) -> tuple[str, ...]:
    """Shared effects, and those of the families that the questions touch, in order of appearance.

    `own`: the measurements are a user's, so the factor of the user's site is learnt as well.
    """
    names = dict.fromkeys(SHARED)
    for question in questions:
        for weights in effects(question.traits).values():
            names.update(dict.fromkeys(weights))
    return tuple(name for name in names if own or not name.startswith("site["))


def fit(
    questions: Sequence[Question],
    first: Posterior | None = None,
    near: Posterior | None = None,
    rounds: int = ROUNDS,
) -> Posterior:
    """Posterior of the effects after the questions' measurements.

    Parameters
    ----------
    questions : measurements
    first : prior of the effects, None = that of `efficiency.prior`; its posterior is updated (an overlay)
    near : where to start the search, None = at the prior's mean; it saves rounds and does not change the
    answer
    rounds : Gauss-Newton steps
    """
    names = effect_names(questions, own=first is not None)
    mean, precision, names = _prior(names, first)
    state = Posterior(names, _start(names, mean, near), inverted(precision), _scatter(first))
    measured = np.log([question.measured for question in questions])
    groups = np.array([GROUPS.index(question.group) for question in questions])
    sources = _sources(questions)
    row, source = np.full(len(GROUPS), _FIRST_ROW), np.full(len(GROUPS), _FIRST_SOURCE)
    trust = np.array([LOW_CONFIDENCE if q.row.confidence == "low" else 1.0 for q in questions])
    weight = np.ones(len(questions))
    covariance = inverse = state.covariance
    solution = state.mean
    for _ in range(rounds):
        answers = answer(questions, state)
        slope = design(questions, answers, names)
        residual = measured - answers.log_value
        deviation = row[groups] * trust / np.sqrt(weight)
        both = np.hstack([slope, sources]) / deviation[:, None]
        spread = np.array([source[k] for k in _source_groups(sources, groups)])
        square = both.T @ both
        square[: len(names), : len(names)] += precision
        square[len(names) :, len(names) :] += np.diag(1 / spread**2)
        pull = both.T @ ((residual + slope @ state.mean) / deviation)
        pull[: len(names)] += precision @ mean
        inverse = inverted(square)
        solution = inverse @ pull
        moved = np.clip(solution[: len(names)] - state.mean, -0.4, 0.4)
        fresh = state.mean + moved
        fresh[names.index("ridge")] = np.clip(fresh[names.index("ridge")], *_RIDGE)
        covariance = inverse[: len(names), : len(names)]
        left = residual - slope @ moved - sources @ solution[len(names) :]
        weight = (DEGREES_OF_FREEDOM + 1) / (DEGREES_OF_FREEDOM + (left / (row[groups] * trust)) ** 2)
        row = _row_deviation(left / trust, groups, row)
        source = _source_deviation(
            solution[len(names) :], np.diag(inverse)[len(names) :], sources, groups, source
        )
        state = replace(state, mean=fresh, covariance=covariance)
    scatter = {name: float(np.hypot(row[k], source[k])) for k, name in enumerate(GROUPS)}
    scatter |= {f"{name}.within": float(row[k]) for k, name in enumerate(GROUPS)}
    if first is not None:
        return replace(state, scatter=_scatter(first) | scatter)
    keys = list(dict.fromkeys(source_names(questions)))
    return Posterior(
        (*names, *keys), np.append(state.mean, solution[len(names) :]), inverse, _scatter(first) | scatter
    )


def inverted(matrix: Array) -> Array:
    """Inverse of a symmetric positive matrix, symmetric to the last digit."""
    inverse = np.asarray(np.linalg.inv(matrix), dtype=np.float64)
    return (inverse + inverse.T) / 2


def _start(names: tuple[str, ...], mean: Array, near: Posterior | None) -> Array:
    """Mean of a nearby posterior where it knows an effect, else the prior's."""
    if near is None:
        return mean.copy()
    known = dict(zip(near.names, near.mean, strict=True))
    return np.array([known.get(name, value) for name, value in zip(names, mean, strict=True)])


def _scatter(first: Posterior | None) -> dict[str, float]:
    """Scatter to start from."""
    return dict(DEFAULT_SCATTER if first is None else first.scatter)


def _prior(names: tuple[str, ...], first: Posterior | None) -> tuple[Array, Array, tuple[str, ...]]:
    """Mean and precision of the effects before the measurements, with the names that they are for."""
    if first is None:
        table = np.array([prior(name) for name in names], dtype=np.float64)
        return table[:, 0], np.diag(1 / np.square(table[:, 1])), names
    fresh = [name for name in names if name not in first.names]
    means = np.append(first.mean, [prior(name)[0] for name in fresh])
    covariance = np.zeros((len(means), len(means)))
    covariance[: len(first.names), : len(first.names)] = first.covariance
    for offset, name in enumerate(fresh, start=len(first.names)):
        covariance[offset, offset] = (prior(name)[1] or SITE_SPREAD) ** 2
    return np.asarray(means, dtype=np.float64), inverted(covariance), (*first.names, *fresh)


def _sources(questions: Sequence[Question]) -> Array:
    """Which (source, group) each row belongs to, 0 and 1, shape `[question, source]`."""
    keys = source_names(questions)
    order = {key: column for column, key in enumerate(dict.fromkeys(keys))}
    matrix = np.zeros((len(keys), len(order)))
    matrix[np.arange(len(keys)), [order[key] for key in keys]] = 1.0
    return matrix


def _source_groups(sources: Array, groups: NDArray[np.intp]) -> list[int]:
    """Group of each source column."""
    return [int(groups[np.flatnonzero(column)[0]]) for column in sources.T]


def _row_deviation(left: Array, groups: NDArray[np.intp], now: Array) -> Array:
    """Robust deviation within sources by group; a group of few rows keeps what it has."""
    fresh = now.copy()
    for k in range(len(GROUPS)):
        mine = left[groups == k]
        if len(mine) >= 8:
            fresh[k] = np.clip(1.4826 * np.median(np.abs(mine)), 0.08, ROW_LIMIT)
    return fresh


def _source_deviation(
    found: Array, variance: Array, sources: Array, groups: NDArray[np.intp], now: Array
) -> Array:
    """Deviation between sources by group: mean square of the effects plus their variance (EM step)."""
    fresh = now.copy()
    kinds = np.array(_source_groups(sources, groups))
    for k in range(len(GROUPS)):
        mine = kinds == k
        if mine.sum() >= 3:
            fresh[k] = np.clip(np.sqrt(np.mean(found[mine] ** 2 + variance[mine])), 0.03, SOURCE_LIMIT)
    return fresh


@dataclass(frozen=True)
class LeftOut:
    """Predictions of rows by a fit that saw nothing of their source.

    `error` is log measured minus log predicted; `model` the deviation that the effects leave, without
    scatter.
    """

    group: tuple[str, ...]
    source: tuple[str, ...]
    error: Array
    model: Array


def leave_sources_out(questions: Sequence[Question], key: Callable[[Question], str] | None = None) -> LeftOut:
    """Each source predicted by a fit on the others.

    `key` names the source of a question; the publisher by default.
    """
    named = key or (lambda question: publisher(question.row.source))
    names = [named(question) for question in questions]
    error, model = np.zeros(len(questions)), np.zeros(len(questions))
    whole = fit(questions)
    for name in dict.fromkeys(names):
        inside = [q for q, mine in zip(questions, names, strict=True) if mine != name]
        index = [i for i, mine in enumerate(names) if mine == name]
        outside = [questions[i] for i in index]
        bare = replace(
            fit(inside, near=whole, rounds=NEAR_ROUNDS), scatter=dict.fromkeys(DEFAULT_SCATTER, 0.0)
        )
        answers = answer(outside, bare)
        kinds = [question.group for question in outside]
        error[index] = np.log([q.measured for q in outside]) - answers.log_value
        model[index] = bare.spread([q.traits for q in outside], answers.slopes, kinds, source_names(outside))
    return LeftOut(tuple(q.group for q in questions), tuple(names), error, model)


def coverage(left_out: LeftOut, group: str, scatter: float) -> float:
    """Share of the left-out rows of a group inside their 80 % interval; NaN without rows."""
    mine = np.array([name == group for name in left_out.group])
    if not mine.any():
        return float("nan")
    reach = QUANTILE_80 * np.hypot(left_out.model[mine], scatter)
    return float(np.mean(np.abs(left_out.error[mine]) <= reach))


def scatter_of(left_outs: Sequence[LeftOut], target: float = 0.8) -> dict[str, float]:
    """Scatter by group at which the coverage, averaged over the ways of leaving out, reaches the target."""
    found = {}
    present = {group for one in left_outs for group in one.group}
    for group in (name for name in GROUPS if name in present):
        shares = [[coverage(one, group, width) for one in left_outs] for width in _WIDTHS]
        enough = np.flatnonzero(np.nanmean(shares, axis=1) >= target)
        found[group] = float(_WIDTHS[enough[0]] if len(enough) else _WIDTHS[-1])
    return found


_WIDTHS = np.linspace(0.02, 1.0, 491)


def informed(posterior: Posterior) -> Posterior:
    """Posterior without the effects that no measurement moved: they stay at their prior, which all know."""
    deviation = np.sqrt(np.diag(posterior.covariance))
    means, spreads = np.array([prior(name) for name in posterior.names]).T
    of_source = np.array([name.startswith("source[") for name in posterior.names])
    moved = (deviation < UNMOVED * spreads) | (np.abs(posterior.mean - means) > (1 - UNMOVED) * spreads)
    keep = np.flatnonzero(moved | of_source | np.isin(posterior.names, list(SHARED)))
    names = tuple(posterior.names[i] for i in keep)
    return Posterior(names, posterior.mean[keep], posterior.covariance[np.ix_(keep, keep)], posterior.scatter)


UNMOVED = 0.95
"""Deviation over the prior's from which on an effect counts as not measured."""
