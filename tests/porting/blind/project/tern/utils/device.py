"""Small helpers around devices."""
import os
from contextlib import contextmanager

import torch
import torch.cuda as tc

LOCAL_RANK = int(os.environ.get("LOCAL_RANK", "0"))
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def get_device(index=None):
    """Device of this rank, cuda:N on a GPU machine."""
    if index is None:
        index = LOCAL_RANK
    if DEVICE == "cpu":
        return torch.device("cpu")
    return torch.device(f"cuda:{index}")


def move_to(batch, device, non_blocking=True):
    if isinstance(batch, torch.Tensor):
        return batch.to(device, non_blocking=non_blocking)
    if isinstance(batch, dict):
        return {k: move_to(v, device, non_blocking) for k, v in batch.items()}
    if isinstance(batch, (list, tuple)):
        return type(batch)(move_to(v, device, non_blocking) for v in batch)
    return batch


def on_gpu(t):
    return t.device.type == "cuda"


def to_cuda(obj):
    return obj.cuda(LOCAL_RANK, non_blocking=True)


def memory_report(prefix=""):
    used = tc.memory_allocated() / 2**30
    peak = tc.max_memory_allocated() / 2**30
    free, total = tc.mem_get_info()
    return f"{prefix}cuda memory {used:.1f} GiB, peak {peak:.1f} GiB, free {free / total:.0%}"


@contextmanager
def timed(name, sink):
    start = tc.Event(enable_timing=True)
    end = tc.Event(enable_timing=True)
    start.record()
    yield
    end.record()
    tc.synchronize()
    sink[name] = start.elapsed_time(end)


def only_gloo(fn):
    # gloo moves tensors over the host, so CUDA tensors come back to the CPU first
    def inner(tensor, *args, **kwargs):
        return fn(tensor.cpu(), *args, **kwargs)
    return inner
