"""Self attention for training, with FlashAttention where it is installed."""
import torch
import torch.nn as nn
import torch.nn.functional as F

from tern.parallel import ColumnParallelLinear, RowParallelLinear, tp_size

try:
    from flash_attn import flash_attn_func, flash_attn_varlen_func
    from flash_attn.bert_padding import pad_input, unpad_input
    HAS_FLASH = True
except ImportError:
    HAS_FLASH = False

try:
    import xformers.ops as xops
except ImportError:
    xops = None


class Attention(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.heads = cfg.num_heads // tp_size()
        self.kv_heads = cfg.num_kv_heads // tp_size()
        self.dim = cfg.head_dim
        self.kind = cfg.attention
        width = (cfg.num_heads + 2 * cfg.num_kv_heads) * cfg.head_dim
        self.qkv = ColumnParallelLinear(cfg.hidden_size, width)
        self.out = RowParallelLinear(cfg.hidden_size, cfg.hidden_size)

    def split(self, x):
        b, t, _ = x.shape
        q, k, v = self.qkv(x).split(
            [self.heads * self.dim, self.kv_heads * self.dim, self.kv_heads * self.dim], dim=-1
        )
        q = q.view(b, t, self.heads, self.dim)
        k = k.view(b, t, self.kv_heads, self.dim)
        return q, k, v.view(b, t, self.kv_heads, self.dim)

    def forward(self, x, rope, mask=None):
        b, t, _ = x.shape
        q, k, v = self.split(x)
        q, k = rope(q, k)
        if self.kind == "flash" and HAS_FLASH and q.is_cuda:
            y = self._flash(q, k, v, mask)
        elif self.kind == "xformers" and xops is not None:
            bias = xops.LowerTriangularMask()
            y = xops.memory_efficient_attention(q, self._repeat(k), self._repeat(v), attn_bias=bias)
        else:
            y = self._sdpa(q, k, v)
        return self.out(y.reshape(b, t, -1))

    def _repeat(self, k):
        return k.repeat_interleave(self.heads // self.kv_heads, dim=2)

    def _flash(self, q, k, v, mask):
        if mask is None:
            return flash_attn_func(q, k, v, causal=True)
        b, t = mask.shape
        q, idx, cu, longest, *_ = unpad_input(q, mask)
        k, *_ = unpad_input(k, mask)
        v, *_ = unpad_input(v, mask)
        y = flash_attn_varlen_func(
            q, k, v, cu_seqlens_q=cu, cu_seqlens_k=cu,
            max_seqlen_q=longest, max_seqlen_k=longest, causal=True,
        )
        return pad_input(y, idx, b, t)

    def _sdpa(self, q, k, v):
        # runs anywhere; PyTorch takes its own flash kernel on CUDA
        q, k, v = (a.transpose(1, 2) for a in (q, self._repeat(k), self._repeat(v)))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return y.transpose(1, 2)


def sdpa_without_math(q, k, v):
    """For benchmarks: raises where only the math kernel would fit."""
    with torch.backends.cuda.sdp_kernel(enable_flash=True, enable_math=False, enable_mem_efficient=True):
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)
