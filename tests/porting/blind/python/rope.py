"""Rotary embeddings with three implementations: plain, apex-fused and Triton.

The fused ones are picked when the tensor lies on an NVIDIA device.
"""
from functools import partial

import torch
from torch import Tensor, nn

try:
    from apex.transformer.functional import fused_apply_rotary_pos_emb as _apex_rope
except Exception:
    _apex_rope = None

try:
    import triton
    import triton.language as tl
except ModuleNotFoundError:
    triton = None

from torch_npu import npu_rotary_mul


def build_cache(seq: int, dim: int, base: float = 10000.0, device=None):
    inv = 1.0 / (base ** (torch.arange(0, dim, 2, dtype=torch.float64) / dim))
    ang = torch.outer(torch.arange(seq, dtype=torch.float64), inv)
    emb = torch.cat([ang, ang], -1)
    return emb.cos().float().to(device), emb.sin().float().to(device)


def build_cache_on_gpu(seq, dim, base=10000.0):
    pos = torch.arange(seq, device="cuda", dtype=torch.float64)
    inv = base ** (-torch.arange(0, dim, 2, device=pos.device) / dim)
    ang = pos[:, None] * inv[None]
    return torch.polar(torch.ones_like(ang), ang)


def rotate_half(x: Tensor) -> Tensor:
    a, b = x.chunk(2, -1)
    return torch.cat((-b, a), -1)


def plain_rope(x, cos, sin):
    return x * cos + rotate_half(x) * sin


if triton is not None:

    @triton.jit
    def _rope_kernel(x_ptr, cos_ptr, sin_ptr, out_ptr, dim: tl.constexpr, BLOCK: tl.constexpr):
        row = tl.program_id(0)
        half: tl.constexpr = dim // 2
        offs = tl.arange(0, BLOCK)
        m = offs < half
        a = tl.load(x_ptr + row * dim + offs, mask=m)
        b = tl.load(x_ptr + row * dim + half + offs, mask=m)
        c = tl.load(cos_ptr + row * dim + offs, mask=m)
        s = tl.load(sin_ptr + row * dim + offs, mask=m)
        tl.store(out_ptr + row * dim + offs, a * c - b * s, mask=m)
        tl.store(out_ptr + row * dim + half + offs, b * c + a * s, mask=m)


def triton_rope(x, cos, sin):
    out = torch.empty_like(x)
    rows = x.numel() // x.size(-1)
    block = triton.next_power_of_2(x.size(-1) // 2)
    _rope_kernel[(rows,)](x, cos, sin, out, x.size(-1), block, num_warps=4)
    return out


def apply_rope(x: Tensor, cos: Tensor, sin: Tensor, impl: str = "auto") -> Tensor:
    if x.device.type == "npu":
        return npu_rotary_mul(x, cos, sin)
    if impl == "apex" or (impl == "auto" and _apex_rope is not None and x.is_cuda):
        return _apex_rope(x, torch.stack([cos, sin]))
    if impl == "triton" and triton is not None:
        return triton_rope(x, cos, sin)
    return plain_rope(x, cos, sin)


class Rope(nn.Module):
    def __init__(self, dim, max_seq=4096, impl="auto"):
        super().__init__()
        cos, sin = build_cache(max_seq, dim)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self.fn = partial(apply_rope, impl=impl)

    def forward(self, x):
        n = x.size(-2)
        with torch.cuda.nvtx.range("rope"):
            return self.fn(x, self.cos[:n], self.sin[:n])


def check(dev="cuda"):
    x = torch.randn(2, 8, 128, 64, device=dev)
    r = Rope(64).to(dev)
    ref = plain_rope(x, r.cos[:128], r.sin[:128])
    err = (r(x) - ref).abs().max().item()
    print(f"cuda vs plain: {err:.2e}")
    return err
