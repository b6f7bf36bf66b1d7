r"""From the history of supply to quarterly odds, with their uncertainty.

Regimes are a Markov chain in continuous time. With :math:`n_{ij}` moves seen from i to j and :math:`T_i`
quarters spent in i, independent Gamma priors :math:`(a_{ij}, b)` on the rates give

.. math:: q_{ij} \sim \mathrm{Gamma}(a_{ij} + n_{ij},\; b + T_i),

that is: when a regime ends has a Gamma posterior, where it goes a Dirichlet posterior
:math:`(a_{ij} + n_{ij})_j`. Quarterly odds are the posterior mean of :math:`\exp(Q)`, their spread its
standard deviation, both by draws with a fixed seed.

Why continuous time: since 2025 regimes lasted 65 to 133 days. Reading the regime once a quarter would lose
such spells or round them to one quarter; days of exposure use all of them, and a regime that still holds
counts with the time so far instead of as an end. Why one chain of the tighter gate, with moves counted per
gate, and not one chain per gate: the gates answer each other (the importing gate closed after the exporting
one had opened), and two chains of four regimes have more odds than the history has moves. Rates of competing
risks add, so the share of each gate in a move is what its counts say.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.schema import Gate
from junshi.supply.history import GATES, History, Spell, read_history
from junshi.supply.schema import AssumptionsFile, FillEvidence, RampEvidence, load_assumptions
from junshi.terms import Ramp, Regime

REGIMES = tuple(Regime)
RAMPS = tuple(Ramp)
DRAWS = 4000
SEED = 20261124
POISSON_TERMS = 20
SLOW_BELOW = 0.9
FAST_ABOVE = 1.1


@dataclass(frozen=True)
class RegimeEstimate:
    """Quarterly odds between regimes; matrices are `[from, to]` in the order of `Regime`.

    Attributes
    ----------
    counts : moves seen; counts_by_gate : the same per gate that moved
    exposure_quarters : time seen in each regime
    transition, transition_sd : posterior mean and standard deviation of the quarterly odds
    dwell_quarters, dwell_low, dwell_high : time a regime lasts, at the mean exit rate and its 80 % interval
    destination : Dirichlet posterior mean of where a regime goes when it ends
    """

    counts: NDArray[np.int64]
    counts_by_gate: dict[Gate, NDArray[np.int64]]
    exposure_quarters: NDArray[np.float64]
    transition: NDArray[np.float64]
    transition_sd: NDArray[np.float64]
    dwell_quarters: NDArray[np.float64]
    dwell_low: NDArray[np.float64]
    dwell_high: NDArray[np.float64]
    destination: NDArray[np.float64]


@dataclass(frozen=True)
class FillEstimate:
    """Share of a usual quarter's deliveries that comes while licensed: Beta(a, b)."""

    a: float
    b: float
    evidence: tuple[FillEvidence, ...]

    @property
    def mean(self) -> float:
        """Posterior mean."""
        return self.a / (self.a + self.b)

    @property
    def sd(self) -> float:
        """Posterior standard deviation."""
        return float(np.sqrt(self.mean * (1 - self.mean) / (self.a + self.b + 1)))

    @property
    def per_gate(self) -> float:
        """Part that each of the two gates lets through, if both let through the same share."""
        return float(np.sqrt(self.mean))


@dataclass(frozen=True)
class RampEstimate:
    """Quarterly odds between ramps, assumed, and the multipliers of domestic supply, calibrated."""

    transition: NDArray[np.float64]
    multipliers: dict[Ramp, float]
    evidence: tuple[RampEvidence, ...]
    dwell_quarters: float


@dataclass(frozen=True)
class SupplyEstimate:
    """All that the chain and the effects were made from.

    Attributes
    ----------
    history : events and spells
    regimes, fill, ramps : estimates before any edit of the user
    regime_transition, ramp_transition : odds in use, `[from, to]`, edits included
    edited : places in the scenario file whose rows replace the estimate
    regime_now, ramp_now : state at the start
    regime_now_given : whether the scenario says the regime, instead of the history
    """

    history: History
    regimes: RegimeEstimate
    fill: FillEstimate
    ramps: RampEstimate
    regime_transition: NDArray[np.float64]
    ramp_transition: NDArray[np.float64]
    edited: tuple[str, ...]
    regime_now: Regime
    ramp_now: Ramp
    regime_now_given: bool


def estimate_regimes(joint: tuple[Spell, ...], assumptions: AssumptionsFile) -> RegimeEstimate:
    """Posterior of the quarterly odds between regimes.

    Parameters
    ----------
    joint : contiguous spells; may be empty: then the prior alone speaks
    assumptions : its `regime_prior`
    """
    by_gate, exposure = _count(joint)
    counts: NDArray[np.int64] = np.sum(list(by_gate.values()), axis=0)
    prior = assumptions.regime_prior
    size = len(REGIMES)
    off_diagonal = ~np.eye(size, dtype=bool)
    shape = np.where(off_diagonal, prior.exits / (size - 1) + counts, 0.0)
    exposed = prior.quarters + exposure
    mean, sd = _quarterly_odds(shape, exposed)
    exits = shape.sum(axis=1)
    low, high = (np.asarray(gammaincinv(exits, level) / exposed) for level in (0.1, 0.9))
    return RegimeEstimate(
        counts=counts,
        counts_by_gate=by_gate,
        exposure_quarters=exposure,
        transition=mean,
        transition_sd=sd,
        dwell_quarters=exposed / exits,
        dwell_low=1 / high,
        dwell_high=1 / low,
        destination=shape / exits[:, None],
    )


