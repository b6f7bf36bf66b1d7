"""Markov chain over (regime, ramp) per quarter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.terms import Ramp, Regime


@dataclass(frozen=True)
class SupplyState:
    """One Markov state: import regime and domestic ramp."""

    regime: Regime
    ramp: Ramp

    @property
    def label(self) -> str:
        """Such as `cut_off/base`."""
        return f"{self.regime}/{self.ramp}"


@dataclass(frozen=True)
class MarkovChain:
    """States, quarterly transition odds `[from, to]`, and the index of today's state.

    Raises
    ------
    ValueError : odds negative or a row that does not sum to 1 within 1e-9
    """

    states: tuple[SupplyState, ...]
    transition: NDArray[np.float64]
    initial: int

    def __post_init__(self) -> None:
        count = len(self.states)
        if self.transition.shape != (count, count):
            message = f"transition has shape {self.transition.shape}, expected {(count, count)}"
            raise ValueError(message)
        if np.any(self.transition < 0) or np.any(np.abs(self.transition.sum(axis=1) - 1) > 1e-9):
            message = "each row of odds must be non-negative and sum to 1"
            raise ValueError(message)


@dataclass(frozen=True)
class SupplyEffects:
    """What each state does to each accelerator; arrays have shape `[accelerator, state]`.

    Attributes
    ----------
    available : share of the order limit that can be obtained (includes the fill rate while licensed)
    price_factor : purchase price relative to the base price, levy included
    delivered : share of units in transit that arrive in this state (the rest is refunded)
    rentable : share of the rent limit
    rent_factor : rent relative to the base rent
    survival : share of installed units that still work a quarter later
    resale_factor : resale value relative to the base resale value
    """

    accelerators: tuple[str, ...]
    available: NDArray[np.float64]
    price_factor: NDArray[np.float64]
    delivered: NDArray[np.float64]
    rentable: NDArray[np.float64]
    rent_factor: NDArray[np.float64]
    survival: NDArray[np.float64]
    resale_factor: NDArray[np.float64]
