from __future__ import annotations

import importlib.util
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

import torch as t
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel

if TYPE_CHECKING:
    from flash_attn.bert_padding import IndexFirstAxis

try:
    from flash_attn import flash_attn_func, flash_attn_varlen_func
    HAS_FLASH = True
except ImportError:
    HAS_FLASH = False

HAS_XFORMERS = importlib.util.find_spec("xformers") is not None
if HAS_XFORMERS:
    import xformers.ops as xops


@dataclass
class AttnConfig:
    dim: int = 1024
    heads: int = 16
    dropout: float = 0.0
    attn_impl: str = "flash"
    device: str = "cuda"


def flash_available(q: t.Tensor) -> bool:
    if not HAS_FLASH:
        return False
    if q.dtype not in (t.float16, t.bfloat16):
        return False
    return q.is_cuda and t.cuda.get_device_capability(q.device)[0] >= 8


def naive_attention(q, k, v, mask=None):
    """Reference attention; same result as flash_attn_func up to rounding."""
    w = q @ k.transpose(-2, -1) / math.sqrt(q.size(-1))
    if mask is not None:
        w = w.masked_fill(~mask, float("-inf"))
    return w.softmax(-1) @ v


class Attention(nn.Module):
    def __init__(self, cfg: AttnConfig):
        super().__init__()
        self.cfg = cfg
        self.head_dim = cfg.dim // cfg.heads
        self.qkv = nn.Linear(cfg.dim, 3 * cfg.dim, bias=False, device=cfg.device)
        self.out = nn.Linear(cfg.dim, cfg.dim, bias=False, device=cfg.device)
        self.flash = None
        # a buffer on the GPU so that .cuda() is not needed later
        self.register_buffer("scale", t.tensor(self.head_dim ** -0.5, device="cuda"))

    def _idx(self, x) -> Optional["IndexFirstAxis"]:
        return None

    def forward(self, x, mask=None, cu_seqlens=None, max_len=None):
        b, n, _ = x.shape
        q, k, v = self.qkv(x).view(b, n, 3, self.cfg.heads, self.head_dim).unbind(2)
        if cu_seqlens is not None and HAS_FLASH:
            o = flash_attn_varlen_func(
                q.flatten(0, 1),
                k.flatten(0, 1),
                v.flatten(0, 1),
                cu_seqlens,
                cu_seqlens,
                max_len,
                max_len,
                causal=True,
            )
            return self.out(o.view(b, n, -1))
        if flash_available(q):
            o = flash_attn_func(q, k, v, causal=mask is None)
            return self.out(o.reshape(b, n, -1))
        if HAS_XFORMERS:
            o = xops.memory_efficient_attention(q, k, v, attn_bias=xops.LowerTriangularMask())
            return self.out(o.reshape(b, n, -1))
        q, k, v = (z.transpose(1, 2) for z in (q, k, v))
        if self.cfg.attn_impl == "flash":
            with sdpa_kernel(SDPBackend.FLASH_ATTENTION):
                o = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        elif self.cfg.attn_impl == "cudnn":
            with sdpa_kernel([SDPBackend.CUDNN_ATTENTION, SDPBackend.MATH]):
                o = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            o = naive_attention(q, k, v, mask)
        return self.out(o.transpose(1, 2).reshape(b, n, -1))


def tune_sdp():
    t.backends.cuda.enable_mem_efficient_sdp(False)
    t.backends.cuda.enable_flash_sdp(True)


def demo():
    cfg = AttnConfig(device="cpu")
    net = Attention(cfg)
    if t.cuda.is_available():
        net = net.cuda().half()
    x = t.randn(2, 16, cfg.dim)
    return net(x.to(next(net.parameters()).device))