def _count(joint: tuple[Spell, ...]) -> tuple[dict[Gate, NDArray[np.int64]], NDArray[np.float64]]:
    """Count of moves per gate, and quarters spent in each regime."""
    size = len(REGIMES)
    counts = {gate: np.zeros((size, size), dtype=np.int64) for gate in GATES}
    exposure = np.zeros(size)
    for place, spell in enumerate(joint):
        here = REGIMES.index(spell.regime)
        exposure[here] += spell.quarters
        if spell.ended_by is not None and place + 1 < len(joint):
            counts[spell.ended_by][here, REGIMES.index(joint[place + 1].regime)] += 1
    return counts, exposure


def _quarterly_odds(
    shape: NDArray[np.float64], exposed: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard deviation of exp(Q), rates drawn from their posterior."""
    rng = np.random.default_rng(SEED)
    rates = rng.standard_gamma(shape, size=(DRAWS, *shape.shape)) / exposed[:, None]
    rows = np.arange(len(exposed))
    rates[:, rows, rows] = -rates.sum(axis=2)
    odds = exponential(rates)
    mean = odds.mean(axis=0)
    return mean / mean.sum(axis=1, keepdims=True), odds.std(axis=0)


def exponential(generators: NDArray[np.float64]) -> NDArray[np.float64]:
    """Matrix exponential of each generator, shape [draw, from, to]; rows of the result sum to 1.

    Uniformisation: with r the largest exit rate, exp(Q) is the power 2^k of the Poisson mixture of the powers
    of I + Q/r over r/2^k steps, all terms of which are positive. (scipy's expm goes through a stack
    one by one.)
    """
    size = generators.shape[-1]
    fastest = max(float(-generators.min()), 1e-12)
    halvings = max(int(np.ceil(np.log2(fastest))), 0)
    steps = fastest / 2**halvings
    jump = np.eye(size) + generators / fastest
    power = np.broadcast_to(np.eye(size), generators.shape).copy()
    weight = np.exp(-steps)
    result = weight * power
    for term in range(1, POISSON_TERMS):
        power = power @ jump
        weight *= steps / term
        result += weight * power
    for _ in range(halvings):
        result = result @ result
    return np.asarray(result / result.sum(axis=-1, keepdims=True), dtype=np.float64)


def estimate_fill(assumptions: AssumptionsFile, as_of: dt.date) -> FillEstimate:
    """Beta posterior of the fill rate; each licensed quarter known on the day weighs as one trial."""
    known = tuple(row for row in assumptions.fill if row.known <= as_of)
    arrived = sum(row.share for row in known)
    prior = assumptions.fill_prior
    return FillEstimate(prior.a + arrived, prior.b + len(known) - arrived, known)


def estimate_ramps(assumptions: AssumptionsFile, as_of: dt.date) -> RampEstimate:
    """Ramp odds from the assumed dwell time; multipliers from plans against counted shipments.

    The multiplier of slow (fast) is the geometric mean of the prior and of the ratios below 0.9 (above 1.1)
    that were known on the day; base is 1 by definition of the order limit.
    """
    prior = assumptions.ramp_prior
    known = tuple(row for row in assumptions.ramp if row.known <= as_of)
    slow = [prior.slow] + [row.ratio for row in known if row.ratio < SLOW_BELOW]
    fast = [prior.fast] + [row.ratio for row in known if row.ratio > FAST_ABOVE]
    leave = 1 / prior.dwell_quarters
    transition = np.array(
        [[1 - leave, leave, 0.0], [leave / 2, 1 - leave, leave / 2], [0.0, leave, 1 - leave]]
    )
    multipliers = {
        Ramp.SLOW: float(np.exp(np.mean(np.log(slow)))),
        Ramp.BASE: 1.0,
        Ramp.FAST: float(np.exp(np.mean(np.log(fast)))),
    }
    return RampEstimate(transition, multipliers, known, prior.dwell_quarters)


def estimate_supply(
    catalogue: Catalogue, as_of: dt.date | None = None
) -> tuple[History, RegimeEstimate, FillEstimate, RampEstimate]:
    """Everything that history says on a day; None = all that the catalogue knows."""
    assumptions = load_assumptions()
    history = read_history(catalogue, as_of)
    known_on = as_of or dt.date.max
    return (
        history,
        estimate_regimes(history.joint, assumptions),
        estimate_fill(assumptions, known_on),
        estimate_ramps(assumptions, known_on),
    )
