"""From utilisation to latency: waiting times of single and many servers.

    M/G/1   W = rho / (1 - rho) * (1 + c^2) / 2 * S          (Pollaczek 1930, Khinchine 1932)
    M/M/c   W = C(c, c rho) / (c (1 - rho)) * S,  C = Erlang's probability of waiting (Erlang 1917)

with service time S, utilisation rho and squared coefficient of variation c^2 of the service time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

PROMPT_VARIATION = 1.0
"""Squared coefficient of variation of prompt lengths: about 1 in published serving logs."""


def waiting_time(utilisation: Array, service: Array, variation: Array | float = PROMPT_VARIATION) -> Array:
    """Mean wait in an M/G/1 queue, in the unit of `service`; infinite from utilisation 1 on.

    Examples
    --------
    >>> float(waiting_time(np.array(0.5), np.array(2.0), 1.0))
    2.0
    """
    free = 1 - utilisation
    with np.errstate(divide="ignore", invalid="ignore"):
        wait = utilisation / free * (1 + variation) / 2 * service
    return np.asarray(np.where(free > 0, wait, np.inf))


def utilisation_within(limit: Array, service: Array, variation: Array | float = PROMPT_VARIATION) -> Array:
    """Highest utilisation at which wait plus service keep a mean limit; 0 where service alone breaks it.

    Inverse of `waiting_time`: with x = (limit / S - 1) * 2 / (1 + c^2), rho = x / (1 + x).
    """
    spare = np.maximum(limit / service - 1, 0.0) * 2 / (1 + np.asarray(variation))
    return np.asarray(np.where(np.isinf(spare), 1.0, spare / (1 + np.where(np.isinf(spare), 0.0, spare))))


def erlang_wait(utilisation: float, servers: int) -> float:
    """Mean wait of an M/M/c queue over the service time; infinite from utilisation 1 on.

    Examples
    --------
    >>> erlang_wait(0.5, 1)
    1.0
    """
    if utilisation >= 1:
        return float("inf")
    load = utilisation * servers
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = load * blocked / (server + load * blocked)
    waits = blocked / (1 - utilisation * (1 - blocked))
    return waits / (servers * (1 - utilisation))
