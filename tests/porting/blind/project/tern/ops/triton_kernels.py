"""Pointwise kernels in Triton: SwiGLU and fused dropout with residual."""
import torch
import triton
import triton.language as tl


@triton.jit
def _swiglu_fwd(gate_ptr, up_ptr, out_ptr, n, BLOCK: tl.constexpr):
    pid = tl.program_id(0)
    offs = pid * BLOCK + tl.arange(0, BLOCK)
    mask = offs < n
    g = tl.load(gate_ptr + offs, mask=mask, other=0.0).to(tl.float32)
    u = tl.load(up_ptr + offs, mask=mask, other=0.0).to(tl.float32)
    tl.store(out_ptr + offs, g * tl.sigmoid(g) * u, mask=mask)


@triton.jit
def _swiglu_bwd(dy_ptr, gate_ptr, up_ptr, dgate_ptr, dup_ptr, n, BLOCK: tl.constexpr):
    pid = tl.program_id(0)
    offs = pid * BLOCK + tl.arange(0, BLOCK)
    mask = offs < n
    dy = tl.load(dy_ptr + offs, mask=mask, other=0.0).to(tl.float32)
    g = tl.load(gate_ptr + offs, mask=mask, other=0.0).to(tl.float32)
    u = tl.load(up_ptr + offs, mask=mask, other=0.0).to(tl.float32)
    s = tl.sigmoid(g)
    tl.store(dup_ptr + offs, dy * g * s, mask=mask)
    tl.store(dgate_ptr + offs, dy * u * s * (1.0 + g * (1.0 - s)), mask=mask)


class _SwiGLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, gate, up):
        gate, up = gate.contiguous(), up.contiguous()
        out = torch.empty_like(gate)
        n = gate.numel()
        grid = (triton.cdiv(n, 1024),)
        _swiglu_fwd[grid](gate, up, out, n, BLOCK=1024, num_warps=4)
        ctx.save_for_backward(gate, up)
        return out

    @staticmethod
    def backward(ctx, dy):
        gate, up = ctx.saved_tensors
        dgate, dup = torch.empty_like(gate), torch.empty_like(up)
        n = gate.numel()
        grid = lambda meta: (triton.cdiv(n, meta["BLOCK"]),)  # noqa: E731
        _swiglu_bwd[grid](dy.contiguous(), gate, up, dgate, dup, n, BLOCK=1024)
        return dgate, dup


swiglu = _SwiGLU.apply


@triton.autotune(
    configs=[
        triton.Config({"BLOCK": 512}, num_warps=2),
        triton.Config({"BLOCK": 2048}, num_warps=8),
    ],
    key=["n"],
)
@triton.jit
def _dropout_add(x_ptr, res_ptr, out_ptr, n, p, seed, BLOCK: tl.constexpr):
    offs = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = offs < n
    x = tl.load(x_ptr + offs, mask=mask)
    keep = tl.rand(seed, offs) > p
    y = tl.where(keep, x / (1 - p), 0.0)
    tl.store(out_ptr + offs, y + tl.load(res_ptr + offs, mask=mask), mask=mask)


def dropout_add(x, residual, p, seed):
    out = torch.empty_like(x)
    n = x.numel()
    with torch.cuda.device(x.device):
        _dropout_add[lambda m: (triton.cdiv(n, m["BLOCK"]),)](x, residual, out, n, p, seed)
    return out
