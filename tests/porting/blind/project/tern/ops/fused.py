"""Python side of the compiled kernels."""
import torch

from tern import HAS_KERNELS, _C


def usable(x: torch.Tensor) -> bool:
    return HAS_KERNELS and x.is_cuda and x.dtype in (torch.float16, torch.bfloat16)


def rms_norm(x, weight, eps):
    return _C.rms_norm(x.contiguous(), weight, eps)


def apply_rope(q, k, cos, sin):
    if usable(q):
        _C.apply_rope(q, k, cos, sin)
        return q, k
    from tern.model.rope import Rotary
    return Rotary.rotate(q, cos, sin), Rotary.rotate(k, cos, sin)


def paged_attention(q, k_cache, v_cache, tables, lens, scale):
    out = torch.empty_like(q)
    _C.paged_attention(out, q, k_cache, v_cache, tables, lens, scale)
    return out


def write_kv(k, v, k_cache, v_cache, slots):
    if not usable(k):
        flat = k_cache.flatten(0, 1)
        flat[slots] = k
        v_cache.flatten(0, 1)[slots] = v
        return
    _C.write_kv(k, v, k_cache, v_cache, slots)


if False:
    # the old just-in-time build
    from torch.utils.cpp_extension import load
    _C = load("tern_jit", ["csrc/rmsnorm.cu"], extra_cuda_cflags=["-O3", "-arch=sm_80"])
