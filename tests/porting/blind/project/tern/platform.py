"""Which hardware are we on?

Partly ported: NPU (Ascend) and ROCm branches exist, the rest of the package
still says `torch.cuda` in many places.
"""
import functools
import os

import torch


@functools.lru_cache(None)
def is_npu_available() -> bool:
    try:
        import torch_npu  # noqa: F401
    except ImportError:
        return False
    return torch.npu.is_available()


def is_rocm() -> bool:
    return torch.version.hip is not None


def device_type() -> str:
    if is_npu_available():
        return "npu"
    if torch.cuda.is_available():
        return "cuda"
    return "cpu"


def dist_backend() -> str:
    if is_npu_available():
        return "hccl"
    return "nccl" if torch.cuda.is_available() else "gloo"


def module():
    """The torch.<device> module: torch.cuda or torch.npu."""
    return getattr(torch, device_type())


def current_device() -> torch.device:
    return torch.device(device_type(), int(os.environ.get("LOCAL_RANK", 0)))


def synchronize() -> None:
    module().synchronize()


def empty_cache() -> None:
    if is_npu_available():
        torch.npu.empty_cache()
    elif is_rocm():
        torch.cuda.empty_cache()
    elif torch.cuda.is_available():
        torch.cuda.empty_cache()
        torch.cuda.ipc_collect()


def setup_visible_devices(ids) -> None:
    value = ",".join(str(i) for i in ids)
    if is_npu_available():
        os.environ["ASCEND_RT_VISIBLE_DEVICES"] = value
    elif is_rocm():
        os.environ["HIP_VISIBLE_DEVICES"] = value
    else:
        os.environ["CUDA_VISIBLE_DEVICES"] = value


def matmul_settings() -> None:
    if is_npu_available():
        torch.npu.matmul.allow_hf32 = True
        return
    if is_rocm():
        os.environ.setdefault("HSA_FORCE_FINE_GRAIN_PCIE", "1")
        return
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True


def attention_backend() -> str:
    if is_npu_available():
        return "npu_fusion"
    if is_rocm():
        return "sdpa"
    major, _ = torch.cuda.get_device_capability()
    return "flash" if major >= 8 else "sdpa"


def total_memory() -> int:
    if is_npu_available():
        return torch.npu.get_device_properties(0).total_memory
    return torch.cuda.get_device_properties(0).total_memory
