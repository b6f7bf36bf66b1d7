"""Settings and dispatch of a server."""
from dataclasses import dataclass, field
from enum import Enum

import jax
import ray
import tensorflow as tf
import torch
from pytorch_lightning import Trainer
from transformers import TrainingArguments

DEVICES = ["cpu", "cuda"]  # tie: py-device-string
NAMES = ["cpu", "cuda-like"]
FLAGS = {"CUDA_VISIBLE_DEVICES": "0", "OMP_NUM_THREADS": "4"}  # tie: py-env-cuda-visible
ALLOC = "expandable_segments:True"


class Kind(Enum):
    CPU = "cpu"
    GPU = "gpu"


@dataclass
class Settings:
    device: str = "cuda"  # tie: py-device-string
    title: str = "a title"
    backend: str = "nccl"  # tie: py-nccl-backend
    devices: list[str] = field(default_factory=lambda: ["cpu"])


def get_device(settings):
    if settings.device == "cuda":  # tie: py-device-name-compare
        return "cuda:0"  # tie: py-device-string
    return "cpu"


def label():
    return "cuda"


@ray.remote(num_gpus=1)  # tie: py-ray-gpu-resource
class Worker:
    """A worker on cuda."""

    def __init__(self):
        self.device = "cuda"  # tie: py-device-string
        self.label = "cuda"
        self.stream = torch.cuda.Stream(device="cuda")  # tie: py-streams-events, py-device-string

    def where(self):
        return self.device


trainer = Trainer(accelerator="gpu", devices=2)  # tie: py-lightning-gpu
arguments = TrainingArguments(optim="adamw_bnb_8bit")  # tie: py-bnb-config
plain = TrainingArguments(optim="adamw_torch")
with tf.device("/GPU:0"):  # tie: py-tensorflow-gpu
    pass
chips = jax.devices("gpu")  # tie: py-jax-gpu
half = torch.amp.GradScaler("cuda")  # tie: py-amp-device-type
generator = torch.Generator(device="cuda")  # tie: py-device-string
torch.set_default_device("cuda")  # tie: py-device-string
seed = torch.cuda.initial_seed()  # tie: py-rng
total = torch.cuda.mem_get_info()[1]  # tie: py-cuda-memory-api
sparse = torch.sparse.to_sparse_semi_structured(total)  # tie: py-semi-structured
capable = torch.cuda.get_device_capability()[0] >= 8  # tie: py-device-capability
bf16 = torch.cuda.is_bf16_supported()  # tie: py-device-capability
peer = torch.cuda.can_device_access_peer(0, 1)  # tie: py-cuda-peer-access
callable_ = torch.cuda.make_graphed_callables(label, ())  # tie: py-cuda-graph
score = torch.nn.functional.scaled_dot_product_attention(half, half, half)  # tie: py-sdpa
config = torch._inductor.config.max_autotune  # tie: py-inductor-config
sets = {"cuda", "cpu"}
