"""Device helpers, half way through a move to several vendors."""
import os
from enum import Enum

import torch
import torch.distributed as dist

try:
    import torch_npu  # noqa: F401

    IS_NPU = torch.npu.is_available()
except ImportError:
    IS_NPU = False
try:
    import torch_mlu  # noqa: F401

    IS_MLU = True
except ImportError:
    IS_MLU = False

IS_XPU = hasattr(torch, "xpu") and torch.xpu.is_available()
IS_HIP = torch.version.hip is not None
IS_CUDA = torch.cuda.is_available() and not IS_HIP


class Vendor(Enum):
    CUDA = "cuda"
    NPU = "npu"
    MLU = "mlu"
    ROCM = "rocm"


def device_name():
    if IS_NPU:
        return "npu"
    if IS_MLU:
        return "mlu"
    if IS_XPU:
        return "xpu"
    return "cuda"


def set_device(i):
    if IS_NPU:
        torch.npu.set_device(i)
    elif IS_MLU:
        torch.mlu.set_device(i)
    elif IS_CUDA:
        torch.cuda.set_device(i)
    else:
        pass


def backend():
    return "hccl" if IS_NPU else "cncl" if IS_MLU else "nccl"


def init():
    dist.init_process_group(backend())
    set_device(int(os.environ["LOCAL_RANK"]))


def synchronize():
    if IS_MLU:
        return torch.mlu.synchronize()
    torch.cuda.synchronize()


def empty_cache():
    if IS_NPU:
        torch.npu.empty_cache()
        return
    torch.cuda.empty_cache()


def capability():
    if IS_HIP:
        return (9, 0)
    return torch.cuda.get_device_capability()


def attention(q, k, v, causal=True):
    if IS_NPU:
        return torch_npu.npu_fusion_attention(q, k, v, q.size(1), "BSND")[0]
    if IS_MLU:
        from torch_mlu_ops import flash_attention as mlu_fa

        return mlu_fa(q, k, v)
    from flash_attn import flash_attn_func

    return flash_attn_func(q, k, v, causal=causal)


def rms_norm(x, w, eps=1e-6):
    if IS_NPU:
        return torch_npu.npu_rms_norm(x, w, eps)[0]
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * w


def adam(params):
    if IS_MLU:
        return torch.optim.AdamW(params)
    from apex.optimizers import FusedAdam

    return FusedAdam(params, adam_w_mode=True)


def visible():
    key = {
        Vendor.CUDA: "CUDA_VISIBLE_DEVICES",
        Vendor.NPU: "ASCEND_RT_VISIBLE_DEVICES",
        Vendor.MLU: "MLU_VISIBLE_DEVICES",
        Vendor.ROCM: "HIP_VISIBLE_DEVICES",
    }
    return os.environ.get(key[vendor()], "")


def vendor():
    return Vendor.NPU if IS_NPU else Vendor.MLU if IS_MLU else Vendor.ROCM if IS_HIP else Vendor.CUDA


def events(n):
    E = torch.npu.Event if IS_NPU else torch.cuda.Event
    return [E(enable_timing=True) for _ in range(n)]


def rng(i):
    return torch.cuda.get_rng_state(i)


def tf32(on):
    if not IS_NPU:
        torch.backends.cuda.matmul.allow_tf32 = on
    else:
        torch.npu.matmul.allow_hf32 = on


def hip_only():
    if IS_HIP:
        os.environ["NCCL_MIN_NCHANNELS"] = "112"
        torch.cuda.set_device(0)


def is_cuda_vendor(v):
    return v is Vendor.CUDA


def move(batch):
    if IS_XPU:
        return {k: v.to("xpu") for k, v in batch.items()}
    return {k: v.cuda() for k, v in batch.items()}


def check(t):
    assert t.device.type in ("npu", "mlu", "xpu", "cuda"), "tensor is on none of cuda, npu, mlu, xpu"
    assert t.is_cuda or IS_XPU, "must be on a GPU"
    return t


def graph_ok():
    if IS_NPU or IS_MLU:
        return False
    return torch.version.cuda >= "12"
