import argparse
import os
import sys
import types

import torch
import torch.nn as nn
from torch.distributed.fsdp import FullyShardedDataParallel as FSDP, MixedPrecision
from torch.distributed.tensor import DTensor, Shard

try:
    from apex.normalization import MixedFusedLayerNorm as LayerNorm
except ImportError:
    from torch.nn import LayerNorm

try:
    import fused_weight_gradient_mlp_cuda as fwg
except ImportError:
    fwg = None

try:
    from causal_conv1d import causal_conv1d_fn
    from mamba_ssm.ops.triton.ssd_combined import mamba_chunk_scan_combined
except ImportError:
    causal_conv1d_fn = mamba_chunk_scan_combined = None

try:
    from flash_attn.ops.rms_norm import rms_norm as fused_rms
except ImportError:

    def fused_rms(x, w, eps):
        return x * torch.rsqrt(x.pow(2).mean(-1, True) + eps) * w


def add_args(p: argparse.ArgumentParser):
    g = p.add_argument_group("kernels", "fused CUDA kernels")
    g.add_argument("--distributed-backend", default="nccl", choices=["nccl", "gloo"])
    g.add_argument("--use-flash-attn", action="store_true")
    g.add_argument("--no-gradient-accumulation-fusion", dest="gaf", action="store_false")
    g.add_argument("--transformer-impl", default="transformer_engine", choices=["local", "transformer_engine"])
    g.add_argument("--nccl-communicator-config-path", default=None)
    g.add_argument("--ckpt-tag", default="cuda")
    return p


def check_args(a):
    if a.use_flash_attn and a.transformer_impl == "local":
        print("flash attention only comes with transformer engine")
    if a.distributed_backend == "nccl":
        if os.environ.get("CUDA_DEVICE_MAX_CONNECTIONS") != "1":
            raise SystemExit("set CUDA_DEVICE_MAX_CONNECTIONS=1")
    return a


def get_seed_tracker():
    tracker = CudaRNGStates()
    tracker.add("mp", 1234)
    return tracker


class CudaRNGStates:
    def __init__(self):
        self.states = {}

    def add(self, name, seed):
        keep = torch.cuda.get_rng_state()
        torch.cuda.manual_seed(seed)
        self.states[name] = torch.cuda.get_rng_state()
        torch.cuda.set_rng_state(keep)

    def fast_set(self, s):
        gen = torch.cuda.default_generators[torch.cuda.current_device()]
        gen.set_state(s)


class HostRNGStates:
    """Same for the host; no cuda generator is touched."""

    def add(self, name, seed):
        torch.manual_seed(seed)
        return torch.get_rng_state()


class ColumnLinear(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w):
        ctx.save_for_backward(x, w)
        return x @ w.t()

    @staticmethod
    def backward(ctx, g):
        x, w = ctx.saved_tensors
        if fwg is not None and hasattr(w, "main_grad"):
            fwg.wgrad_gemm_accum_fp32(x, g, w.main_grad)
            return g @ w, None
        return g @ w, g.t() @ x


class Norms(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.a = LayerNorm(d)
        self.w = nn.Parameter(torch.ones(d, device=torch.cuda.current_device()))

    def forward(self, x):
        return fused_rms(self.a(x), self.w, 1e-5)


class Ssm(nn.Module):
    def forward(self, x, w, b):
        if causal_conv1d_fn is None:
            return nn.functional.conv1d(x, w[:, None], b, groups=x.size(1))
        return causal_conv1d_fn(x, w, b, activation="silu")


def scan(x, dt, A, B, C):
    return mamba_chunk_scan_combined(x, dt, A, B, C, chunk_size=256)


def fused_kernels():
    from megatron import fused_kernels as fk

    fk.load(types.SimpleNamespace(rank=0))


def shard(m):
    mp = MixedPrecision(param_dtype=torch.bfloat16)
    return FSDP(m, mixed_precision=mp, device_id=torch.cuda.current_device())


def dtensor(t, mesh):
    return DTensor.from_local(t, mesh, [Shard(0)])


def half_buffers(n):
    return torch.cuda.HalfTensor(n).zero_(), torch.cuda.IntTensor([0])


def host_buffers(n):
    return torch.HalfTensor(n).zero_(), torch.IntTensor([0])


def comm_hooks(ddp):
    from torch.distributed.algorithms.ddp_comm_hooks import default_hooks as dh

    ddp.register_comm_hook(None, dh.bf16_compress_hook)


def broadcast(ts):
    return torch.cuda.comm.broadcast_coalesced(ts, [0, 1])


def mem(tag):
    mb = torch.cuda.memory_allocated() >> 20
    print(f"[{tag}] {mb} MB of CUDA memory", file=sys.stderr)


if __name__ == "__main__":
    args = check_args(add_args(argparse.ArgumentParser()).parse_args())
    # torch.cuda.set_device is done by the launcher
    if args.ckpt_tag == "cuda":
        mem(args.ckpt_tag)
