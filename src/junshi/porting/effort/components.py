"""A workload of several components: what all of them cost together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from junshi.errors import InputError
from junshi.porting.effort.estimate import EffortEstimate, Spread
from junshi.porting.effort.history import Z10

CORRELATION = 0.5
"""Correlation of the logs of the components' days: one team, one ecosystem; assumed."""


@dataclass(frozen=True)
class Component:
    """A code base of a workload; `share` = how much of it the workload uses and needs ported, 0 to 1."""

    estimate: EffortEstimate
    share: float = 1.0


def together(components: Sequence[Component]) -> tuple[Spread, Spread]:
    """Once-days and yearly keep-up days of several components, each scaled by its share.

    Parameters
    ----------
    components : at least one

    Returns
    -------
    days once, days a year; lognormal with the mean and variance of the sum (Fenton and Wilkinson)

    Raises
    ------
    InputError : no component, or a share outside 0 to 1

    References
    ----------
    Fenton 1960, doi:10.1109/TCOM.1960.1097606
    """
    if not components:
        raise InputError("porting.no_component")
    for component in components:
        if not 0.0 <= component.share <= 1.0:
            raise InputError("porting.bad_share", share=component.share)
    return (
        _sum([(entry.estimate.days, entry.share) for entry in components]),
        _sum([(entry.estimate.keep_up_days_per_year, entry.share) for entry in components]),
    )


def _sum(terms: Sequence[tuple[Spread, float]]) -> Spread:
    """Sum of lognormal terms with a common correlation, as a lognormal of the same mean and variance."""
    used = [(spread, share) for spread, share in terms if spread.p50 > 0 and share > 0]
    if not used:
        return Spread(0.0, 0.0, 0.0)
    if len(used) == 1:
        spread, share = used[0]
        return Spread(spread.p10 * share, spread.p50 * share, spread.p90 * share)
    sigmas = [math.log(spread.p90 / spread.p10) / (2 * Z10) for spread, _ in used]
    means = [
        share * spread.p50 * math.exp(sigma**2 / 2)
        for (spread, share), sigma in zip(used, sigmas, strict=True)
    ]
    variance = 0.0
    for i, (mean_i, sigma_i) in enumerate(zip(means, sigmas, strict=True)):
        for j, (mean_j, sigma_j) in enumerate(zip(means, sigmas, strict=True)):
            correlation = 1.0 if i == j else CORRELATION
            variance += mean_i * mean_j * math.expm1(correlation * sigma_i * sigma_j)
    mean = sum(means)
    sigma = math.sqrt(math.log1p(variance / mean**2))
    median = mean * math.exp(-(sigma**2) / 2)
    return Spread(median * math.exp(-Z10 * sigma), median, median * math.exp(Z10 * sigma))
