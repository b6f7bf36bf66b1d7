"""Predictions of measurement rows, their comparison with what was measured, and the file that holds both."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from junshi.catalogue.catalogue import Catalogue
from junshi.errors import InputError
from junshi.scenario.read import read_text
from junshi.text import say
from junshi.throughput.answers import solve
from junshi.throughput.calibration import answer, source_names
from junshi.throughput.efficiency import Posterior
from junshi.throughput.estimate import QUANTILE_80
from junshi.throughput.measurements import SIZE_LIMIT, Question, question_of
from junshi.throughput.schema import Measurement

NEW_COLUMNS = ("predicted", "low", "high", "ratio", "bound", "reason")


@dataclass(frozen=True)
class Prediction:
    """One row and what the model says of it, in the row's metric.

    Attributes
    ----------
    row : the measurement
    predicted, low, high : likely value and 80 % interval; NaN when it cannot be predicted
    bound : what binds; empty when it cannot be predicted
    reason : key of the sentence that says why not; empty when it can
    """

    row: Measurement
    predicted: float = math.nan
    low: float = math.nan
    high: float = math.nan
    bound: str = ""
    reason: str = ""

    @property
    def ratio(self) -> float:
        """Predicted over measured; NaN when either is missing."""
        return math.nan if self.row.value is None else self.predicted / self.row.value

    @property
    def error(self) -> float:
        """Absolute relative error, share of the measured value."""
        return abs(self.ratio - 1)

    @property
    def is_inside(self) -> bool:
        """Whether the measured value lies in the interval."""
        return self.row.value is not None and self.low <= self.row.value <= self.high


@dataclass(frozen=True)
class Score:
    """How well a group of rows was predicted; shares from 0 to 1."""

    name: str
    rows: int
    median_error: float
    inside: float
    median_ratio: float


def predict_rows(
    rows: Sequence[Measurement], catalogue: Catalogue, posterior: Posterior
) -> tuple[Prediction, ...]:
    """Predictions in the order of the rows; a row that cannot be predicted says why."""
    asked = [question_of(row, catalogue) for row in rows]
    questions = [question for question in asked if isinstance(question, Question)]
    made = iter(_predict(questions, posterior))
    return tuple(
        next(made) if isinstance(question, Question) else Prediction(row, reason=question)
        for row, question in zip(rows, asked, strict=True)
    )


def _predict(questions: Sequence[Question], posterior: Posterior) -> list[Prediction]:
    """Predictions of questions, in their order."""
    if not questions:
        return []
    answers = answer(questions, posterior)
    groups = [question.group for question in questions]
    traits = [question.traits for question in questions]
    spread = posterior.spread(traits, answers.slopes, groups, source_names(questions))
    bounds = _bounds(questions, posterior)
    likely, reach = np.exp(answers.log_value), np.exp(QUANTILE_80 * spread)
    return [
        Prediction(question.row, float(value), float(value / wide), float(value * wide), bound)
        for question, value, wide, bound in zip(questions, likely, reach, bounds, strict=True)
    ]


def _bounds(questions: Sequence[Question], posterior: Posterior) -> list[str]:
    """What binds each question."""
    bounds = [""] * len(questions)
    for solved in solve(questions, posterior):
        now = posterior.coefficients([questions[i].traits for i in solved.index])
        for i, bound in zip(solved.index, solved.bounds(now), strict=True):
            bounds[i] = bound
    return bounds


def scores(predictions: Sequence[Prediction], key: Callable[[Prediction], str]) -> tuple[Score, ...]:
    """Score of each group of compared rows, in the order of the names that `key` gives."""
    groups: dict[str, list[Prediction]] = {}
    for prediction in predictions:
        if not math.isnan(prediction.ratio):
            groups.setdefault(key(prediction), []).append(prediction)
    return tuple(_score(name, groups[name]) for name in sorted(groups))


def _score(name: str, members: Sequence[Prediction]) -> Score:
    """Score of one group."""
    return Score(
        name=name,
        rows=len(members),
        median_error=float(np.median([one.error for one in members])),
        inside=float(np.mean([one.is_inside for one in members])),
        median_ratio=float(np.median([one.ratio for one in members])),
    )


def predicted_csv(path: Path, predictions: Sequence[Prediction]) -> str:
    """Text of the measurement file with all its columns and the new ones.

    Raises
    ------
    InputError : the file changed since it was read
    """
    lines = list(csv.reader(io.StringIO(read_text(path, SIZE_LIMIT))))
    if len(lines) != len(predictions) + 1:
        raise InputError("throughput.file_changed", file=path)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    kept = [place for place, name in enumerate(lines[0]) if name not in NEW_COLUMNS]
    writer.writerow([lines[0][place] for place in kept] + list(NEW_COLUMNS))
    for line, prediction in zip(lines[1:], predictions, strict=True):
        writer.writerow([line[place] for place in kept] + _cells(prediction))
    return text.getvalue()


def _cells(prediction: Prediction) -> list[str]:
    """New cells of one row; empty where there is no number."""
    numbers = (prediction.predicted, prediction.low, prediction.high, prediction.ratio)
    cells = ["" if math.isnan(number) else f"{number:.6g}" for number in numbers]
    return [*cells, prediction.bound, say(prediction.reason) if prediction.reason else ""]
