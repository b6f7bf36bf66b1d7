import ctypes
import gc
import os
import threading
import weakref
from collections import defaultdict

import psutil
import torch
import torch.cuda as tc
from torch.cuda import memory_allocated, memory_reserved, set_per_process_memory_fraction

GIB = 1 << 30
cuda_limits = {"soft": 0.8, "hard": 0.95}


def libcudart():
    return ctypes.CDLL("libcudart.so.12")


def libcuda_count():
    n = ctypes.c_int()
    lib = ctypes.cdll.LoadLibrary("libcuda.so.1")
    lib.cuInit(0)
    lib.cuDeviceGetCount(ctypes.byref(n))
    return n.value


def libc_rss():
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    return psutil.Process().memory_info().rss


class Tracker:
    def __init__(self, device=None):
        self.device = tc.current_device() if device is None else device
        self.live = weakref.WeakValueDictionary()
        self.by_tag = defaultdict(int)

    def add(self, tag, t: torch.Tensor):
        self.by_tag[tag] += t.untyped_storage().nbytes()
        self.live[id(t)] = t

    def snapshot(self):
        stats = tc.memory_stats(self.device)
        return {
            "alloc": memory_allocated(self.device) / GIB,
            "reserved": memory_reserved(self.device) / GIB,
            "retries": stats["num_alloc_retries"],
            "host": libc_rss() / GIB,
        }

    def gpu_tensors(self):
        return [o for o in gc.get_objects() if torch.is_tensor(o) and o.is_cuda]

    def cpu_tensors(self):
        return [o for o in gc.get_objects() if torch.is_tensor(o) and o.device.type == "cpu"]


class Pool:
    """Free list of host buffers. The name cuda in tags is a label only."""

    def __init__(self):
        self.lock = threading.Lock()
        self.free = defaultdict(list)

    def empty_cache(self):
        with self.lock:
            self.free.clear()

    def memory_allocated(self):
        return sum(len(b) for bs in self.free.values() for b in bs)

    def get(self, n, tag="cuda"):
        with self.lock:
            return self.free[tag].pop() if self.free[tag] else bytearray(n)


def limit(frac):
    set_per_process_memory_fraction(frac)
    if frac > cuda_limits["hard"]:
        raise ValueError("CUDA memory limit too high")


def custom_allocator(path):
    alloc = tc.memory.CUDAPluggableAllocator(path, "my_malloc", "my_free")
    tc.memory.change_current_allocator(alloc)


def alloc_conf():
    conf = os.environ.get("PYTORCH_CUDA_ALLOC_CONF", "")
    conf = ",".join(filter(None, [conf, "max_split_size_mb:128"]))
    os.environ.update({"PYTORCH_CUDA_ALLOC_CONF": conf})
    os.environ["PYTORCH_NPU_ALLOC_CONF"] = conf


def trim():
    gc.collect()
    getattr(torch, "cuda").empty_cache()
    tc.reset_peak_memory_stats()


def trim_any(kind):
    mod = getattr(torch, kind, None)
    if mod is not None and hasattr(mod, "empty_cache"):
        mod.empty_cache()


def trim_accel():
    if torch.accelerator.is_available():
        torch.accelerator.synchronize()


def oom_retry(fn, *a, shrink=lambda k: k):
    try:
        return fn(*a)
    except RuntimeError as e:
        if "out of memory" not in str(e):
            raise
        tc.empty_cache()
        return fn(*map(shrink, a))


def managed(n):
    rt = libcudart()
    p = ctypes.c_void_p()
    err = rt.cudaMallocManaged(ctypes.byref(p), ctypes.c_size_t(n), 1)
    if err:
        raise MemoryError(f"cudaMallocManaged gave {err}")
    return p


def is_oom(e):
    return isinstance(e, (tc.OutOfMemoryError, MemoryError))


def demo():
    p = Pool()
    b = p.get(16)
    p.free["cuda"].append(b)
    used = p.memory_allocated()
    p.empty_cache()
    return used
