"""Autograd functions that communicate over the tensor parallel group."""
import torch
import torch.distributed as dist

from tern.parallel import initialize as mpu


def _reduce(x):
    if mpu.tp_size() > 1:
        dist.all_reduce(x, group=mpu.tp_group())
    return x


def _gather_last(x):
    size = mpu.tp_size()
    if size == 1:
        return x
    parts = [torch.empty_like(x) for _ in range(size)]
    dist.all_gather(parts, x.contiguous(), group=mpu.tp_group())
    return torch.cat(parts, dim=-1)


class CopyToModelParallel(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x

    @staticmethod
    def backward(ctx, grad):
        return _reduce(grad)


class ReduceFromModelParallel(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return _reduce(x)

    @staticmethod
    def backward(ctx, grad):
        return grad


class GatherFromModelParallel(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return _gather_last(x)

    @staticmethod
    def backward(ctx, grad):
        return grad.chunk(mpu.tp_size(), dim=-1)[mpu.tp_rank()].contiguous()


class ScaleGradient(torch.autograd.Function):
    """Keeps the autocast state of the forward pass."""

    @staticmethod
    @torch.cuda.amp.custom_fwd
    def forward(ctx, x, factor):
        ctx.factor = factor
        return x

    @staticmethod
    @torch.cuda.amp.custom_bwd
    def backward(ctx, grad):
        return grad * ctx.factor, None
