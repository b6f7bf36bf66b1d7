"""Adoption one after the other under increasing returns (Arthur 1989): the random walk that locks in.

Each arriving organisation prefers one of two ecosystems by taste, but takes the other when that one leads
by so much that its network outweighs the taste. Once the lead is that large, everybody follows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.collective.compiled import compiled, parallel_range, require_numba
from junshi.collective.dynamics import hashed

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class LockIn:
    """Outcome of many sequences.

    Attributes
    ----------
    first_share : share of sequences that lock in to the first ecosystem
    mean_arrivals : mean number of arrivals until lock-in
    undecided : share of sequences that had not locked in at the end
    """

    first_share: float
    mean_arrivals: float
    undecided: float


def adopt_in_turn(
    first_odds: float, taste: float, returns: float, sequences: int, arrivals: int, seed: int
) -> LockIn:
    """Sequences of arrivals until everybody would follow the leader.

    Parameters
    ----------
    first_odds : odds that an arriving organisation prefers the first ecosystem by taste
    taste : how much more the preferred one is worth to it
    returns : worth of one more adopter
    sequences, arrivals : number of sequences, and the longest

    References
    ----------
    Arthur 1989, Competing technologies, increasing returns, and lock-in by historical events: a random walk
    with absorbing barriers at a lead of taste / returns.
    """
    require_numba()
    winner = np.zeros(sequences, dtype=np.int64)
    when = np.zeros(sequences, dtype=np.int64)
    _walk(first_odds, taste, returns, arrivals, seed, winner, when)
    decided = winner != 0
    return LockIn(
        first_share=float(np.mean(winner[decided] > 0)) if decided.any() else float("nan"),
        mean_arrivals=float(when[decided].mean()) if decided.any() else float("nan"),
        undecided=float(1.0 - decided.mean()),
    )


@compiled(parallel=True)
def _walk(
    first_odds: float,
    taste: float,
    returns: float,
    arrivals: int,
    seed: int,
    winner: IntArray,
    when: IntArray,
) -> None:
    """Adopters choose by taste + returns × adopters; the walk ends when both tastes choose alike."""
    for n in parallel_range(winner.shape[0]):
        lead = 0
        for step in range(arrivals):
            bits = hashed(
                np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15)
                + np.uint64(n) * np.uint64(0xD1B54A32D192ED03)
                + np.uint64(step) * np.uint64(0x8CB92BA72F3D8DD7)
            )
            uniform = float(bits >> np.uint64(11)) / 9007199254740992.0
            worth = taste if uniform < first_odds else -taste
            lead += 1 if worth + returns * lead > 0.0 else -1
            if abs(returns * lead) >= taste:
                winner[n] = 1 if lead > 0 else -1
                when[n] = step + 1
                break
