"""Options of model, training and serving."""
from dataclasses import dataclass, field
from typing import List, Optional

import torch
import yaml


@dataclass
class ModelConfig:
    hidden_size: int = 4096
    num_layers: int = 32
    num_heads: int = 32
    num_kv_heads: int = 8
    ffn_size: int = 11008
    vocab_size: int = 64000
    max_seq_len: int = 4096
    norm_eps: float = 1e-5
    dtype: str = "bfloat16"
    attention: str = "flash"  # "flash" (flash_attn) or "sdpa"

    @property
    def head_dim(self) -> int:
        return self.hidden_size // self.num_heads

    @property
    def torch_dtype(self) -> torch.dtype:
        return getattr(torch, self.dtype)


@dataclass
class ParallelConfig:
    tensor_parallel: int = 1
    backend: str = "nccl"
    nccl_timeout_minutes: int = 30


@dataclass
class TrainConfig:
    device: str = "cuda"
    global_batch: int = 256
    micro_batch: int = 4
    lr: float = 3e-4
    min_lr: float = 3e-5
    warmup_steps: int = 2000
    total_steps: int = 100_000
    optimizer: str = "apex_fused_adam"
    grad_clip: float = 1.0
    save_every: int = 1000
    profile_cuda: bool = False


@dataclass
class ServeConfig:
    model_path: str = ""
    device: str = "cuda"
    dtype: str = "float16"
    tensor_parallel: int = 1
    block_size: int = 16
    gpu_memory_fraction: float = 0.9
    use_cuda_graphs: bool = True
    graph_batch_sizes: List[int] = field(default_factory=lambda: [1, 2, 4, 8])
    quantization: Optional[str] = None


def load(path: str):
    with open(path) as f:
        raw = yaml.safe_load(f)
    model = ModelConfig(**raw.get("model", {}))
    par = ParallelConfig(**{k: v for k, v in raw.get("parallel", {}).items() if k in ParallelConfig.__annotations__})
    train = TrainConfig(**raw.get("train", {}))
    return model, par, train, raw.get("data", {})
