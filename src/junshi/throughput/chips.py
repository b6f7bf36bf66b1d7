"""Peak rates of accelerators as arrays, and which number formats they run.

A figure that the catalogue does not have stays NaN: what needs it cannot be predicted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from junshi.catalogue.schema import Accelerator

Array = NDArray[np.float64]

PCIE_LINK_GBS = 64.0
"""Both directions of PCIe 4.0 x16, GB/s: the slowest link of any data-centre card, where none is stated."""

NETWORK_BYTES_PER_S = 50e9
"""Network of one accelerator in one direction: 400 Gbit/s, the usual build of 2023-2026 (assumed)."""

USABLE_MEMORY = 0.92
"""Share of device memory left by driver, runtime and fragments (vLLM's default limit is 0.90-0.92)."""

BYTES: dict[str, float] = {
    "tf32": 4.0,
    "bf16": 2.0,
    "fp8": 1.0,
    "int8": 1.0,
    "w8": 1.0,
    "w4": 0.53,
    "w4f8": 0.53,
    "w4a8": 0.53,
    "fp4": 0.56,
}
"""Bytes of one weight, scales included (groups of 128 for w4, blocks of 16 for fp4)."""

_RATE = {
    "tf32": "fp16_dense_tflops",
    "bf16": "fp16_dense_tflops",
    "fp8": "fp8_dense_tflops",
    "int8": "int8_dense_tops",
    "w8": "fp16_dense_tflops",
    "w4": "fp16_dense_tflops",
    "w4f8": "fp8_dense_tflops",
    "w4a8": "int8_dense_tops",
    "fp4": "fp4_dense_tflops",
}

_SHARE = {"tf32": 0.5}
"""Peak of a format over that of the column: TF32 has half of the 16-bit rate (NVIDIA A100 datasheet)."""

_DOMAIN = {"gb200": 72, "gb300": 72, "ascend-910c": 384, "ascend-910c-die": 768}
"""Accelerators on one link, where more than a server: NVL72, CloudMatrix384 (arXiv:2506.12708)."""

SERVER = 8
"""Accelerators of a server on one link, unless stated."""


@dataclass(frozen=True)
class Chips:
    """Rates of one or many accelerators; every field of one shape.

    Attributes
    ----------
    flops : peak of the number format chosen, FLOP/s
    flops_16 : peak of 16-bit floating point (of the format chosen where not published), FLOP/s
    bandwidth : memory, byte/s
    memory : usable memory, byte
    link : chip to chip in one direction, byte/s
    network : scale-out network in one direction, byte/s
    domain : accelerators on one chip-to-chip link
    """

    flops: Array
    flops_16: Array
    bandwidth: Array
    memory: Array
    link: Array
    network: Array
    domain: Array

    @property
    def ridge(self) -> Array:
        """FLOP that the chip can do per byte of memory traffic."""
        return self.flops / self.bandwidth

    @classmethod
    def stack(cls, chips: Sequence[Chips]) -> Chips:
        """Many as arrays, shape `[len(chips)]`."""
        return cls(**{f.name: np.array([float(getattr(c, f.name)) for c in chips]) for f in fields(cls)})

    def take(self, index: NDArray[np.intp]) -> Chips:
        """Rows `index` of arrays."""
        return Chips(**{f.name: getattr(self, f.name)[index] for f in fields(self)})


def peak_tflops(chip: Accelerator, number_format: str) -> float:
    """Published peak of a number format, TFLOP/s (TOP/s); NaN when the catalogue has none."""
    value = getattr(chip, _RATE[number_format])
    return math.nan if value is None else float(value) * _SHARE.get(number_format, 1.0)


def supports(chip: Accelerator, number_format: str) -> bool:
    """Whether the catalogue knows a peak for the format; w4 and w8 need only 16-bit arithmetic."""
    return not math.isnan(peak_tflops(chip, number_format))


def missing_figure(chip: Accelerator) -> str:
    """First figure without which nothing can be predicted: `flops`, `bandwidth`, `memory`, or empty."""
    if not any(supports(chip, number_format) for number_format in ("bf16", "fp8")):
        return "flops"
    if chip.memory_bandwidth_gbs is None:
        return "bandwidth"
    return "memory" if chip.memory_gb is None else ""


def chips_of(chip: Accelerator, number_format: str) -> Chips:
    """Rates of an accelerator for one number format; figures not published are NaN."""

    def figure(value: float | None) -> float:
        return math.nan if value is None else float(value)

    flops = peak_tflops(chip, number_format) * 1e12
    flops_16 = peak_tflops(chip, "bf16") * 1e12
    link = chip.interconnect_gbs if chip.interconnect_gbs is not None else PCIE_LINK_GBS
    numbers = (
        flops,
        flops if math.isnan(flops_16) else flops_16,
        figure(chip.memory_bandwidth_gbs) * 1e9,
        figure(chip.memory_gb) * 1e9 * USABLE_MEMORY,
        link * 1e9 / 2,
        min(NETWORK_BYTES_PER_S, link * 1e9 / 2),
        float(_DOMAIN.get(chip.id, SERVER)),
    )
    return Chips(*(np.float64(number) for number in numbers))  # type: ignore[arg-type]
