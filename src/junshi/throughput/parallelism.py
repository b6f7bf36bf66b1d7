"""How a model is cut over accelerators, and which cuts are tried.

tensor      each matrix over the chips of one link            (Shoeybi et al. 2019, arXiv:1909.08053)
pipeline    layers over chips                                 (Narayanan et al. 2021, arXiv:2104.04473)
data        copies of the model                               (Rajbhandari et al. 2020, arXiv:1910.02054)
expert      routed experts over chips                         (Lepikhin et al. 2020, arXiv:2006.16668)
attention   attention and its cache over requests, with experts over all chips (DeepSeek-V3, arXiv:2412.19437)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Layout:
    """Degrees of parallelism; every field of one shape; chips = tensor * pipeline * data.

    Attributes
    ----------
    chips : accelerators that work on one copy (serving) or on the run (training)
    tensor, pipeline : degrees
    data : copies of attention (serving), or copies of the model (training)
    expert : chips that share the routed experts of a layer
    chunks : model chunks of each pipeline stage (interleaved schedule), 1 = plain
    sharded : 1 where weights, gradients and optimiser are sharded over all chips (FSDP, ZeRO-3), else 0
    """

    chips: Array
    tensor: Array
    pipeline: Array
    data: Array
    expert: Array
    chunks: Array
    sharded: Array

    @classmethod
    def of(cls, rows: Sequence[tuple[float, ...]]) -> Layout:
        """From rows (tensor, pipeline, data, expert, chunks, sharded)."""
        table = np.array(rows, dtype=np.float64)
        tensor, pipeline, data, expert, chunks, sharded = table.T
        return cls(tensor * pipeline * data, tensor, pipeline, data, expert, chunks, sharded)

    def take(self, index: NDArray[np.intp]) -> Layout:
        """Rows `index` of arrays."""
        return Layout(**{f.name: getattr(self, f.name)[index] for f in fields(self)})


def serving_layouts(is_mixture: bool) -> Layout:
    """Layouts tried for inference: tensor parallel to 8, pipelines of such servers, expert parallel to 64."""
    rows: list[tuple[float, ...]] = [(tensor, 1, 1, tensor, 1, 0) for tensor in (1, 2, 4, 8)]
    rows += [(8, pipeline, 1, 8, 1, 0) for pipeline in (2, 4)]
    if is_mixture:
        rows += [(1, 1, data, data, 1, 0) for data in (2, 4, 8, 16, 32, 64)]
        rows += [(16, 1, 1, 16, 1, 0)]
    return Layout.of(rows)


def training_layouts(chips: int, is_mixture: bool) -> Layout:
    """Layouts tried for a training run on `chips` accelerators (a power of two is covered best)."""
    rows: list[tuple[float, ...]] = []
    for tensor in (1, 2, 4, 8):
        for pipeline in (1, 2, 4, 8, 16):
            if chips % (tensor * pipeline):
                continue
            data = chips // (tensor * pipeline)
            experts = [expert for expert in (1, 8, 32, 64) if expert <= data * tensor] if is_mixture else [1]
            chunks = 1 if pipeline == 1 else 4
            rows += [(tensor, pipeline, data, expert, chunks, 0) for expert in experts]
            if pipeline == 1:
                rows += [(tensor, 1, data, expert, 1, 1) for expert in experts]
    if not rows:
        rows.append((1, 1, chips, 1, 1, 1))
    return Layout.of(rows)
