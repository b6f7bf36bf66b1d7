"""Time of one operation, and which bound binds.

    busy(t_compute, t_memory) = (t_compute^p + t_memory^p)^(1/p),   p = 3

p = infinity is the roofline with perfect overlap, p = 1 no overlap; real kernels lie between near the ridge.
The rounded corner keeps every time falling when a rate rises.

References
----------
Williams, Waterman, Patterson 2009, doi:10.1145/1498765.1498785; ring collectives: Thakur et al. 2005,
doi:10.1177/1094342005051521.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from junshi.throughput.chips import Chips

Array = NDArray[np.float64]

OVERLAP_POWER = 3.0
BOUNDS = ("compute", "bandwidth", "interconnect", "latency")


@dataclass(frozen=True)
class Times:
    """Seconds of one step by what they are spent on; arrays of one shape."""

    compute: Array
    memory: Array
    exchange: Array
    fixed: Array

    @property
    def total(self) -> Array:
        """Seconds of the step: rounded roofline of compute and memory, plus what does not overlap."""
        return busy(self.compute, self.memory) + self.exchange + self.fixed

    def bound(self) -> NDArray[np.intp]:
        """Index into `BOUNDS` of the largest part."""
        return np.asarray(np.argmax(np.stack(np.broadcast_arrays(*self.parts())), axis=0))

    def parts(self) -> tuple[Array, Array, Array, Array]:
        """Compute, memory, exchange, fixed, in the order of `BOUNDS`."""
        return (self.compute, self.memory, self.exchange, self.fixed)

    def plus(self, other: Times, times: Array) -> Times:
        """Sum of these and `times` those of another, part by part."""
        mine, theirs = self.parts(), other.parts()
        return Times(*(a + times * b for a, b in zip(mine, theirs, strict=True)))


def busy(compute: Array, memory: Array) -> Array:
    """Seconds of work that computes and moves memory at once.

    Examples
    --------
    >>> float(busy(np.array(1.0), np.array(0.0)))
    1.0
    """
    largest = np.maximum(compute, memory)
    least = np.minimum(compute, memory)
    ratio = least / np.maximum(largest, 1e-300)
    return np.asarray(largest * np.cbrt(1 + ratio * ratio * ratio))


def all_reduce_bytes(size: Array, degree: Array) -> Array:
    """Bytes that one chip sends in a ring all-reduce of `size` bytes: 2 (d - 1) / d * size."""
    return 2 * (degree - 1) / degree * size


def all_to_all_bytes(size: Array, degree: Array) -> Array:
    """Bytes that one chip sends when `size` bytes of its own are spread evenly over `degree` chips."""
    return (degree - 1) / degree * size


def routed_copies(copies: Array, places: Array) -> Array:
    """Expected number of distinct places, of `places`, that `copies` copies of a token go to."""
    missed = np.log1p(-np.minimum(1 / np.maximum(places, 1.0), 1 - 1e-12))
    return np.asarray(np.where(places > 1, -places * np.expm1(copies * missed), np.minimum(copies, 1.0)))


def routing_seconds(tokens_bytes: Array, copies: Array, degree: Array, chips: Chips) -> Array:
    """Seconds to send each token to the chips of its experts, one way.

    Inside a link domain a token goes to each chip of its experts once; between domains it goes to each domain
    once and is spread there (DeepSeek-V3, arXiv:2412.19437, section 3.2.2).

    Parameters
    ----------
    tokens_bytes : tokens of one chip in bytes
    copies : experts per token
    degree : chips that share the experts
    """
    domains = np.maximum(degree / chips.domain, 1.0)
    reached = routed_copies(copies, degree) * (degree - 1) / degree
    crossed = np.where(domains > 1, routed_copies(copies, domains) * (domains - 1) / domains, 0.0)
    return np.asarray(tokens_bytes * (reached / chips.link + crossed / chips.network))
