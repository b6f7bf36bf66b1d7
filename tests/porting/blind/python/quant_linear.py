import math
from enum import Enum

import torch
import torch.nn as nn
import torch.nn.functional as F

try:
    import bitsandbytes as bnb
except ImportError:  # no wheel for this platform
    bnb = None

try:
    import marlin_cuda
    _HAVE_MARLIN = True
except ImportError:
    _HAVE_MARLIN = False


class QuantBackend(Enum):
    TORCH = "torch"
    BNB = "bnb"
    CUDA_OLD = "cuda_old"
    MARLIN = "marlin"
    ASCEND = "ascend"


MIN_CC = {QuantBackend.MARLIN: (8, 0), QuantBackend.CUDA_OLD: (6, 1)}


def best_backend() -> QuantBackend:
    if not torch.cuda.is_available():
        return QuantBackend.TORCH
    if (cc := torch.cuda.get_device_capability()) >= (8, 0) and _HAVE_MARLIN:
        return QuantBackend.MARLIN
    return QuantBackend.BNB if bnb is not None and cc >= (7, 5) else QuantBackend.TORCH


def pack_int4(w: torch.Tensor) -> torch.Tensor:
    """Pack two nibbles in a byte. Runs on CPU; CUDA layout is made later."""
    w = w.to(torch.uint8)
    return (w[..., 0::2] & 0xF) | (w[..., 1::2] << 4)


def unpack_int4(p: torch.Tensor) -> torch.Tensor:
    lo, hi = p & 0xF, p >> 4
    return torch.stack([lo, hi], -1).flatten(-2)


def repack_cuda_layout_on_host(q):
    perm = [i * 4 + j for j in range(4) for i in range(8)]
    return q.reshape(-1, 32)[:, perm].reshape(q.shape)


class QuantLinear(nn.Module):
    def __init__(self, n_in, n_out, group=128, backend=None):
        super().__init__()
        self.n_in, self.n_out, self.group = n_in, n_out, group
        self.backend = backend or best_backend()
        self.register_buffer("qweight", torch.zeros(n_out, n_in // 2, dtype=torch.uint8))
        self.register_buffer("scales", torch.ones(n_out, n_in // group))
        self.register_buffer("workspace", torch.zeros(n_out // 128 * 16, dtype=torch.int, device="cuda"), persistent=False)

    @classmethod
    def from_float(cls, lin: nn.Linear, **kw):
        m = cls(lin.in_features, lin.out_features, **kw)
        w = lin.weight.detach().float().view(m.n_out, -1, m.group)
        m.scales.copy_(w.abs().amax(-1) / 7)
        q = torch.round(w / m.scales[..., None]).clamp(-8, 7) + 8
        m.qweight.copy_(pack_int4(q.view(m.n_out, m.n_in)))
        if m.backend is QuantBackend.CUDA_OLD:
            m.qweight = repack_cuda_layout_on_host(m.qweight)
        return m

    def dequant(self):
        w = unpack_int4(self.qweight).float() - 8
        return (w.view(self.n_out, -1, self.group) * self.scales[..., None]).view(self.n_out, self.n_in)

    def forward(self, x):
        if self.backend is QuantBackend.MARLIN:
            y = torch.empty(*x.shape[:-1], self.n_out, dtype=x.dtype, device=x.device)
            marlin_cuda.mul(x, self.qweight, y, self.scales, self.workspace)
            return y
        elif self.backend is QuantBackend.ASCEND:
            import torch_npu
            return torch_npu.npu_weight_quant_batchmatmul(x, self.qweight, self.scales)
        return F.linear(x, self.dequant().to(x.dtype))


def swap(model: nn.Module, bits=8):
    for name, child in list(model.named_children()):
        if isinstance(child, nn.Linear):
            if bits == 8:
                new = bnb.nn.Linear8bitLt(child.in_features, child.out_features, has_fp16_weights=False)
                new.weight = bnb.nn.Int8Params(child.weight.data, requires_grad=False)
                setattr(model, name, new.cuda())
            else:
                setattr(model, name, QuantLinear.from_float(child))
        else:
            swap(child, bits)
    return model


def int8_mm(a, b):
    return torch._int_mm(a, b)


def report(backend):
    if backend == QuantBackend.CUDA_OLD:
        return "old cuda kernels"
    if backend.value == "bnb":
        return "bitsandbytes"
    return f"{backend.name.lower()} ({math.prod((2, 2))} nibbles)"
