import os

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp

WORLD = 2


def _worker(rank, backend):
    os.environ.update(MASTER_ADDR="localhost", MASTER_PORT="29533", RANK=str(rank), WORLD_SIZE=str(WORLD))
    dist.init_process_group(backend, rank=rank, world_size=WORLD)
    x = torch.full((4,), float(rank + 1))
    if backend == "nccl":
        x = x.cuda(rank)
    dist.all_reduce(x)
    assert x.sum().item() == 12.0
    dist.destroy_process_group()


def test_gloo():
    mp.spawn(_worker, args=("gloo",), nprocs=WORLD)


@pytest.mark.gpu
def test_nccl():
    if torch.cuda.device_count() < WORLD:
        pytest.skip("needs two CUDA devices")
    mp.spawn(_worker, args=("nccl",), nprocs=WORLD)
