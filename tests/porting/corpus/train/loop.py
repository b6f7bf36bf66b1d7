"""A training loop; the word cuda in a docstring, and torch.cuda.synchronize(), tie nothing."""
import argparse
import logging
import os

import torch
import torch.distributed as dist
import torch.nn as nn
import torch.nn.functional as F
from torch import cuda as gpu  # tie: py-torch-cuda-runtime
from torch.cuda import Stream as Lane  # tie: py-streams-events
from torch.cuda.amp import GradScaler, autocast  # tie: py-amp-cuda
from torch.nn.parallel import DistributedDataParallel as DDP

log = logging.getLogger(__name__)
# model.cuda() in a comment is no tie
DEFAULT = "cuda"  # tie: py-device-string
BACKEND = "nccl"  # tie: py-nccl-backend


class Barracuda:
    """A fish named cuda."""

    cuda_free = True

    def swim(self):
        return "cuda rocks"


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--device", default="cuda", help="cuda or cpu")  # tie: py-device-string
    parser.add_argument("--backend", type=str, default="nccl")  # tie: py-nccl-backend
    parser.add_argument("--name", default="cuda-run")
    return parser.parse_args()


def pick():
    if torch.cuda.is_available():  # tie: py-torch-cuda-runtime
        return torch.device("cuda")  # tie: py-device-string
    return torch.device("cpu")


def setup(rank, world):
    os.environ["CUDA_VISIBLE_DEVICES"] = str(rank)  # tie: py-env-cuda-visible
    os.environ.setdefault("NCCL_DEBUG", "WARN")  # tie: py-env-nccl
    os.environ["MASTER_ADDR"] = "localhost"
    dist.init_process_group(backend="nccl", rank=rank, world_size=world)  # tie: py-nccl-backend
    dist.init_process_group(BACKEND)
    dist.init_process_group("gloo", rank=rank, world_size=world)
    torch.cuda.set_device(rank)  # tie: py-torch-cuda-runtime
    gpu.empty_cache()  # tie: py-cuda-memory-api
    if dist.get_backend() == "nccl":  # tie: py-nccl-string-compare
        log.info("using nccl")


def train(model, data, device=None, steps=10, fallback="cuda:0"):  # tie: py-device-string
    model = model.to(DEFAULT)
    model = model.cuda()  # tie: py-tensor-cuda-method
    model = nn.DataParallel(model)  # tie: py-data-parallel
    model = DDP(model, device_ids=[0])
    scaler = GradScaler()  # tie: py-amp-cuda
    lane = Lane()  # tie: py-streams-events
    start = gpu.Event(enable_timing=True)  # tie: py-streams-events
    for step, (x, y) in enumerate(data):
        x = x.to("cuda", non_blocking=True)  # tie: py-device-string
        y = y.to(f"cuda:{step}")  # tie: py-device-string
        with autocast():  # tie: py-amp-cuda
            loss = F.cross_entropy(model(x), y)
        with torch.autocast("cuda", dtype=torch.bfloat16):  # tie: py-amp-device-type
            loss = loss * 1.0
        with torch.autocast(device_type="cuda"):  # tie: py-amp-device-type
            pass
        scaler.scale(loss).backward()
        with gpu.stream(lane):  # tie: py-streams-events
            z = torch.zeros(3, device="cuda")  # tie: py-device-string
        torch.cuda.synchronize()  # tie: py-torch-cuda-runtime
        log.debug("moved to cuda")
        print("cuda", step)
        if x.device.type == "cuda":  # tie: py-device-string-compare
            peak = torch.cuda.max_memory_allocated()  # tie: py-cuda-memory-api
        if "cuda" in str(device):  # tie: py-device-string-compare
            pass
        if str(device).startswith("cuda"):  # tie: py-device-string-compare
            pass
        if x.is_cuda:  # tie: py-is-cuda-attr
            pass
    return z, peak, start


def tune():
    torch.backends.cudnn.benchmark = True  # tie: py-cudnn-flags
    torch.backends.cuda.matmul.allow_tf32 = True  # tie: py-tf32-flags
    torch.backends.cudnn.allow_tf32 = True  # tie: py-tf32-flags
    torch.backends.cuda.enable_flash_sdp(True)  # tie: py-sdp-flags
    torch.manual_seed(0)
    torch.cuda.manual_seed_all(0)  # tie: py-rng
    state = torch.load("x.pt", map_location="cuda")  # tie: py-map-location
    state = torch.load("x.pt", map_location="cpu")
    return state


def numbers(x):
    a = x.double()  # tie: py-double-method
    b = torch.zeros(2, dtype=torch.float64)  # tie: py-float64
    if b.dtype == torch.float64 or a.dtype in (torch.float32, torch.double):
        b = b.float()
    c = torch.view_as_complex(b)  # tie: py-complex
    d = x.to(memory_format=torch.channels_last)  # tie: py-channels-last
    e = F.scaled_dot_product_attention(a, b, c)  # tie: py-sdpa
    f = x.float().half()
    g = double(x)
    return a, b, c, d, e, f, g


def double(x):
    return 2 * x


@torch.jit.script  # tie: py-torch-jit-script
def fused(x):
    return x * 2


compiled = torch.compile(fused)  # tie: py-torch-compile
reduced = torch.compile(fused, mode="reduce-overhead")  # tie: py-torch-compile, py-dynamo-backend-cudagraphs
capability = torch.cuda.get_device_capability()  # tie: py-device-capability
major = torch.cuda.get_device_properties(0).major  # tie: py-device-properties
version = torch.version.cuda  # tie: py-cuda-version
graph = torch.cuda.CUDAGraph()  # tie: py-cuda-graph
with torch.cuda.graph(graph):  # tie: py-cuda-graph
    pass
with torch.cuda.device(1):  # tie: py-cuda-device-ctx
    pass
torch.cuda.nvtx.range_push("step")  # tie: py-nvtx
torch.cuda.cudart().cudaProfilerStart()  # tie: py-cudart, py-cuda-profiler
old = torch.cuda.FloatTensor(3)  # tie: py-cuda-tensor-types
worse = torch.cuda.DoubleTensor(3)  # tie: py-double-tensor
torch.set_default_tensor_type("torch.cuda.FloatTensor")  # tie: py-default-tensor-type
odd = torch.cuda.get_sync_debug_mode()  # tie: py-torch-cuda-other
flag = torch.backends.cuda.is_built()  # tie: py-torch-backends-cuda-other
nearby = {"device": "cuda", "name": "cuda"}  # tie: py-device-string
table = {"cuda": 1, "cpu": 2}  # tie: py-device-string-compare
