"""Process groups for tensor and data parallelism."""
import datetime
import logging
import os

import torch
import torch.distributed as dist

log = logging.getLogger(__name__)

_TP_GROUP = None
_DP_GROUP = None


def init_distributed(tensor_parallel: int = 1, backend: str = "nccl", timeout_minutes: int = 30):
    global _TP_GROUP, _DP_GROUP
    rank = int(os.environ.get("RANK", 0))
    world = int(os.environ.get("WORLD_SIZE", 1))
    local = int(os.environ.get("LOCAL_RANK", rank % torch.cuda.device_count()))
    torch.cuda.set_device(local)

    if backend == "nccl" and not dist.is_nccl_available():
        log.warning("NCCL is missing, using gloo; this is slow")
        backend = "gloo"

    dist.init_process_group(
        backend=backend,
        rank=rank,
        world_size=world,
        timeout=datetime.timedelta(minutes=timeout_minutes),
    )
    if world % tensor_parallel:
        raise ValueError(f"{world} processes cannot be split into groups of {tensor_parallel}")

    for start in range(0, world, tensor_parallel):
        ranks = list(range(start, start + tensor_parallel))
        group = dist.new_group(ranks)
        if rank in ranks:
            _TP_GROUP = group
    for off in range(tensor_parallel):
        ranks = list(range(off, world, tensor_parallel))
        group = dist.new_group(ranks, backend="nccl")
        if rank in ranks:
            _DP_GROUP = group
    log.info("rank %d uses cuda:%d, tensor parallel %d", rank, local, tensor_parallel)
    dist.barrier(device_ids=[local])


def tp_group():
    return _TP_GROUP


def dp_group():
    return _DP_GROUP


def tp_rank() -> int:
    return dist.get_rank(_TP_GROUP) if _TP_GROUP is not None else 0


def tp_size() -> int:
    return dist.get_world_size(_TP_GROUP) if _TP_GROUP is not None else 1


def nccl_options(high_priority: bool):
    opts = dist.ProcessGroupNCCL.Options()
    opts.is_high_priority_stream = high_priority
    return opts


def shutdown():
    if dist.is_initialized():
        torch.cuda.synchronize()
        dist.destroy_process_group()
