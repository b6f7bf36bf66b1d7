"""Pretraining loop."""
import argparse
import logging
import math
import time

import torch
import torch.distributed as dist
from torch.cuda.amp import GradScaler, autocast
from torch.nn.parallel import DistributedDataParallel as DDP
from torch.profiler import ProfilerActivity, profile, schedule, tensorboard_trace_handler

from tern import config
from tern.data.dataset import build_loader
from tern.data.prefetch import CudaPrefetcher
from tern.model import TernModel
from tern.monitor.gpu import GpuMonitor
from tern.parallel import init_distributed
from tern.parallel.initialize import dp_group, shutdown
from tern.train.checkpoint import load_checkpoint, save_checkpoint
from tern.train.optimizer import build_optimizer, clip_grad_norm
from tern.utils import get_device, set_seed
from tern.utils.device import memory_report

log = logging.getLogger("tern.train")


def lr_at(step, cfg):
    if step < cfg.warmup_steps:
        return cfg.lr * step / cfg.warmup_steps
    done = (step - cfg.warmup_steps) / max(1, cfg.total_steps - cfg.warmup_steps)
    return cfg.min_lr + 0.5 * (cfg.lr - cfg.min_lr) * (1 + math.cos(math.pi * min(1.0, done)))


def make_profiler(enabled, out="profile"):
    if not enabled:
        return None
    return profile(
        activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA],
        schedule=schedule(wait=2, warmup=2, active=4),
        on_trace_ready=tensorboard_trace_handler(out),
    )


def train_step(model, loader, optimizer, scaler, accum, cfg, dtype):
    optimizer.zero_grad(set_to_none=True)
    total = 0.0
    for i in range(accum):
        ids, labels = next(loader)
        torch.cuda.nvtx.range_push("forward")
        with autocast(dtype=dtype):
            loss = model(ids, labels) / accum
        torch.cuda.nvtx.range_pop()
        scaler.scale(loss).backward()
        total += loss.detach()
    scaler.unscale_(optimizer)
    norm = clip_grad_norm(model.parameters(), cfg.grad_clip)
    scaler.step(optimizer)
    scaler.update()
    return total, norm


def main():
    ap = argparse.ArgumentParser(description="Pretrain Tern on CUDA devices")
    ap.add_argument("--config", required=True)
    ap.add_argument("--max-steps", type=int, default=None)
    ap.add_argument("--device", default="cuda", help="cuda or cpu")
    ap.add_argument("--dist-backend", default="nccl")
    ap.add_argument("--resume", default=None)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)

    mcfg, pcfg, tcfg, dcfg = config.load(args.config)
    init_distributed(pcfg.tensor_parallel, args.dist_backend, pcfg.nccl_timeout_minutes)
    device = get_device()
    set_seed(1234 + dist.get_rank())

    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    torch.set_float32_matmul_precision("high")

    model = TernModel(mcfg, recompute=True).cuda()
    model = DDP(model, device_ids=[device.index], process_group=dp_group())
    optimizer = build_optimizer(model, tcfg)
    scaler = GradScaler(enabled=mcfg.dtype == "float16")
    step = load_checkpoint(args.resume, model, optimizer) if args.resume else 0

    data = CudaPrefetcher(build_loader(dcfg, tcfg.micro_batch, mcfg.max_seq_len), device)
    accum = tcfg.global_batch // (tcfg.micro_batch * dist.get_world_size(dp_group()))
    monitor = GpuMonitor(device.index)
    prof = make_profiler(tcfg.profile_cuda)
    if prof:
        prof.start()

    last = args.max_steps or tcfg.total_steps
    while step < last:
        begin = time.time()
        for group in optimizer.param_groups:
            group["lr"] = lr_at(step, tcfg)
        loss, norm = train_step(model, data, optimizer, scaler, accum, tcfg, mcfg.torch_dtype)
        step += 1
        if prof:
            prof.step()
        if step % 10 == 0:
            torch.cuda.synchronize()
            spent = time.time() - begin
            if dist.get_rank() == 0:
                log.info("step %d loss %.4f norm %.2f %.2fs %s", step, loss.item(), norm, spent, memory_report())
                log.info("gpu %s", monitor.sample())
            torch.cuda.reset_peak_memory_stats()
        if step % tcfg.save_every == 0:
            save_checkpoint(f"ckpt/step{step}", model, optimizer, step)
    shutdown()


if __name__ == "__main__":
    main()
