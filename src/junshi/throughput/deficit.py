"""What being x behind costs: in training, in latency, and in machines to keep latency.

Speed falls by a share x, load and demand stay:

    training, batch grows with the fleet      cost * 1 / (1 - x)
    training, batch fixed, deadline kept      cost * (1 / (1 - x))^(1 / a),   throughput of n chips ~ n^a
    latency at utilisation rho (M/M/1)        T'/T = (1 - rho) / (1 - x - rho),  infinite from rho = 1 - x on
    cost of the same latency (M/M/1)          rho / (rho - x),  infinite up to rho = x

so "10 % behind is twice as slow" is exact at rho = 0.8, "20 % dearer" at rho = 0.6 for kept latency, and at
a = 0.58 for a deadline. The M/M/1 mean response is T = S / (1 - rho) (Kleinrock 1975, section 3.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.schema import Accelerator
from junshi.scenario.schema import Workload
from junshi.throughput.build import workload_cells
from junshi.throughput.efficiency import Posterior

Array = NDArray[np.float64]

BEHIND = ("compute", "bandwidth", "software")
_COMPUTE = ("fp16_dense_tflops", "fp8_dense_tflops", "int8_dense_tops", "fp4_dense_tflops")
_WAITS = ("launch", "step", "layer", "reduce", "start", "sequence")
_SHARES = ("train", "prompt", "decode", "bandwidth", "cache")


@dataclass(frozen=True)
class Deficit:
    """Curves over the share by which a chip is behind.

    Attributes
    ----------
    shares : x, shape `[share]`
    slower : what is behind → throughput over that without deficit, shape `[share]`
    loads : utilisations, shape `[load]`
    latency, cost : factors by load, shape `[load, share]`; infinite where the queue never empties
    """

    shares: Array
    slower: dict[str, Array]
    loads: Array
    latency: Array
    cost: Array


def latency_factor(behind: Array, load: Array) -> Array:
    """Mean response time over that without deficit, at the utilisation without deficit.

    Examples
    --------
    >>> round(float(latency_factor(np.array(0.1), np.array(0.8))), 9)
    2.0
    """
    spare = 1 - behind - load
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(spare > 1e-12, (1 - load) / spare, np.inf))


def cost_factor(behind: Array, load: Array) -> Array:
    """Machines that keep the mean response time over those needed without deficit, which run at `load`.

    Examples
    --------
    >>> round(float(cost_factor(np.array(0.1), np.array(0.6))), 9)
    1.2
    """
    spare = load - behind
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(spare > 1e-12, load / spare, np.inf))


def deadline_factor(behind: float, scaling: float) -> float:
    """Chip-hours to meet a deadline over those without deficit; n chips do n^scaling of the work of one."""
    return float((1 / (1 - behind)) ** (1 / scaling))


def deficit_of(
    workload: Workload,
    chip: Accelerator,
    catalogue: Catalogue,
    posterior: Posterior,
    shares: Sequence[float],
    loads: Sequence[float],
) -> Deficit:
    """Curves for one workload on one accelerator, by the model, and for queues in closed form."""
    x = np.array(shares)
    chips = [
        chip.model_copy(update=_scaled(chip, what, 1 - share)) for what in BEHIND[:2] for share in shares
    ]
    rates = workload_cells(workload, [chip, *chips], catalogue, posterior).value.likely
    slower = {
        what: rates[1 + place * len(x) : 1 + (place + 1) * len(x)] / rates[0]
        for place, what in enumerate(BEHIND[:2])
    }
    software = [
        workload_cells(workload, [chip], catalogue, _weaker(posterior, 1 - share)).value.likely[0]
        for share in shares
    ]
    slower["software"] = np.array(software) / rates[0]
    load = np.array(loads)[:, None]
    return Deficit(x, slower, np.array(loads), latency_factor(x[None], load), cost_factor(x[None], load))


def _scaled(chip: Accelerator, what: str, factor: float) -> dict[str, float]:
    """Figures of a chip with less compute or less bandwidth."""
    columns = _COMPUTE if what == "compute" else ("memory_bandwidth_gbs",)
    return {name: getattr(chip, name) * factor for name in columns if getattr(chip, name) is not None}


def _weaker(posterior: Posterior, factor: float) -> Posterior:
    """Posterior of software that reaches less of every peak and waits longer, by one factor."""
    mean = posterior.mean.copy()
    for place, name in enumerate(posterior.names):
        if name in _SHARES:
            mean[place] += np.log(factor)
        elif name in _WAITS:
            mean[place] -= np.log(factor)
    return replace(posterior, mean=mean)
