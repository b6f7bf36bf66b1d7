"""Triton kernels."""
import torch
import triton  # tie: py-triton-import
import triton.language as tl  # tie: py-triton-import
from triton.language.extra.cuda import libdevice  # tie: py-triton-libdevice


@triton.jit  # tie: py-triton-kernel-pointwise
def add_kernel(x, y, out, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(out + i, tl.load(x + i) + tl.load(y + i), mask=i < n)


@triton.autotune(  # tie: py-triton-autotune
    configs=[
        triton.Config({"BLOCK_M": 128, "BLOCK_N": 64}, num_warps=8),  # tie: py-triton-num-warps
        triton.Config({"BLOCK_M": 256, "BLOCK_N": 256}, num_stages=3),  # tie: py-triton-num-warps, py-triton-block-size
        triton.Config({"BLOCK_M": 64, "BLOCK_N": 64}),
    ],
    key=["n"],
)
@triton.jit  # tie: py-triton-kernel-dot
def matmul_kernel(a, b, c, n, BLOCK_M: tl.constexpr, BLOCK_N: tl.constexpr):
    acc = tl.dot(tl.load(a), tl.load(b))
    tl.atomic_add(c, acc)  # tie: py-triton-atomics


@triton.jit  # tie: py-triton-attention
def flash_fwd_kernel(q, k, v, out):
    s = tl.dot(tl.load(q), tl.load(k))
    m = tl.max(s, 1)
    p = tl.exp(s - m[:, None])
    tl.store(out, tl.dot(p, tl.load(v)))


@triton.jit  # tie: py-triton-kernel-pointwise
def asm_kernel(x):
    tl.inline_asm_elementwise("mov.u32 $0, 1;", "=r", [x], dtype=tl.int32, is_pure=True, pack=1)  # tie: py-triton-inline-asm


def launch(x, y, out):
    n = x.numel()
    add_kernel[(triton.cdiv(n, 1024),)](x, y, out, n, BLOCK=1024)
    add_kernel[(1, 2, 3)](x, y, out, n, BLOCK=1024)  # tie: py-triton-grid-large
    add_kernel[(n,)](x, y, out, n, BLOCK=1024, num_warps=4)  # tie: py-triton-num-warps
    return triton.next_power_of_2(n)


from torch.utils._triton import has_triton  # tie: py-has-triton-gate

if has_triton():  # tie: py-has-triton-gate
    pass


def jit(function):
    return function


@jit
def not_a_kernel(x):
    return x
