"""Pre-training loop for a small decoder-only model.

Runs on one CUDA GPU or on many with torchrun.
"""
import argparse
import math
import os
import random
import time
from contextlib import nullcontext

import numpy as np
import torch
import torch.distributed as dist
from torch.cuda.amp import GradScaler
from torch.nn.parallel import DistributedDataParallel as DDP

from model import GPT, GPTConfig

CUDA_BUGS_URL = "docs/troubleshooting.md"


def parse_args():
    p = argparse.ArgumentParser(description="train on CUDA or CPU")
    p.add_argument("--device", default="cuda", help="cuda or cpu")
    p.add_argument("--dist-backend", default="nccl")
    p.add_argument("--steps", type=int, default=1000)
    p.add_argument("--seed", type=int, default=7)
    p.add_argument("--dtype", choices=["float32", "bfloat16", "float16"], default="bfloat16")
    p.add_argument("--compile", action="store_true")
    p.add_argument("--log-cuda-mem", action="store_true", help="print CUDA memory at each step")
    return p.parse_args()


def seed_everything(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.cuda.manual_seed_all(seed)
    torch.backends.cudnn.deterministic = True
    os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"


def cosine_lr(step, warmup, total, peak):
    if step < warmup:
        return peak * (step + 1) / warmup
    frac = (step - warmup) / max(1, total - warmup)
    return 0.5 * peak * (1 + math.cos(math.pi * min(1.0, frac)))


def main():
    args = parse_args()
    world = int(os.environ.get("WORLD_SIZE", "1"))
    local_rank = int(os.environ.get("LOCAL_RANK", "0"))
    if world > 1:
        dist.init_process_group(backend=args.dist_backend)
        device = f"{args.device}:{local_rank}"
        torch.cuda.set_device(device)
    else:
        device = args.device
    seed_everything(args.seed + local_rank)

    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True

    dtype = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}[args.dtype]
    device_type = "cuda" if "cuda" in device else "cpu"
    ctx = nullcontext() if device_type == "cpu" else torch.autocast(device_type=device_type, dtype=dtype)

    model = GPT(GPTConfig()).to(device)
    if args.compile:
        print("compiling CUDA kernels, this takes a minute")
        model = torch.compile(model)
    if world > 1:
        model = DDP(model, device_ids=[local_rank])
    opt = torch.optim.AdamW(model.parameters(), lr=3e-4, fused=device_type == "cuda")
    scaler = GradScaler(enabled=args.dtype == "float16")

    t0 = time.time()
    for step in range(args.steps):
        for group in opt.param_groups:
            group["lr"] = cosine_lr(step, 100, args.steps, 3e-4)
        x = torch.randint(0, 50257, (8, 1024))
        y = torch.roll(x, -1, dims=1)
        if device_type == "cuda":
            x, y = x.pin_memory().to(device, non_blocking=True), y.pin_memory().to(device, non_blocking=True)
        else:
            x, y = x.to(device), y.to(device)
        with ctx:
            _, loss = model(x, y)
        scaler.scale(loss).backward()
        scaler.unscale_(opt)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        scaler.step(opt)
        scaler.update()
        opt.zero_grad(set_to_none=True)
        if step % 10 == 0:
            # cuda kernels are asynchronous, so wait before reading the clock
            torch.cuda.synchronize()
            dt = time.time() - t0
            msg = f"step {step} loss {loss.item():.4f} {dt:.2f}s"
            if args.log_cuda_mem:
                msg += f" cuda_mem {torch.cuda.max_memory_allocated() / 2**30:.1f}GiB"
            print(msg)
            t0 = time.time()
    if world > 1:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
