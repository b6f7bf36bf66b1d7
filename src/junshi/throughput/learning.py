"""A user's own measurements on top of what the package knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from junshi.catalogue.catalogue import Catalogue
from junshi.errors import InputError
from junshi.text import say
from junshi.throughput.calibration import fit
from junshi.throughput.efficiency import Posterior
from junshi.throughput.measurements import question_of
from junshi.throughput.schema import Measurement


@dataclass(frozen=True)
class Learnt:
    """Posterior after a user's measurements.

    Attributes
    ----------
    posterior : the updated effects; scatter stays that of published measurements
    used : ids of the rows that it learnt from
    refused : (id, key of the reason) of the others
    moved : (effect, log before, log after, deviation after), most moved first
    """

    posterior: Posterior
    used: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    moved: tuple[tuple[str, float, float, float], ...]


def learn(rows: Sequence[Measurement], catalogue: Catalogue, first: Posterior, file: Path) -> Learnt:
    """Update the effects by own measurements, with the package's posterior as the prior.

    Raises
    ------
    InputError : no row can be used
    """
    questions, refused = [], []
    for row in rows:
        question = question_of(row, catalogue)
        if isinstance(question, str):
            refused.append((row.id, question))
        elif row.value is None:
            refused.append((row.id, "throughput.row_value"))
        else:
            questions.append(question)
    if not questions:
        reason = say(refused[0][1]) if refused else say("throughput.row_value")
        raise InputError("throughput.nothing_to_learn", file=file, reason=reason)
    learnt = replace(fit(questions, first), scatter=first.scatter)
    return Learnt(learnt, tuple(q.row.id for q in questions), tuple(refused), _moves(first, learnt))


def _moves(first: Posterior, learnt: Posterior) -> tuple[tuple[str, float, float, float], ...]:
    """Effects by how far they moved, in their own deviations before."""
    before = dict(
        zip(first.names, zip(first.mean, np.sqrt(np.diag(first.covariance)), strict=True), strict=True)
    )
    deviations = np.sqrt(np.diag(learnt.covariance))
    rows = []
    for name, mean, deviation in zip(learnt.names, learnt.mean, deviations, strict=True):
        old, width = before.get(name, (0.0, 1.0))
        rows.append((abs(mean - old) / width, (name, float(old), float(mean), float(deviation))))
    rows.sort(key=lambda pair: -pair[0])
    return tuple(row for _, row in rows)
