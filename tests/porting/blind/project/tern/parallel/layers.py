"""Linear layers whose weights are split over the tensor parallel group."""
import torch
import torch.nn as nn
import torch.nn.functional as F

from tern.parallel import initialize as mpu
from tern.parallel.mappings import (
    CopyToModelParallel,
    GatherFromModelParallel,
    ReduceFromModelParallel,
)


def _init_on_gpu(weight, std):
    # the same numbers on every rank, then each keeps its slice; done on the GPU for speed
    with torch.random.fork_rng(devices=[torch.cuda.current_device()]):
        nn.init.normal_(weight, std=std)


class ColumnParallelLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=False, gather_output=False, std=0.02):
        super().__init__()
        size = mpu.tp_size()
        assert out_features % size == 0
        self.gather_output = gather_output
        self.weight = nn.Parameter(
            torch.empty(out_features // size, in_features, device=torch.cuda.current_device())
        )
        self.bias = nn.Parameter(torch.zeros(out_features // size, device="cuda")) if bias else None
        _init_on_gpu(self.weight, std)

    def forward(self, x):
        x = CopyToModelParallel.apply(x)
        y = F.linear(x, self.weight, self.bias)
        return GatherFromModelParallel.apply(y) if self.gather_output else y


class RowParallelLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=False, std=0.02):
        super().__init__()
        size = mpu.tp_size()
        assert in_features % size == 0
        self.weight = nn.Parameter(
            torch.empty(out_features, in_features // size, device=torch.cuda.current_device())
        )
        self.bias = nn.Parameter(torch.zeros(out_features, device="cuda")) if bias else None
        _init_on_gpu(self.weight, std)

    def forward(self, x):
        y = ReduceFromModelParallel.apply(F.linear(x, self.weight))
        return y if self.bias is None else y + self.bias


class VocabParallelEmbedding(nn.Module):
    def __init__(self, vocab, hidden):
        super().__init__()
        per = vocab // mpu.tp_size()
        self.first = per * mpu.tp_rank()
        self.last = self.first + per
        self.weight = nn.Parameter(torch.randn(per, hidden) * 0.02)

    def forward(self, ids):
        outside = (ids < self.first) | (ids >= self.last)
        local = (ids - self.first).masked_fill(outside, 0)
        out = F.embedding(local, self.weight)
        out = out.masked_fill(outside.unsqueeze(-1), 0.0)
        return ReduceFromModelParallel.apply(out)
