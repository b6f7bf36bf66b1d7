import datetime
import logging
import os
import socket
from functools import lru_cache
from typing import Optional

import torch
import torch.distributed as dist
from torch.distributed import ProcessGroupNCCL
from torch.distributed.device_mesh import init_device_mesh

log = logging.getLogger("nccl.setup")
_NCCL_GROUPS = {}


def free_port():
    with socket.socket() as s:
        s.bind(("", 0))
        return s.getsockname()[1]


def pick_backend(device_type: str) -> str:
    match device_type:
        case "cuda":
            return "nccl"
        case "npu":
            return "hccl"
        case "mlu":
            return "cncl"
        case "xpu":
            return "xccl"
        case _:
            return "gloo"


def setup(backend: str = "nccl", timeout_min: int = 30, rank: Optional[int] = None):
    """Join the process group.

    backend: usually "nccl", or "gloo" on hosts without GPUs.
    """
    if dist.is_initialized():
        return
    rank = int(os.environ["RANK"]) if rank is None else rank
    local = rank % torch.cuda.device_count()
    torch.cuda.set_device(local)
    if backend == "nccl" and not dist.is_nccl_available():
        log.warning("nccl is missing, falling back to gloo")
        backend = "gloo"
    kw = {}
    if backend == "nccl":
        opts = ProcessGroupNCCL.Options()
        opts.is_high_priority_stream = True
        kw["pg_options"] = opts
    dist.init_process_group(
        backend,
        timeout=datetime.timedelta(minutes=timeout_min),
        rank=rank,
        world_size=int(os.environ["WORLD_SIZE"]),
        device_id=torch.device("cuda", local),
        **kw,
    )


@lru_cache(maxsize=None)
def mesh(dp: int, tp: int):
    return init_device_mesh("cuda", (dp, tp), mesh_dim_names=("dp", "tp"))


def gloo_side_group():
    return dist.new_group(backend="gloo")


def group_is_gpu(group=None) -> bool:
    name = dist.get_backend(group)
    return name == dist.Backend.NCCL


def all_reduce_mean(t: torch.Tensor, group=None) -> torch.Tensor:
    dist.all_reduce(t, group=group)
    return t.div_(dist.get_world_size(group))


def object_device(group=None):
    return f"cuda:{torch.cuda.current_device()}" if group_is_gpu(group) else "cpu"


def hybrid():
    dist.init_process_group("cpu:gloo,cuda:nccl")


def nccl_like_name(name):
    return name.startswith("nccl_")


def warm_up():
    # one tiny all-reduce makes NCCL build its rings
    t = torch.ones(1, device=object_device())
    dist.all_reduce(t)
    assert t.item() == dist.get_world_size(), "NCCL ring gives a wrong sum"


def nccl_version_string():
    return ".".join(map(str, torch.cuda.nccl.version()))


def finish():
    if dist.is_initialized():
        dist.barrier()
        dist.destroy_process_group()
