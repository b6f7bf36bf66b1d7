from typing import Optional, Sequence

import torch
from torch import Tensor
from torch.library import Library, custom_op, impl, register_fake
from torch.utils.cpp_extension import load, load_inline

LIB = Library("demo", "DEF")
LIB.define("scale(Tensor x, float s) -> Tensor")
LIB.define("cuda_hash(str s) -> int")

CPP_SRC = "torch::Tensor twice(torch::Tensor x);"
CUDA_SRC = r"""
#include <cuda_runtime.h>
__global__ void twice_k(const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = 2.0f * x[i];
}
torch::Tensor twice(torch::Tensor x) {
  auto y = torch::empty_like(x);
  twice_k<<<(x.numel() + 255) / 256, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), x.numel());
  return y;
}
"""


def build_inline():
    return load_inline(
        name="twice_ext",
        cpp_sources=[CPP_SRC],
        cuda_sources=[CUDA_SRC],
        functions=["twice"],
        extra_cuda_cflags=["-O3", "--expt-relaxed-constexpr"],
        with_cuda=True,
    )


def build_files():
    return load("rms_ext", ["csrc/rms.cpp", "csrc/rms.cu"], verbose=True)


def build_host():
    return load("util_ext", ["csrc/util.cpp"], extra_cflags=["-O2"])


@impl(LIB, "scale", "CPU")
def scale_cpu(x, s):
    return x * s


@impl(LIB, "scale", "CUDA")
def scale_cuda(x, s):
    out = torch.empty_like(x)
    torch.ops.demo_ext.scale_out(x, s, out)
    return out


@impl(LIB, "scale", "PrivateUse1")
def scale_npu(x, s):
    return x.mul(s)


@impl(LIB, "scale", "Meta")
def scale_meta(x, s):
    return torch.empty_like(x)


@impl(LIB, "cuda_hash", "CompositeExplicitAutograd")
def cuda_hash(s):
    return sum(map(ord, s)) % 97


@custom_op("demo::sort_rows", mutates_args=(), device_types="cuda")
def sort_rows(x: Tensor) -> Tensor:
    return x.sort(-1).values


@sort_rows.register_kernel("cpu")
def _(x):
    return torch.from_numpy(__import__("numpy").sort(x.numpy(), -1))


@register_fake("demo::sort_rows")
def _(x):
    return torch.empty_like(x)


torch.library.register_kernel("demo::sort_rows", ["cuda"], lambda x: x.sort(-1)[0])


class Swish(torch.autograd.Function):
    @staticmethod
    @torch.cuda.amp.custom_fwd(cast_inputs=torch.float32)
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x.sigmoid()

    @staticmethod
    @torch.cuda.amp.custom_bwd
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        s = x.sigmoid()
        return g * (s + x * s * (1 - s))


class Mish(torch.autograd.Function):
    @staticmethod
    @torch.amp.custom_fwd(device_type="cuda")
    def forward(ctx, x):
        return x * torch.nn.functional.softplus(x).tanh()

    @staticmethod
    def backward(ctx, g):
        return g


class CudaRegistry(dict):
    def impl(self, name, key="CUDA"):
        def deco(f):
            self[name, key] = f
            return f

        return deco


REG = CudaRegistry()


@REG.impl("norm", "CUDA")
def norm_py(x: Sequence[float]) -> float:
    return sum(v * v for v in x) ** 0.5


def dispatch(x: Tensor, y: Optional[Tensor] = None):
    key = torch._C._dispatch_keys(x)
    if key.has(torch._C.DispatchKey.CUDA):
        return scale_cuda(x, 2.0)
    elif key.has(torch._C.DispatchKey.CPU):
        return scale_cpu(x, 2.0)
    return x


def stream_handle():
    return torch.cuda.current_stream().cuda_stream


def opcheck():
    samples = [torch.randn(3, device=d) for d in ("cpu", "cuda")]
    for s in samples:
        torch.library.opcheck(sort_rows, (s,))
    assert ("norm", "CUDA") in REG, "the CUDA entry is missing"
