import os
import sys
from typing import Any

import ray
import torch
import torch.distributed as dist
from ray import train
from ray.train import ScalingConfig
from ray.train.torch import TorchConfig, TorchTrainer
from ray.util.placement_group import placement_group

NUM_GPUS = int(os.environ.get("NUM_GPUS", 8))
RAY_ENV = {"env_vars": {"NCCL_CUMEM_ENABLE": "0", "RAY_DEDUP_LOGS": "0"}}


@ray.remote(num_gpus=1)
class Worker:
    def __init__(self, rank: int, world: int, addr: str, port: int):
        self.rank, self.world = rank, world
        self.ids = ray.get_gpu_ids()
        os.environ["MASTER_ADDR"], os.environ["MASTER_PORT"] = addr, str(port)
        os.environ.pop("RAY_EXPERIMENTAL_NOSET_CUDA_VISIBLE_DEVICES", None)
        visible = os.environ["CUDA_VISIBLE_DEVICES"]
        print(f"rank {rank} sees CUDA devices {visible}")
        self.device = torch.device(f"cuda:{self.ids[0] if len(visible) > 2 else 0}")

    def init(self):
        dist.init_process_group("nccl", rank=self.rank, world_size=self.world)
        return dist.get_rank()

    def load(self, ctor):
        self.model = ctor().to(self.device)
        return sum(p.numel() for p in self.model.parameters())

    def step(self, batch):
        x = batch.to(self.device, non_blocking=True)
        with torch.no_grad():
            return self.model(x).cpu()

    def node(self):
        return ray.util.get_node_ip_address()

    def cuda(self):
        return "cuda" in str(self.device)


@ray.remote(num_cpus=2)
class Scheduler:
    def __init__(self):
        self.queue: list[Any] = []
        self.gpu_load = {}

    def push(self, item):
        self.queue.append(item)

    def pop(self):
        return self.queue.pop(0) if self.queue else None


@ray.remote(resources={"NPU": 1})
class AscendWorker:
    def __init__(self):
        import torch_npu  # noqa: F401

        torch.npu.set_device(0)


@ray.remote
def count_words(text):
    return len(text.split())


def bundles(n):
    return placement_group([{"GPU": 1, "CPU": 4} for _ in range(n)], strategy="PACK")


def cpu_bundles(n):
    return placement_group([{"CPU": 4}] * n)


def loop(cfg):
    dev = train.torch.get_device()
    model = train.torch.prepare_model(torch.nn.Linear(8, 8))
    for _ in range(cfg["steps"]):
        model(torch.randn(4, 8, device=dev)).sum().backward()
    train.report({"cuda": 0, "loss": 0.1})


def fit(workers):
    scaling = ScalingConfig(num_workers=workers, use_gpu=True)
    tc = TorchConfig(backend="nccl")
    return TorchTrainer(loop, train_loop_config={"steps": 3}, scaling_config=scaling, torch_config=tc).fit()


def fit_cpu(workers):
    scaling = ScalingConfig(num_workers=workers, use_gpu=False)
    return TorchTrainer(loop, scaling_config=scaling, torch_config=TorchConfig(backend="gloo")).fit()


def main(num_gpus=NUM_GPUS):
    ray.init(runtime_env=RAY_ENV)
    have = ray.cluster_resources().get("GPU", 0)
    if have < num_gpus:
        sys.exit(f"need {num_gpus} CUDA GPUs, found {have}")
    ws = [Worker.options(num_gpus=0.5).remote(i, num_gpus, "127.0.0.1", 29511) for i in range(num_gpus)]
    ray.get([w.init.remote() for w in ws])
    flags = ray.get([w.cuda.remote() for w in ws])
    print("all on cuda" if all(flags) else "some on CPU")


if __name__ == "__main__":
    main()
