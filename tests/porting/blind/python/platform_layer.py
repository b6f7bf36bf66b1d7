"""Runs on whatever accelerator there is; the code asks three abstraction layers."""
import abc
import logging
from typing import Any, Protocol

import deepspeed
import torch
import torch.distributed as dist
from accelerate.utils import is_cuda_available, is_npu_available
from deepspeed.accelerator import get_accelerator
from vllm.platforms import current_platform

log = logging.getLogger("platform.cuda")
acc = get_accelerator()


class Platform(Protocol):
    cuda_like: bool

    def synchronize(self) -> None: ...

    def is_cuda(self) -> bool: ...


class Base(abc.ABC):
    name = "base"

    def empty_cache(self):
        return None

    def current_device(self):
        return 0

    def cuda(self, x):
        return x

    def is_cuda(self):
        return False


class CudaPlatform(Base):
    name = "cuda"

    def empty_cache(self):
        torch.cuda.empty_cache()

    def current_device(self):
        return torch.cuda.current_device()

    def cuda(self, x):
        return x.to(f"cuda:{self.current_device()}")

    def is_cuda(self):
        return True


class NpuPlatform(Base):
    name = "npu"

    def empty_cache(self):
        torch.npu.empty_cache()

    def current_device(self):
        return torch.npu.current_device()


def pick() -> Base:
    if is_npu_available():
        return NpuPlatform()
    elif is_cuda_available():
        return CudaPlatform()
    return Base()


P = pick()
dev = acc.device_name()


def train_step(model, x):
    x = x.to(acc.current_device_name())
    y = model(x)
    y.sum().backward()
    acc.synchronize()
    return acc.max_memory_allocated()


def torch_accel():
    if torch.accelerator.is_available():
        d = torch.accelerator.current_accelerator()
        torch.accelerator.set_device_index(0)
        return torch.zeros(1, device=d)
    return torch.zeros(1)


def module_of(d):
    return torch.get_device_module(d)


def stream():
    with acc.stream(acc.Stream()):
        return acc.current_stream()


def own_calls(x):
    P.cuda(x)
    P.empty_cache()
    return P.is_cuda()


def vllm_calls():
    if current_platform.is_cuda():
        return current_platform.get_device_capability().major
    if current_platform.is_rocm():
        return 9
    current_platform.empty_cache()
    return current_platform.device_type


def comm():
    deepspeed.init_distributed(dist_backend=acc.communication_backend_name())
    return dist.get_world_size()


def comm_fixed():
    deepspeed.init_distributed(dist_backend="nccl")


def ds_ops():
    from deepspeed.ops.adam import FusedAdam

    return FusedAdam


def ds_builder():
    return acc.create_op_builder("FusedAdamBuilder")


CONFIG: dict[str, Any] = {
    "train_batch_size": 8,
    "bf16": {"enabled": True},
    "zero_optimization": {"stage": 2, "overlap_comm": True},
    "communication_data_type": "fp16",
    "amp": {"enabled": True, "opt_level": "O1"},
}


def describe():
    log.info("platform %s, cuda=%s", P.name, P.is_cuda())
    if P.name == "cuda":
        return "cuda"
    return acc.device_name(0)


if acc.device_name() == "cuda":
    torch.backends.cuda.matmul.allow_tf32 = True
